"""Workbooks of Excel: their cells say what they are, and what is no table of a workbook is told."""

import pytest

from operant.platform.files import sandbox
from operant.platform.files.sandbox import runner
from operant.platform.files.sandbox.cell.reading import money
from operant.testing.workbooks import DATE, DATETIME, DOLLARS, DURATION, EUROS, PERCENT, TIME, workbook

from .conftest import types

_DAMAGED = "The workbook is damaged or cut off. Save it anew as .xlsx and upload it again."
_HEADER = ["city", "n"]
_ROW = "<worksheet><sheetData><row><c t='str'><v>"


def test_cells_are_what_they_say(read):
    rows = [
        ["id", "name", "amount", "day", "at", "opens", "share", "open", "zip", "twice"],
        [1, "Oslo", 2.5, (45000, DATE), (45000.4375, DATETIME), (0.4375, TIME), (0.25, PERCENT), True, "007", ("=A2*2", 2)],
        [2.0, "Ärö\nx, \"y\"", 3, (45001, DATE), (45001, DATETIME), (0, TIME), (0.5, PERCENT), False, "0123", ("=A3*2", 4)],
    ]  # fmt: skip
    converted, found = read(workbook(rows), "xlsx")
    assert types(converted) == {
        "id": "integer", "name": "text", "amount": "float", "day": "date", "at_": "datetime", "opens": "time", "share": "float",
        "open": "boolean", "zip": "text", "twice": "integer",
    }  # fmt: skip
    assert found == [
        [1, "Oslo", 2.5, "2023-03-15", "2023-03-15T10:30:00", "10:30:00", 0.25, True, "007", 2],
        [2, 'Ärö\nx, "y"', 3.0, "2023-03-16", "2023-03-16T00:00:00", "00:00:00", 0.5, False, "0123", 4],
    ]
    assert converted.warnings == []


def test_figures_that_are_all_of_one_currency_have_it(read):
    rows = [
        [None, "gross", "net", "mixed", "half", "note"],
        [None, (4500, DOLLARS), (12.5, EUROS), (1, EUROS), (1, EUROS), "a"],
        [None, (20.5, DOLLARS), (7, EUROS), (2, DOLLARS), 2, (3, EUROS)],
    ]
    converted, found = read(workbook(rows), "xlsx")
    assert {each.name: each.currency for each in converted.columns} == {
        "gross": "USD", "net": "EUR", "mixed": "", "half": "", "note": "",
    }  # fmt: skip
    assert found[0] == [4500.0, 12.5, 1, 1, "a"]


@pytest.mark.parametrize(("code", "letters"), [
    ('"$"#,##0.00', "USD"), ("\\$#,##0", "USD"), ('_("$"* #,##0_);_(* "-"_)', "USD"),
    ("[$$-409]#,##0", "USD"), ("[$$-1009]#,##0", ""), ("#,##0.00 [$€-407]", "EUR"),
    ('#,##0 "€"', "EUR"), ("[$£-0809]0", "GBP"), ("[$CHF] 0.00", "CHF"), ("[$-409]d mmm yyyy", ""),
    ("#,##0.00", ""), ("[Red]0%", ""),
])  # fmt: skip
def test_a_number_format_says_its_currency(code, letters):
    assert money.currency(code) == letters


def test_numbers_and_dates_that_are_text_stay_text(read):
    converted, found = read(workbook([["a", "b"], ["1", "2026-01-01"], ["2", "2026-01-02"]]), "xlsx")
    assert (types(converted), found) == ({"a": "text", "b": "text"}, [["1", "2026-01-01"], ["2", "2026-01-02"]])


def test_what_is_mixed_is_text_and_told_and_durations_are_seconds(read):
    rows = [["mixed", "worked", "n"], [1, (1.5, DURATION), 1], ["x", (0.25, DURATION), "N/A"], [(45000, DATE), None, 2.5]]
    converted, found = read(workbook(rows), "xlsx")
    assert types(converted) == {"mixed": "text", "worked": "float", "n": "float"}
    assert found == [["1", 129600.0, 1.0], ["x", 21600.0, None], ["2023-03-15", None, 2.5]]
    assert converted.warnings == [
        "Durations were read as seconds: “worked”.", "Values of several kinds were read as text: “mixed”.",
        "Marks such as NA or - were read as empty: “n”.",
    ]  # fmt: skip


def test_errors_are_empty_and_counted(read):
    converted, found = read(workbook([_HEADER, ["Oslo", ("!", "#N/A")], ["Bonn", ("!", "#DIV/0!")], ["Leeds", 3]]), "xlsx")
    assert (types(converted)["n"], found) == ("integer", [["Oslo", None], ["Bonn", None], ["Leeds", 3]])
    assert converted.warnings == ["2 cells hold errors such as #N/A and are empty in the table."]


def test_of_merged_cells_the_first_has_the_value(read):
    merged = '<row r="1"><c r="A1" t="str"><v>city</v></c><c r="B1" t="str"><v>n</v></c></row>' + "".join(
        f'<row r="{row}">{cell}<c r="B{row}"><v>{row}</v></c></row>'
        for row, cell in ((2, '<c r="A2" t="str"><v>Oslo</v></c>'), (3, '<c r="A3"/>'))
    )
    book = workbook(f'{merged}</sheetData><mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells><sheetData>')
    assert read(book, "xlsx")[1] == [["Oslo", 2], [None, 3]]


def test_the_table_may_stand_anywhere_below_titles(read):
    rows = [
        [],
        [None, "Sales of March"],
        [],
        [None, None, "city", None, "n"],
        [None, None, "Oslo", None, 1],
        [],
        [None, None, "Bonn", None, 2],
    ]
    converted, found = read(workbook(rows), "xlsx")
    assert ([column.label for column in converted.columns], found) == (["city", "n"], [["Oslo", 1], ["Bonn", 2]])
    assert converted.warnings == ["The first row stands above the table and was left out."]


def test_rows_without_a_header(read):
    converted, found = read(workbook([[1, 2], [3, 4]]), "xlsx")
    assert (list(types(converted)), found) == (["column_1", "column_2"], [[1, 2], [3, 4]])
    assert converted.warnings == ["The sheet has no header; its columns were named column_1, column_2 and so on."]


def test_a_header_alone_is_a_table_without_rows(read):
    converted, found = read(workbook([_HEADER]), "xlsx")
    assert (list(types(converted)), found, converted.warnings) == (_HEADER, [], ["The file has columns but no rows."])


def test_the_first_visible_sheet_with_something_in_it_is_read(read):
    table = [_HEADER, ["Oslo", 1]]
    converted, found = read(workbook([_HEADER, ["Secret", 9]], [], table, table, table, hidden=(1,)), "xlsx")
    assert found == [["Oslo", 1]]
    assert converted.warnings == ["The first sheet, “S3”, was read. Left out: “S4”, “S5”."]


def test_pinned_columns_are_read_as_people_say(tmp_path):
    source = tmp_path / "upload"
    source.write_bytes(workbook([["zip", "n", "day", "text"], [10115, "007", (45000, DATE), 1], [20095, "x", (45001, DATE), 2.5]]))
    pins = {"zip": "text", "n": "number", "day": "datetime", "text": "text"}
    converted = sandbox.convert(source, "xlsx", pins=pins)
    assert types(converted) == {"zip": "text", "n": "integer", "day": "datetime", "text": "text"}
    assert sandbox.query({"t": converted.parquet_path}, "FROM t").rows == [
        ["10115", 7, "2023-03-15T00:00:00", "1"], ["20095", None, "2023-03-16T00:00:00", "2.5"],
    ]  # fmt: skip
    assert converted.warnings == ["One value of “n” is not a number and is empty in the table: row 2 (“x”)."]


def test_macros_and_links_to_elsewhere_are_passed_over(read):
    more = {
        "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0macro",
        "xl/externalLinks/externalLink1.xml": '<externalLink><externalBook r:id="x"/></externalLink>',
        "xl/externalLinks/_rels/externalLink1.xml.rels": '<Relationships><Relationship Id="x" TargetMode="External" '
        'Target="file:///etc/passwd"/></Relationships>',
    }
    converted, found = read(workbook([_HEADER, ["Oslo", ("=[1]Sheet1!A1", 5)]], more=more), "xlsx")
    assert (found, converted.warnings) == ([["Oslo", 5]], [])


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"xl/workbook.xml": "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><workbook>&a;</workbook>"}, _DAMAGED),
        ({"xl/workbook.xml": "<workbook>"}, _DAMAGED),
        ({"xl/workbook.xml": " " * 5_000_000}, _DAMAGED),
        ({"xl/worksheets/sheet1.xml": f"<!DOCTYPE x [<!ENTITY a 'b'>]>{_ROW}&a;</v></c>"}, _DAMAGED),
        ({"xl/worksheets/sheet1.xml": "<worksheet><sheetData/></worksheet>"},
         "The workbook holds no visible sheet with something in it."),
    ],
)  # fmt: skip
def test_a_workbook_whose_parts_are_no_good_is_refused(refused, more, sentence):
    assert refused(workbook([_HEADER], more=more), "xlsx") == (sentence, None)


def test_a_workbook_that_is_cut_off_is_refused(refused):
    whole = workbook([_HEADER, *[["Oslo", number] for number in range(500)]])
    for length in (30, len(whole) // 2, len(whole) - 30):
        assert refused(whole[:length], "xlsx") == (_DAMAGED, None)
    broken = bytearray(whole)
    place = whole.index(b"xl/worksheets/sheet1.xml") + 200
    broken[place : place + 50] = b"x" * 50
    assert refused(bytes(broken), "xlsx") == (_DAMAGED, None)


def test_other_files_in_a_zip_are_named(refused):
    def zipped(name):
        return workbook(more={name: "x", "_rels/.rels": f'<a><b Type="x/officeDocument" Target="{name}"/></a>'})

    assert (
        refused(zipped("xl/workbook.bin"), "xlsx")[0]
        == "This is a binary workbook (.xlsb). Save it as .xlsx or CSV and upload that."
    )
    assert refused(zipped("word/document.xml"), "xlsx")[0].startswith("This is a Word document, not a table.")
    assert refused(zipped("data.csv"), "xlsx")[0].startswith("This is a ZIP file and no Excel workbook.")


def test_one_cell_at_the_end_of_the_sheet_is_refused_and_told(refused):
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert refused(workbook(far), "xlsx")[0] == (
        "The sheet “S1” reaches over 1,048,576 rows and 16,384 columns, which is more than can be read. Delete what stands far "
        "from the table, or save the sheet as CSV and upload that."
    )


def test_one_that_hides_how_far_it_goes_ends_at_the_memory(read, capfd, caplog):
    far = "<row r='1'><c r='A1'><v>1</v></c></row><row r='1048576'><c r='XFD1048576'><v>1</v></c></row>"
    runner.nursery.close()  # the next one writes to what is captured here
    with pytest.raises(sandbox.TooBig), caplog.at_level("WARNING", "operant"):
        read(workbook(far), "xlsx")
    # One line says it, and not the library's own trace.
    assert (capfd.readouterr().err, [each.getMessage() for each in caplog.records]) == (
        "", ["A sandbox process ended without an answer to “convert”: it wanted more memory than it may use."],
    )  # fmt: skip
    assert read(workbook([_HEADER, ["Oslo", 1]]), "xlsx")[1] == [["Oslo", 1]]


def test_cells_that_are_only_formatted_reach_nowhere(read):
    rows = '<row r="1"><c r="A1" t="str"><v>n</v></c></row><row r="2"><c r="A2"><v>1</v></c><c r="XFD2" s="1"/></row>'
    assert read(workbook(rows + '<row r="1048576"><c r="XFD1048576" s="1"/></row>'), "xlsx")[1] == [[1]]


def test_too_many_columns_and_rows_are_refused(refused):
    wide = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>'
    assert refused(workbook(wide), "xlsx")[0] == "The sheet “S1” has 16,384 columns; at most 500 can be read."
    assert refused(workbook([["n"], *[[n] for n in range(11)]]), "xlsx", rows=10)[0] == "The file has more than 10 rows."


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_what_grows_when_it_is_unpacked_is_refused(refused, part):
    bomb = workbook([_HEADER, ["Oslo", 1]], more={part: b"<c><v>" + b" " * 30_000_000})
    assert len(bomb) < 40_000
    assert refused(bomb, "xlsx", unpacked_bytes=20_000_000)[0] == "The workbook unpacks to 0.0 GB; at most 0.0 GB can be read."


def test_a_part_that_lies_about_its_size_is_refused(refused):
    size = 30_000_000
    bomb = workbook([_HEADER], more={"xl/worksheets/sheet1.xml": b"<c><v>" + b" " * size})
    lied = bomb.replace((size + 6).to_bytes(4, "little"), (600).to_bytes(4, "little"))
    assert refused(lied, "xlsx", unpacked_bytes=20_000_000)[0] == _DAMAGED


def test_a_large_sheet_is_read(tmp_path):
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}" t="str"><v>customer {n % 97}</v></c></row>' for n in range(2, 200_002)
    )
    source = tmp_path / "upload"
    source.write_bytes(workbook('<row r="1"><c r="A1" t="str"><v>id</v></c><c r="B1" t="str"><v>name</v></c></row>' + rows))
    converted = sandbox.convert(source, "xlsx")
    asked = "SELECT count(*), sum(id), count(DISTINCT name) FROM t"
    assert sandbox.query({"t": converted.parquet_path}, asked).rows == [[200_000, 20_000_300_000, 97]]
