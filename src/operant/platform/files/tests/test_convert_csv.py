import pytest

from operant.platform.files import sandbox

from .conftest import types

_LEFT_OUT = "1 row was left out (line {}: {})."


def test_a_plain_file(read):
    converted, rows = read("id,name,born\n1,Ada,1815-12-10\n2,Grace,1906-12-09\n")
    assert rows == [[1, "Ada", "1815-12-10"], [2, "Grace", "1906-12-09"]]
    assert types(converted) == {"id": "integer", "name": "text", "born": "date"}
    assert (converted.rows, converted.warnings) == (2, [])


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(read, mark, end):
    converted, rows = read(end.join([f"a{mark}b", f"1{mark}x", f"2{mark}y"]))
    assert rows == [[1, "x"], [2, "y"]]


def test_german_numbers_and_dates(read):
    converted, rows = read(
        "Datum;Umsatz in €;Menge;PLZ;Quote\n01.02.2026;1.234,56;1.200;01234;12\n28.02.2026;-12,5;3;80331;7,5\n"
    )
    assert rows == [["2026-02-01", 1234.56, 1200, "01234", 12.0], ["2026-02-28", -12.5, 3, "80331", 7.5]]
    assert types(converted) == {
        "datum": "date", "umsatz_in_eur": "float", "menge": "integer", "plz": "text", "quote": "float",
    }  # fmt: skip
    assert converted.warnings == [
        "Numbers were read with a decimal comma (1.234,5 is 1234.5): “Umsatz in €”, “Menge”, “Quote”."
    ]


@pytest.mark.parametrize(
    ("values", "kind", "read_as"),
    [
        (["1,234.50", "12,345,678.00"], "float", [1234.5, 12345678.0]),
        (["1,234", "5"], "integer", [1234, 5]),
        (["1.5", "-2", "3e3", ".5"], "float", [1.5, -2.0, 3000.0, 0.5]),
        (["12,5", "3"], "float", [12.5, 3.0]),
        (["01234", "99"], "text", ["01234", "99"]),
        (["123456789012345678", "1"], "integer", ["123456789012345678", 1]),
        (["1234567890123456789012", "1"], "text", ["1234567890123456789012", "1"]),
        (["true", "FALSE"], "boolean", [True, False]),
        (["2026-01-31", "2026-02-30"], "text", ["2026-01-31", "2026-02-30"]),
        (["2026-01-31 10:00", "2026-01-31T10:00:01.5"], "datetime", ["2026-01-31T10:00:00", "2026-01-31T10:00:01.5"]),
        (["2026-01-31T10:00:00+02:00", "2026-01-31T10:00:00Z"], "datetime",
         ["2026-01-31T08:00:00Z", "2026-01-31T10:00:00Z"]),
        (["12/31/2026", "1/2/2026"], "date", ["2026-12-31", "2026-01-02"]),
        (["31/12/2026", "1/2/2026"], "date", ["2026-12-31", "2026-02-01"]),
        (["3:05", "23:59:59"], "time", ["03:05:00", "23:59:59"]),
        (["Jun 12 1998", "12-Jun-98"], "date", ["1998-06-12", "1998-06-12"]),
        (["31.12.2026 9:05", "1.1.2026 00:00:00"], "datetime", ["2026-12-31T09:05:00", "2026-01-01T00:00:00"]),
        (["1", "x"], "text", ["1", "x"]),
    ],
)  # fmt: skip
def test_what_values_become(read, values, kind, read_as):
    quoted = "".join(f'"{value}";x\n' for value in values)
    converted, rows = read("v|w\n" + quoted.replace(";", "|"))
    assert ([row[0] for row in rows], converted.columns[0].type) == (read_as, kind)


def test_a_date_that_could_be_either_stays_text(read):
    converted, rows = read("d,n\n01/02/2026,1\n03/04/2026,2\n")
    assert rows == [["01/02/2026", 1], ["03/04/2026", 2]]
    assert converted.warnings == ["Dates could be day/month or month/day and stay text; choose one under Columns: “d”."]


def test_the_whole_file_decides_a_type(read):
    """5,000 numbers and then a word: a sample would have promised numbers and failed."""
    converted, rows = read("late,float\n" + "1,1\n" * 5000 + "x,1.5\n")
    assert types(converted) == {"late": "text", "float": "float"}
    assert (rows[0], rows[-1], len(rows)) == (["1", 1.0], ["x", 1.5], 5001)


def test_numbers_too_long_for_a_number_stay_text_and_are_told(read, tmp_path):
    text = "n,code\n1,00000000000000000001\n2.5,00000000000000000002\n99999999999999999999999999,3\n"
    converted, found = read(text)
    assert (types(converted), found[2]) == ({"n": "text", "code": "text"}, ["99999999999999999999999999", "3"])
    assert converted.warnings == ["Numbers of more than 18 digits stay text; choose Number under Columns to round them: “n”."]
    (tmp_path / "long.csv").write_text(text)
    pinned = sandbox.convert(tmp_path / "long.csv", "csv", to=tmp_path / "long.parquet", pins={"n": "number"})
    assert (types(pinned)["n"], pinned.warnings) == ("float", [])


@pytest.mark.parametrize(
    ("last", "said"), [("Total,30,2.5", True), ("ИТОГО:,30,", True), ("Total,31,7", False), ("Tonga,30,2.5", False)]
)
def test_a_last_row_that_sums_up_the_others_is_told(read, last, said):
    converted, _ = read(f"city,n,price\nOslo,10,2\nBonn,20,3\n{last}\n")
    name = last.partition(",")[0]
    assert converted.warnings == said * [
        f"The last row, “{name}”, holds the sums of those above it: a total of all rows counts everything twice. "
        "Delete it in the file, or leave it out in queries."
    ]


def test_marks_for_nothing_are_empty_among_numbers_only(read):
    converted, rows = read("n,t\n1,NA\nNA,x\n-,y\n")
    assert rows == [[1, "NA"], [None, "x"], [None, "y"]]
    assert converted.warnings == ["Marks such as NA or - were read as empty: “n”."]


@pytest.mark.parametrize(
    ("encoding", "warning"),
    [
        ("utf-8", []),
        ("utf-8-sig", []),
        ("utf-16", ["The file was read as UTF-16."]),
        ("utf-16-le", ["The file was read as UTF-16."]),
        ("utf-16-be", ["The file was read as UTF-16."]),
        ("cp1252", ["The file is not UTF-8; it was read as Windows-1252 (Western European)."]),
    ],
)
def test_encodings(read, encoding, warning):
    converted, rows = read("Straße,n\nMüllerweg,1\n".encode(encoding))
    assert rows == [["Müllerweg", 1]]
    assert [(column.name, column.label) for column in converted.columns] == [("strasse", "Straße"), ("n", "n")]
    assert converted.warnings == warning


def test_a_few_broken_bytes_do_not_change_the_encoding(read):
    converted, rows = read("größe,n\n".encode() + "süß,1\n".encode() * 100 + b"\xff,2\n")
    assert (rows[0], rows[-1]) == (["süß", 1], ["�", 2])
    assert converted.warnings == ["1 characters could not be read and are shown as “�”."]


def test_zero_bytes_are_removed(read):
    converted, rows = read("a,b\nx\0y,1\n")
    assert (rows, converted.warnings) == ([["xy", 1]], ["1 zero bytes were removed."])


def test_quoted_newlines_and_quotes(read):
    assert read('a,b\n"x\ny",1\n"say ""hi""",2\n')[1] == [["x\ny", 1], ['say "hi"', 2]]


def test_short_rows_are_filled_and_told(read):
    converted, rows = read("a,b,c\n1,2,3\n1,2\n4\n")
    assert rows == [[1, 2, 3], [1, 2, None], [4, None, None]]
    assert converted.warnings == [
        "2 rows were shorter than 3 columns and filled up with empty values (line 3, line 4)."
    ]


def test_few_bad_rows_are_left_out_and_told(read):
    converted, rows = read("a,b\n" + "1,x\n" * 400 + "1,2,3\n" + "2,y\n")
    assert (len(rows), rows[-1]) == (401, [2, "y"])
    assert converted.warnings == [_LEFT_OUT.format(402, "3 values for 2 columns")]


def test_many_bad_rows_refuse_the_file(refused):
    content = "a,b\n" + "1,x\n" * 10 + "1,2,3\n" * 5
    assert refused(content) == (
        "Line 12 cannot be read: 3 values for 2 columns. 5 of 15 rows have such a fault. "
        "Mend the file and upload it again.",
        12,
    )


def test_a_quote_that_never_closes_costs_one_row(read):
    converted, rows = read("a,b\n" + "x,1\n" * 200 + '"abc,2\n' + "y,3\n" * 200)
    assert (len(rows), rows[-1]) == (400, ["y", 3])
    assert converted.warnings == [_LEFT_OUT.format(202, "a quotation mark that does not fit")]


def test_a_stray_quote_is_taken_as_it_stands(read):
    assert read("a,b\n" + "x,1\n" * 200 + '"abc"d,2\n')[1][-1] == ["abcd", 2]


def test_every_row_is_either_there_or_told(read):
    """10,000 rows with faults mixed in: read, filled and left out add up."""
    lines = [f"{i},v{i}" for i in range(10_000)]
    for bad in (5, 4000, 9000):
        lines[bad] += ",extra"
    lines[7000] = "7000"
    converted, rows = read("id,v\n" + "\n".join(lines))
    assert [row[0] for row in rows] == [i for i in range(10_000) if i not in (5, 4000, 9000)]
    assert converted.warnings == [
        "3 rows were left out (line 7: 3 values for 2 columns; line 4002: 3 values for 2 columns; "
        "line 9002: 3 values for 2 columns).",
        "1 row was shorter than 2 columns and filled up with empty values (line 7002).",
    ]


def test_column_names(read):
    long = "x" * 300
    converted, rows = read(f"A b,a-b,,select,{long},2019,Größe %\n1,2,3,4,5,6,7\n")
    assert [column.name for column in converted.columns] == [
        "a_b", "a_b_2", "column_3", "select_", "x" * 60, "c_2019", "groesse_percent",
    ]  # fmt: skip
    assert [column.label for column in converted.columns] == [
        "A b", "a-b", "Column 3", "select", "x" * 200, "2019", "Größe %",
    ]  # fmt: skip
    assert rows == [[1, 2, 3, 4, 5, 6, 7]]


def test_a_file_without_header(read):
    converted, rows = read("1,Ada\n2,Ben\n")
    assert rows == [[1, "Ada"], [2, "Ben"]]
    assert converted.warnings == ["The file has no header; its columns were named column_1, column_2 and so on."]


def test_years_can_be_a_header(read):
    converted, rows = read("Country,2019,2020\nDE,1.5,2\nFR,2.5,3\n")
    assert types(converted) == {"country": "text", "c_2019": "float", "c_2020": "integer"}


def test_titles_and_the_mark_of_excel_are_passed_over(read):
    assert read("sep=;\na;b\n1;2\n")[1] == [[1, 2]]
    converted, rows = read("Report for March\n\na,b\n1,2\n3,4\n")
    assert (rows, converted.warnings) == (
        [[1, 2], [3, 4]], ["The first line stands above the table and was left out."],
    )  # fmt: skip


def test_a_delimiter_at_the_end_of_every_line_makes_no_column(read):
    converted, rows = read("a,b,\n1,2,\n3,4,\n")
    assert rows == [[1, 2], [3, 4]]
    assert converted.warnings == ["Column 3 has neither a name nor values and was left out."]


def test_a_header_without_rows(read):
    converted, rows = read("a,b\n")
    assert (rows, converted.rows, converted.warnings) == ([], 0, ["The file has columns but no rows."])


def test_a_huge_value(read):
    converted, rows = read("a,b\n" + "x" * 3_000_000 + ",1\n")
    assert (len(rows[0][0]), rows[0][1]) == (3_000_000, 1)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b" \n\r\n\t", "The file is empty."),
        (b"\xef\xbb\xbf", "The file is empty."),
        (b"PK\x03\x04" + b"x" * 50, "This is a ZIP or Excel file. Save the sheet as CSV and upload that."),
        (b"\x1f\x8b\x08" + b"x" * 50, "This file is compressed with gzip. Unpack it and upload what is inside."),
        (bytes(range(256)) * 20, "This is not a text file: it holds characters that no table has."),
        (b"a,b\n" + b"\0" * 500, "This is not a text file: it is full of zero bytes."),
    ],
)
def test_what_is_no_table_is_refused(refused, content, sentence):
    assert refused(content) == (sentence, None)


def test_too_many_columns_are_refused(refused):
    header = ",".join(f"c{number}" for number in range(10_000))
    assert refused(header + "\n")[0] == "The file has 10,000 columns; at most 500 can be read."


def test_too_many_rows_are_refused(refused):
    assert refused("a\n" + "1\n" * 101, rows=100) == ("The file has more than 100 rows.", None)


def test_a_file_larger_than_the_memory_is_streamed(tmp_path):
    """As 500 MB are to the real limit: 75 MB of text through a process that may keep 48 MB."""
    source = tmp_path / "big.csv"
    with source.open("w") as target:
        target.write("id,name,amount\n")
        for start in range(0, 500_000, 10_000):
            some = range(start, start + 10_000)
            target.write("".join(f"{i},customer {i % 997} {'of importance ' * 9},{i}.25\n" for i in some))
    assert source.stat().st_size > 75_000_000
    converted = sandbox.convert(source, "csv", limits=sandbox.FileLimits(memory_mb=48))
    totals = "SELECT count(*), count(DISTINCT name), sum(id), sum(amount) FROM t"
    assert sandbox.query({"t": converted.parquet_path}, totals).rows == [
        [500_000, 997, 124_999_750_000, 124_999_875_000.0]
    ]


def test_a_file_that_takes_too_long_is_refused(read):
    with pytest.raises(sandbox.TooSlow):
        read("a,b\n" + "1,x\n" * 4_000_000, seconds=0.05)


def test_a_failed_conversion_leaves_nothing(tmp_path):
    source = tmp_path / "upload"
    source.write_bytes(b"")
    with pytest.raises(sandbox.BadFile):
        sandbox.convert(source, "csv")
    assert list(tmp_path.iterdir()) == [source]
