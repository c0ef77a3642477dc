"""People say what columns are: it holds for later files and fetches, and what cannot be read so is told with its place."""

from contextlib import closing
from dataclasses import asdict

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from operant.platform.files.models import File
from operant.platform.files.sandbox import FileLimits, convert
from operant.platform.files.sandbox.cell.engine import Engine
from operant.platform.files.sandbox.cell.reading import csv_file
from operant.platform.queue import waits
from operant.platform.refusals import Invalid, Refusal
from operant.stage import actions, earlier, engine, events, queries
from operant.stage.feeds import Feed
from operant.testing import stage as things
from operant.testing.api import program
from operant.testing.cast import signed_in
from operant.testing.queue import run_jobs
from operant.testing.receiver import Answer

SHOPS = "zip,opened,open\n10115,03/04/2026,yes\n20095,05/06/2026,no\n80331,07/08/2026,maybe\n"


@pytest.fixture
def shops(cast):
    with cast.at_harbour(cast.ben):
        return things.source(cast.ben, name="Shops", csv=SHOPS)


def read_again(cast, source):
    waits.sweep()
    run_jobs()
    with cast.at_harbour():
        return queries.source(source.pk)


def pinned(cast, source, **types):
    with cast.at_harbour(cast.ben):
        actions.pin_columns(source=queries.source(source.pk), types=types, by=cast.ben)
    return read_again(cast, source)


def rows(source, sql):
    return engine.ask(queries.place(source), sql, engine.PREVIEW).rows


def types(source):
    return {each["name"]: each["type"] for each in source.columns}


def test_a_column_is_what_people_say_and_stays_it_for_later_files(cast, shops, announced):
    assert types(shops) == {"zip": "integer", "opened": "text", "open": "text"}
    announced.clear()
    after = pinned(cast, shops, zip="text", opened="day_first", open="boolean")
    with cast.at_harbour(cast.ben):
        assert types(after) == {"zip": "text", "opened": "date", "open": "boolean"}
        assert rows(after, "select * from shops") == [
            ["10115", "2026-04-03", True], ["20095", "2026-06-05", False], ["80331", "2026-08-07", None],
        ]  # fmt: skip
        assert after.warnings == ["One value of “open” is not yes or no and is empty in the table: line 4 (“maybe”)."]
        assert [each.changes for each in earlier.versions(after)][0] == [
            "zip was a whole number and is text now.", "opened was text and is a date now.", "open was text and is yes or no now.",
        ]  # fmt: skip
        newer = ContentFile(b"zip,opened,open\n01067,31/12/2026,no\n")
        actions.replace_file(source=after, upload=newer, file_name="shops.csv", by=cast.ben)
    again = read_again(cast, shops)
    with cast.at_harbour():
        assert (rows(again, "select * from shops"), again.warnings) == ([["01067", "2026-12-31", False]], [])
    assert announced[0] == events.SourcePinned(
        source_id=shops.public_id, name="Shops", types="zip: text, opened: date, day first, open: yes or no", pinned_by="Ben"
    )


def test_digits_stay_numbers_in_a_source_that_has_them_as_numbers(cast):
    with cast.at_harbour(cast.ben):
        codes = things.source(cast.ben, name="Codes", csv="day,n\n1,1\n")
        after = things.newer(codes, cast.ben, csv="day,n,date\n20260131,1,20260131\n")
        assert types(after) == {"day": "integer", "n": "integer", "date": "date"}
        actions.pin_columns(source=after, types={"day": "text"}, by=cast.ben)
    after = read_again(cast, codes)
    assert (types(after)["day"], after.known_types) == ("text", {"n": "integer", "date": "date"})


def test_what_was_said_can_be_taken_back_and_no_file_is_lost(cast, shops):
    pinned(cast, shops, zip="text")
    after = pinned(cast, shops)
    with cast.at_harbour(cast.ben):
        assert (types(after)["zip"], after.pins, after.number) == ("integer", {}, 3)
        # One upload and three tables of it.
        assert sorted(File.objects.values_list("kind", flat=True)) == ["csv", "parquet", "parquet", "parquet"]
        for number in (1, 2):
            actions.delete_version(source=after, number=number, by=cast.ben)
        assert sorted(File.objects.values_list("kind", flat=True)) == ["csv", "parquet"]
        assert rows(queries.source(shops.pk), "select count(*) from shops") == [[3]]


def test_a_file_and_types_that_come_at_once_are_both_kept(cast, shops):
    newer = ContentFile(SHOPS.replace("10115", "99999").encode())
    with cast.at_harbour(cast.ben):
        # What a request read before others wrote.
        early, late = queries.source(shops.pk), queries.source(shops.pk)
        actions.pin_columns(source=queries.source(shops.pk), types={"zip": "text"}, by=cast.ben)
        actions.replace_file(source=early, upload=newer, file_name="newer.csv", by=cast.ben)
        actions.pin_columns(source=late, types={"open": "boolean"}, by=cast.ben, adds=True)
    after = read_again(cast, shops)
    with cast.at_harbour():
        assert (after.pins, after.file.name) == ({"zip": "text", "open": "boolean"}, "newer.csv")
        assert rows(after, "select max(zip) from shops") == [["99999"]]
        assert File.objects.filter(name="newer.csv").count() == 1


def test_a_type_that_would_break_a_widget_waits(cast, shops):
    with cast.at_harbour(cast.ben):
        things.published(cast.ben, content=things.document(shops, "select sum(zip) as revenue from shops"))
    after = pinned(cast, shops, zip="text")
    with cast.at_harbour():
        assert (types(after)["zip"], earlier.waiting(after).number) == ("integer", 2)


def test_what_people_said_goes_back_with_the_version_that_was_read_with_it(cast, shops):
    after = pinned(cast, shops, zip="text")
    with cast.at_harbour(cast.ben):
        actions.use_version(source=after, number=1, by=cast.ben)
        back = queries.source(shops.pk)
        assert (back.pins, types(back)["zip"]) == ({}, "integer")
        newer = ContentFile(b"zip,opened,open\n01067,31/12/2026,no\n")
        actions.replace_file(source=back, upload=newer, file_name="shops.csv", by=cast.ben)
    third = read_again(cast, shops)
    assert types(third)["zip"] == "text" and third.pins == {}  # a zero at the beginning: as it comes
    with cast.at_harbour(cast.ben):
        actions.use_version(source=third, number=2, by=cast.ben)
        assert queries.source(shops.pk).pins == {"zip": "text"}


def test_types_that_waited_go_with_the_version_that_is_deleted(cast, shops):
    with cast.at_harbour(cast.ben):
        things.published(cast.ben, content=things.document(shops, "select sum(zip) as revenue from shops"))
    pinned(cast, shops, opened="day_first")
    after = pinned(cast, shops, opened="day_first", zip="text")
    assert (after.pins, types(after)["zip"]) == ({"opened": "day_first", "zip": "text"}, "integer")
    with cast.at_harbour(cast.ben):
        actions.delete_version(source=after, number=3, by=cast.ben)
        assert queries.source(shops.pk).pins == {"opened": "day_first"}


def test_a_file_that_is_read_with_types_keeps_them_when_another_version_is_used_meanwhile(cast, shops):
    pinned(cast, shops, zip="text")
    with cast.at_harbour(cast.ben):
        actions.pin_columns(source=queries.source(shops.pk), types={"zip": "text", "open": "boolean"}, by=cast.ben)
        actions.use_version(source=queries.source(shops.pk), number=1, by=cast.ben)
    after = read_again(cast, shops)
    assert (after.pins, types(after)["open"]) == ({"zip": "text", "open": "boolean"}, "boolean")


def test_a_reading_that_types_overtook_puts_nothing_in_place(cast, shops):
    with cast.at_harbour(cast.ben):
        actions.pin_columns(source=shops, types={"zip": "text"}, by=cast.ben)
        late = actions.begin_reading(source_id=shops.pk)
        actions.pin_columns(source=queries.source(shops.pk), types={"open": "boolean"}, by=cast.ben)
        newer = actions.begin_reading(source_id=shops.pk)
        made = convert(late.path, late.kind, to=late.path.with_suffix(".late"), **late.choices)
        actions.finish_reading(reading=late, found=made)
        assert types(queries.source(shops.pk))["zip"] == "integer"
        made = convert(newer.path, newer.kind, to=newer.path.with_suffix(".newer"), **newer.choices)
        actions.finish_reading(reading=newer, found=made)
        after = queries.source(shops.pk)
        assert (types(after)["zip"], types(after)["open"], after.pins) == ("integer", "boolean", {"open": "boolean"})


def test_only_columns_that_there_are_and_types_that_there_are(cast, shops):
    with cast.at_harbour(cast.ben):
        for wrong in ({"nothing": "text"}, {"zip": "blob"}):
            with pytest.raises(Invalid):
                actions.pin_columns(source=shops, types=wrong, by=cast.ben)
        dataset = actions.declare(name="Sales", columns=[("region", "text")], by=cast.ben)
        with pytest.raises(Refusal, match="none can be set"):
            actions.pin_columns(source=dataset, types={"region": "text"}, by=cast.ben)


@pytest.mark.parametrize(
    ("pin", "values", "kept", "type"),
    [
        ("number", ["007", "+1", "-2", ""], [7, 1, -2, None], "integer"),
        ("number", ["1,234.5", "x", "1e3", ".5"], [1234.5, None, 1000.0, 0.5], "float"),
        ("number", ["1.234,5", "2,5", "7", "NA"], [1234.5, 2.5, 7.0, None], "float"),
        ("date", ["2026-01-31", "31.1.2026", "Jan 31, 2026", "31/12/2026"], ["2026-01-31"] * 3 + ["2026-12-31"], "date"),
        ("date", ["19580329", "20260230", "2026-03-04"], ["1958-03-29", None, "2026-03-04"], "date"),
        ("month_first", ["4/3/21", "12/15/2021"], ["2021-04-03", "2021-12-15"], "date"),
        ("datetime", ["3 Mar 2021 14:05", "Mar 3, 2021 14:05:09"], ["2021-03-03T14:05:00", "2021-03-03T14:05:09"], "datetime"),
        ("month_first", ["01/02/2026", "2026-03-04", "13/01/2026", ""], ["2026-01-02", "2026-03-04", None, None], "date"),
        ("datetime", ["2026-01-31 10:00", "31.1.2026 9:30", "2026-02-01", "soon"],
         ["2026-01-31T10:00:00", "2026-01-31T09:30:00", "2026-02-01T00:00:00", None], "datetime"),
        ("datetime", ["1517966773840", "1517966773", "soon", ""],
         ["2018-02-07T01:26:13.84", "2018-02-07T01:26:13", None, None], "datetime"),
        ("time", ["9:30", "10:00:05", "25:00", "noon"], ["09:30:00", "10:00:05", None, None], "time"),
        ("boolean", ["Yes", "off", "1", "perhaps"], [True, False, True, None], "boolean"),
        ("text", ["1e5", "0012", "NA", " x"], ["1e5", "0012", "NA", " x"], "text"),
    ],
)  # fmt: skip
def test_each_type_reads_what_people_write(tmp_path, pin, values, kept, type):
    path, to = tmp_path / "in.csv", tmp_path / "out.parquet"
    path.write_text("a;b\n" + "".join(f'"{each}";x\n' for each in values))
    made = convert(path, "csv", to=to, pins={"a": pin, "not_there": "text"})
    assert made.columns[0].type == type
    assert [row[0] for row in engine.ask(engine.FileTable("t", to), "select a from t", engine.PREVIEW).rows] == kept
    nothing = {"", "NA"} if pin != "text" else set()
    lost = [value for value, found in zip(values, kept, strict=True) if found is None and value not in nothing]
    assert [f"“{each}”" in " ".join(made.warnings) for each in lost] == [True] * len(lost)


def test_the_first_places_are_told_and_the_others_counted(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("a\n" + "".join(f"bad{number}\n" for number in range(2_000)) + "1\n")
    [said] = convert(path, "csv", pins={"a": "number"}).warnings
    assert said == (
        "2,000 values of “a” are not a number and are empty in the table: line 2 (“bad0”), line 3 (“bad1”), line 4 (“bad2”), "
        "line 5 (“bad3”), line 6 (“bad4”) and 1,995 more."
    )


def test_the_lines_of_a_file_are_counted_once_for_all_its_columns(tmp_path, monkeypatch):
    counted, first_line = [], csv_file._first_line
    monkeypatch.setattr(csv_file, "_first_line", lambda *about: counted.append(about) or first_line(*about))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("a,b\n1,x\n2,y\n")
    engine = Engine()
    with (tmp_path / "a.csv").open("rb") as file, closing(engine.connection):
        plan = csv_file.plan(engine, file.fileno(), asdict(FileLimits()))
        assert [plan.first_line() for _ in range(3)] == [2, 2, 2]
    assert len(counted) == 1


def test_where_a_row_is_no_line_rows_are_counted(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text('a,b\n1,"two\nlines"\nx,y\n')
    [said] = convert(path, "csv", pins={"a": "number"}).warnings
    assert said.endswith("row 2 (“x”).")


@pytest.mark.parametrize(("pin", "kept", "type"), [("text", ["1", "x", None], "text"), ("number", [1, None, None], "integer")])
def test_json_is_read_as_people_say(tmp_path, pin, kept, type):
    path, to = tmp_path / "in.json", tmp_path / "out.parquet"
    path.write_text('[{"a": 1}, {"a": "x"}, {"a": null}]')
    made = convert(path, "json", to=to, pins={"a": pin})
    assert made.columns[0].type == type
    assert [row[0] for row in engine.ask(engine.FileTable("t", to), "select a from t", engine.PREVIEW).rows] == kept


@pytest.mark.parametrize(
    ("format", "answer"), [("http_csv", "zip,n\n10115,1\n"), ("http_json", '[{"zip": 10115, "n": 1}]')]
)
def test_what_is_fetched_is_read_as_people_say(cast, server, format, answer):
    server.usual = Answer(200, answer.encode())
    with cast.at_harbour(cast.ben):
        source = actions.connect(name="Shops", place=Feed("", format, server.url("/shops")), by=cast.ben)
    run_jobs()
    with cast.at_harbour():
        assert types(queries.source(source.pk)) == {"zip": "integer", "n": "integer"}
    after = pinned(cast, source, zip="text")
    with cast.at_harbour():
        assert (types(after), rows(after, "select zip from shops")) == ({"zip": "text", "n": "integer"}, [["10115"]])


def test_the_page_and_programs_say_types(cast, shops):
    ben, at = signed_in(cast.ben), reverse("source-types", args=["harbour", shops.pk])
    ben.post(at, {"pin-zip": "text", "pin-opened": "", "pin-open": ""})
    after = read_again(cast, shops)
    assert (after.pins, types(after)["zip"]) == ({"zip": "text"}, "text")
    assert signed_in(cast.cleo).post(at, {"pin-zip": "number"}).status_code == 403
    mine = program(cast.at_harbour, cast.ann)
    assert mine.put(f"sources/{shops.public_id}/types", {"types": {"opened": "month_first"}}).json()["state"] == "converting"
    after = read_again(cast, shops)
    assert (after.pins, types(after)) == ({"opened": "month_first"}, {"zip": "integer", "opened": "date", "open": "text"})
