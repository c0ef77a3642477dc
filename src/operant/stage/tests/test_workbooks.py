"""A workbook is a file like others: it is read soon after, says what was left out, and takes the place of a CSV and back."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from operant.platform.queue import waits
from operant.platform.refusals import Invalid, Refusal
from operant.stage import actions, earlier, engine, events, queries
from operant.testing import stage as things
from operant.testing.api import program
from operant.testing.cast import signed_in
from operant.testing.queue import run_jobs
from operant.testing.workbooks import DATE, workbook

ROWS = [["month", "region", "revenue"], [(46113, DATE), "West", 5], [(46143, DATE), "North", 7]]
NEWER = b"month,region,revenue\n2026-04-01,West,9\n"


def worked(cast, source):
    waits.sweep()
    run_jobs()
    with cast.at_harbour():
        return queries.source(source.pk)


def replaced(cast, source, content, name):
    with cast.at_harbour(cast.ben):
        actions.replace_file(source=source, upload=ContentFile(content), file_name=name, by=cast.ben)
    return worked(cast, source)


def shape(source):
    return [(each["name"], each["type"]) for each in source.columns]


def total(source):
    return engine.ask(queries.place(source), "select sum(revenue) from orders where month > '2026-03-01'", engine.PREVIEW).rows


def test_an_uploaded_workbook_is_a_table_and_its_page_says_what_was_left_out(cast):
    with cast.at_harbour(cast.ben):
        made = actions.upload(upload=ContentFile(workbook(ROWS, ROWS)), file_name="Shops of 2026.xlsx", by=cast.ben)
    after = worked(cast, made)
    assert (after.name, after.state, after.rows) == ("Shops of 2026", "ready", 2)
    assert shape(after) == [("month", "date"), ("region", "text"), ("revenue", "integer")]
    told = "The first sheet, “S1”, was read. Left out: “S2”."
    assert after.warnings == [told]
    page = signed_in(cast.ben).get(reverse("source", args=["harbour", made.pk])).content.decode()
    assert told in page
    start = signed_in(cast.ben).get(reverse("sources", args=["harbour"])).content.decode()
    assert ".xlsx,.xlsm," in start
    assert "CSV, Excel (.xlsx), JSON, Parquet or a SQLite database" in start


def test_a_workbook_takes_the_place_of_a_csv_and_the_other_way_round(cast, orders):
    with cast.at_harbour(cast.ben):
        things.published(cast.ben, name="Pulse", content=things.document(orders))
        before = shape(orders)
    after = replaced(cast, orders, workbook(ROWS), "orders.xlsx")
    with cast.at_harbour():
        assert (after.number, shape(after), total(after)) == (2, before, [[12]])
        assert earlier.waiting(after) is None
    again = replaced(cast, orders, NEWER, "orders.csv")
    with cast.at_harbour():
        assert (again.number, shape(again), total(again)) == (3, before, [[9]])
        assert [(each.number, each.file) for each in earlier.versions(again)] == [
            (3, "orders.csv"), (2, "orders.xlsx"), (1, "Orders.csv"),
        ]  # fmt: skip


def test_what_people_said_of_a_column_holds_for_the_workbook(cast, orders):
    with cast.at_harbour(cast.ben):
        actions.pin_columns(source=orders, types={"revenue": "text"}, by=cast.ben)
    worked(cast, orders)
    after = replaced(cast, orders, workbook(ROWS), "orders.xlsx")
    with cast.at_harbour():
        assert engine.ask(queries.place(after), "select revenue from orders", engine.PREVIEW).rows == [["5"], ["7"]]


def test_a_workbook_that_cannot_be_read_leaves_the_data_of_the_one_before(cast, orders):
    after = replaced(cast, orders, workbook(ROWS)[:-40], "orders.xlsx")
    assert (after.state, after.error) == (
        "failed", "The workbook is damaged or cut off. Save it anew as .xlsx and upload it again.",
    )  # fmt: skip
    with cast.at_harbour():
        assert queries.source(orders.pk).rows == 3
    with cast.at_harbour(cast.ben), pytest.raises(Invalid, match="This is an old Excel file, or has a password"):
        actions.replace_file(source=orders, upload=ContentFile(b"\xd0\xcf\x11\xe0old"), file_name="orders.xls", by=cast.ben)


SALES = [["region", "sold"], ["West", 5], ["North", 7]]
RETURNS = [["region", "returned"], ["West", 1]]


def test_a_second_source_of_a_workbook_is_called_after_its_sheet(cast):
    with cast.at_harbour(cast.ben):
        first, second = (
            actions.upload(upload=ContentFile(workbook(SALES, RETURNS)), file_name="Shops.xlsx", by=cast.ben) for _ in range(2)
        )
    assert (worked(cast, first).name, worked(cast, second).name) == ("Shops", "Shops 2")
    with cast.at_harbour(cast.ben):
        for source, sheet in ((first, "S2"), (second, "S2"), (second, "S1")):
            actions.choose_sheet(source=source, sheet=sheet, by=cast.ben)
        assert [queries.source(each.pk).name for each in (first, second)] == ["Shops", "Shops: S1"]
        actions.rename_source(source=queries.source(second.pk), name="Sold")
        assert actions.choose_sheet(source=second, sheet="S2", by=cast.ben).name == "Sold"


def test_another_sheet_is_chosen_and_stays_chosen_for_later_files(cast, announced):
    with cast.at_harbour(cast.ben):
        made = actions.upload(upload=ContentFile(workbook(SALES, RETURNS)), file_name="Shops.xlsx", by=cast.ben)
    first = worked(cast, made)
    assert (first.sheets, first.sheet, shape(first)[1][0]) == (["S1", "S2"], "", "sold")
    ben = signed_in(cast.ben)
    to_source, to_sheet = (reverse(each, args=["harbour", made.pk]) for each in ("source", "source-sheet"))
    page = ben.get(to_source).text
    assert ("Read this sheet" in page, '<option value="S2">S2</option>' in page) == (True, True)
    assert "Read this sheet" not in signed_in(cast.cleo).get(to_source).text
    announced.clear()
    ben.post(to_sheet, {"sheet": "S2"})
    second = worked(cast, made)
    assert (second.sheet, shape(second)[1][0], second.warnings, second.number) == ("S2", "returned", [], 2)
    assert announced[0] == events.SourceSheetChosen(source_id=made.public_id, name="Shops", sheet="S2", chosen_by="Ben")
    newer = replaced(cast, made, workbook(SALES, [*RETURNS, ["North", 9]]), "Shops.xlsx")
    assert (newer.sheet, newer.rows) == ("S2", 2)
    # The sheet goes back with the version, as types do.
    with cast.at_harbour(cast.ben):
        actions.use_version(source=newer, number=1, by=cast.ben)
        back = queries.source(made.pk)
    assert (back.sheet, back.sheets, shape(back)[1][0]) == ("", ["S1", "S2"], "sold")


def test_a_chosen_sheet_that_is_not_in_use_yet_is_said_to_be_so(cast):
    with cast.at_harbour(cast.ben):
        made = actions.upload(upload=ContentFile(workbook(SALES, RETURNS)), file_name="Shops.xlsx", by=cast.ben)
    worked(cast, made)
    ben, to_source = signed_in(cast.ben), reverse("source", args=["harbour", made.pk])
    assert "The rows are still those of" not in ben.get(to_source).text
    with cast.at_harbour(cast.ben):
        things.published(cast.ben, content=things.document(queries.source(made.pk), "select sum(sold) as revenue from shops"))
        actions.choose_sheet(source=queries.source(made.pk), sheet="S2", by=cast.ben)
    after = worked(cast, made)
    assert (after.sheet, shape(after)[1][0]) == ("S2", "sold")
    assert "The rows are still those of “S1”: the chosen sheet is not in use, and waits for you to" in ben.get(to_source).text


def test_a_newer_workbook_without_the_chosen_sheet_is_refused_and_what_is_there_stays(cast):
    with cast.at_harbour(cast.ben):
        made = actions.upload(upload=ContentFile(workbook(SALES, RETURNS)), file_name="Shops.xlsx", by=cast.ben)
    worked(cast, made)
    mine = program(cast.at_harbour, cast.ann)
    assert mine.put(f"sources/{made.public_id}/sheet", {"sheet": "S2"}).json()["sheet"] == "S2"
    worked(cast, made)
    after = replaced(cast, made, workbook(SALES, names=["All of it"]), "Shops.xlsx")
    assert (after.state, after.rows, after.error) == (
        "failed", 1, "The workbook has no visible sheet “S2” with something in it, which was chosen for this data source. "
        "It has “All of it”. Name one of them so and upload it again, or choose another sheet here.",
    )  # fmt: skip
    # Its own sheets are offered, and not those of the file before.
    assert mine.get(f"sources/{made.public_id}").json()["sheets"] == ["All of it"]
    assert mine.put(f"sources/{made.public_id}/sheet", {"sheet": "S1"}).status_code == 422
    page = signed_in(cast.ben).get(reverse("source", args=["harbour", made.pk])).text
    assert ("The first one: All of it" in page, '<option value="S1">' in page) == (True, False)
    assert mine.put(f"sources/{made.public_id}/sheet", {"sheet": "All of it"}).status_code == 200
    mended = worked(cast, made)
    assert (mended.state, mended.sheet, mended.sheets, mended.offered) == ("ready", "All of it", ["All of it"], [])
    assert shape(mended)[1][0] == "sold"


def test_a_sheet_whose_name_is_longer_than_excel_allows_is_not_chosen(cast):
    long = "S" * 256
    with cast.at_harbour(cast.ben):
        made = actions.upload(upload=ContentFile(workbook(SALES, RETURNS, names=["S1", long])), file_name="Shops.xlsx", by=cast.ben)
    worked(cast, made)
    with cast.at_harbour(cast.ben), pytest.raises(Invalid, match="more than 255 characters"):
        actions.choose_sheet(source=made, sheet=long, by=cast.ben)


def test_only_sheets_that_there_are_can_be_chosen(cast, orders):
    with cast.at_harbour(cast.ben):
        made = actions.upload(upload=ContentFile(workbook(SALES, RETURNS)), file_name="Shops.xlsx", by=cast.ben)
    worked(cast, made)
    with cast.at_harbour(cast.ben):
        with pytest.raises(Invalid, match="has no sheet “S9”"):
            actions.choose_sheet(source=made, sheet="S9", by=cast.ben)
        with pytest.raises(Refusal, match="no workbook with several sheets"):
            actions.choose_sheet(source=orders, sheet="S1", by=cast.ben)
    assert signed_in(cast.cleo).post(reverse("source-sheet", args=["harbour", made.pk]), {"sheet": "S2"}).status_code == 403
