"""A figure in a mail is written like the one on the wall: in the unit that the query says."""

import pytest

from operant.stage import amounts


@pytest.mark.parametrize(("text", "said", "written"), [
    ("1200", {}, "1,200"), ("1200.5", {"unit": "pcs", "per": "hour"}, "1,200.5 pcs/h"), ("3", {"prefix": "≈ "}, "≈ 3"),
    ("1200", {"format": "currency", "currency": "EUR"}, "€1,200"),
    ("-12.345", {"format": "currency", "currency": "USD"}, "-$12.35"),
    ("1200", {"format": "currency", "currency": "CHF", "decimals": 2}, "1,200.00 CHF"),
    ("1200.4", {"format": "currency", "currency": "JPY"}, "1,200 JPY"), ("0.256", {"format": "percent"}, "25.6%"),
    ("0.5", {"format": "percent", "decimals": 0}, "50%"), ("12.345", {"decimals": 1}, "12.3"),
    ("90061", {"format": "duration"}, "1 d 1 h"),
    ("90", {"format": "duration", "duration_in": "minutes"}, "1 h 30 min"), ("0.25", {"format": "duration"}, "250 ms"),
    ("59.96", {"format": "duration"}, "60 s"), ("-7200", {"format": "duration"}, "-2 h"), ("0", {"format": "duration"}, "0 ms"),
    ("999999", {"format": "bytes"}, "1 MB"), ("1536", {"format": "binary_bytes"}, "1.5 KiB"), ("12", {"format": "bytes"}, "12 B"),
    ("1.5E+30", {"format": "currency", "currency": "EUR"}, "1.5E+30"), ("", {"unit": "pcs"}, ""),
    ("1200", {"format": "integer"}, "1,200"),
])  # fmt: skip
def test_figures_are_written_as_the_query_says(text, said, written):
    assert amounts.written(text, said) == written


def test_a_column_that_the_query_says_nothing_of_is_a_number():
    query = {"columns": [{"column": "revenue", "unit": "pcs"}]}
    assert [amounts.said_of(each, "revenue") for each in (query, {})] == [query["columns"][0], amounts.NOTHING]
    assert amounts.said_of(query, "other") == amounts.NOTHING
