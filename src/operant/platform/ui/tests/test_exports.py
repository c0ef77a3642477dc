import csv
import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from operant.platform.ui import exports


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text):
    assert exports.safe(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("Lobby - north", "Lobby - north"),
        (-5, "-5"),
        (Decimal("-1.50"), "-1.50"),
        (None, ""),
        (True, "yes"),
        (datetime(2026, 1, 2, 3, 4, tzinfo=UTC), "2026-01-02T03:04:00+00:00"),
    ],
)
def test_other_values_are_written_as_they_are(value, written):
    assert exports.safe(value) == written


def test_a_download_is_a_marked_utf8_file_with_quoted_cells():
    answer = exports.download("screens", ["Name", "=Note"], [["Küche, Süd", '=cmd|"x"'], ["Two\nlines", None]])
    body = b"".join(answer.streaming_content).decode()
    assert body.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(body.removeprefix("\ufeff"), newline="")))
    assert rows == [["Name", "'=Note"], ["Küche, Süd", '\'=cmd|"x"'], ["Two\nlines", ""]]
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="screens.csv"'
