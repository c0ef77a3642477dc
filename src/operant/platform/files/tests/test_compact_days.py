"""Days as machines write them, 20260131: dates by themselves where a column's name and each of its values say so."""

from operant.platform.files import sandbox

from .conftest import types

_DAYS = ["date", "Order Date", "soldAt", "Datum", "startdate", "trade_day", "Date of sale"]
_NONE = {
    "due date": "20260230",  # no day that there is
    "date of birth": "18991231",  # a year that is rather a number
    "order_id": "20260131", "date_id": "20260131", "candidate": "20260131", "days": "20260131", "rate": "20260131",
    "Day rate": "20260131", "Phone at work": "20260131", "Kunde at Firma": "20260131",
    "Umsatz pro Tag": "20251130",  # two numbers are days by chance
}  # fmt: skip


def test_days_in_digits_are_dates_where_the_name_and_every_value_say_so(read):
    first = ["20260131"] * len([*_DAYS, *_NONE])
    second, third = ["19580329"] * len(_DAYS) + [*_NONE.values()], ["", "NA", *["20260201"] * 5, *_NONE.values()]
    fourth = ["20260203"] * len(_DAYS) + [*_NONE.values()]
    converted, rows = read("\n".join(",".join(row) for row in ([*_DAYS, *_NONE], first, second, third, fourth)))
    assert list(types(converted).values()) == ["date"] * len(_DAYS) + ["integer"] * len(_NONE)
    assert (rows[1][0], rows[2][:3]) == ("1958-03-29", [None, None, "2026-02-01"])
    assert converted.warnings[1:] == [
        "Rows of digits such as 20260131 were read as dates; choose Number under Columns for what is none: “date”, “Order Date”, "
        "“soldAt”, “Datum”, “startdate” and others.",
    ]


def test_what_a_column_is_known_as_it_stays(tmp_path):
    def converted(*days, known):
        (tmp_path / "days").write_text("\n".join(["day,n", *(f"{day},1" for day in days)]))
        found = sandbox.convert(tmp_path / "days", "csv", known={"day": known})
        return found.columns[0].type, found.warnings

    many = [f"202601{day}" for day in range(10, 20)]
    assert converted(*many, known="integer") == ("integer", [])
    assert converted(*many, "20260231", known="date") == (
        "date", ["One value of “day” is not a date and is empty in the table: line 12 (“20260231”)."],
    )  # fmt: skip
    assert converted(*many, *"12345", known="date") == ("integer", [])


def test_they_are_so_in_other_files_and_stay_what_people_call_them(tmp_path, read):
    days = '[{"date": 19580329, "day": "20260131", "n": 20260131}]'
    converted, rows = read(days, "json")
    assert (rows, list(types(converted).values())) == ([["1958-03-29", "2026-01-31", 20260131]], ["date", "date", "integer"])
    (tmp_path / "days").write_text(days)
    pinned = sandbox.convert(tmp_path / "days", "json", pins={"date": "number", "day": "text"})
    assert [(each.name, each.type) for each in pinned.columns] == [("date", "integer"), ("day", "text"), ("n", "integer")]
    assert (sandbox.query({"t": pinned.parquet_path}, "from t").rows, pinned.warnings) == ([[19580329, "20260131", 20260131]], [])
