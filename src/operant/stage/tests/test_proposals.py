from itertools import combinations
from uuid import uuid4

import pytest

from operant.stage import document, proposals
from operant.stage.models import Source

ID, DAY = {"name": "order_id", "type": "integer"}, {"name": "ordered on", "type": "date"}
REGION, AMOUNT = {"name": "region", "type": "text"}, {"name": "amount", "type": "decimal"}
SCORE, LONG = {"name": "score", "type": "float"}, {"name": "amount_" + "x" * 290, "type": "integer"}


def proposed(*columns):
    return proposals.propose(Source(organization_id=uuid4(), table_name="sales_2025", columns=list(columns)), title="Sales")


def test_a_source_says_what_it_holds():
    def said(*columns, rows=2284):
        return proposals.described(Source(organization_id=uuid4(), table_name="sales_2025", columns=list(columns), rows=rows))

    assert said(ID, DAY, REGION, AMOUNT) == "2,284 rows: Order id, Ordered on, Region, Amount."
    assert said(*[AMOUNT] * 7, rows=1) == "1 row: Amount, Amount, Amount, Amount, Amount and 2 more."
    assert (said(AMOUNT, rows=None), said()) == ("Amount.", "Nothing that can be shown yet.")


@pytest.mark.parametrize(
    ("columns", "kinds"),
    [
        ([ID, DAY, REGION, AMOUNT], ["number", "number", "line", "bar", "table"]),
        ([REGION, AMOUNT], ["number", "number", "bar", "table"]),
        ([REGION], ["number", "bar", "table"]),
        ([DAY], ["number", "line", "table"]),
        ([AMOUNT], ["number", "number", "table"]),
        ([ID], ["number", "table"]),
        ([LONG, {**REGION, "name": "y" * 300}], ["number", "number", "bar", "table"]),
    ],
)
def test_what_columns_become_fills_the_wall_and_can_be_kept(columns, kinds):
    made = proposed(*columns)
    document.parse(made)
    assert [each["kind"] for each in made["widgets"]] == kinds
    assert sum(each["w"] * each["h"] for each in made["widgets"]) == 24 * 14
    for one, other in combinations(made["widgets"], 2):
        beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        assert beside or one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]


def test_the_first_real_figure_is_added_up_and_names_are_quoted_where_they_must_be():
    queries = [each["sql"] for each in proposed(ID, DAY, REGION, AMOUNT)["queries"]]
    assert queries[1] == "select sum(amount) as amount\nfrom sales_2025"
    assert queries[2].startswith("select date_trunc('month', \"ordered on\")::date as month, sum(amount) as amount\n")


def test_what_cannot_be_added_is_averaged():
    assert proposed(REGION, SCORE)["queries"][1]["sql"] == "select avg(score) as score\nfrom sales_2025"
