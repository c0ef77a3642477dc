import duckdb
import pytest

from operant.platform.files import sandbox

from .conftest import types

_MANY_TYPES = """
    SELECT 1::TINYINT AS small, 18446744073709551615::UBIGINT AS large, 1.50::DECIMAL(38, 2) AS exact, 1.5::FLOAT AS f,
           'x'::BLOB AS text_as_bytes, '\\xFF'::BLOB AS bytes, uuid '00000000-0000-0000-0000-000000000001' AS key,
           TIMESTAMP_NS '2026-01-01 10:00:00' AS precise, TIMESTAMPTZ '2026-01-01 10:00:00+02' AS instant,
           TIME '10:00' AS clock, [1] AS list, {'a': 1} AS object, '{"a": [1]}'::JSON AS document, NULL AS nothing,
           INTERVAL 1 DAY AS span, 'y' AS "Select Größe"
"""


@pytest.fixture
def parquet(tmp_path):
    def make(sql: str, options: str = "") -> bytes:
        path = tmp_path / "made.parquet"
        duckdb.sql(f"COPY ({sql}) TO '{path}' (FORMAT parquet{options})")
        return path.read_bytes()

    return make


def test_types_are_brought_to_those_of_a_table(read, parquet):
    converted, rows = read(parquet(_MANY_TYPES), "parquet")
    assert types(converted) == {
        "small": "integer", "large": "integer", "exact": "decimal", "f": "float", "text_as_bytes": "text",
        "key": "text", "precise": "datetime", "instant": "datetime", "clock": "time", "list": "json", "object": "json",
        "document": "json", "nothing": "text", "span": "text", "select_groesse": "text",
    }  # fmt: skip
    assert rows == [
        [
            1, "18446744073709551615", "1.50", 1.5, "x", "00000000-0000-0000-0000-000000000001",
            "2026-01-01T10:00:00", "2026-01-01T08:00:00Z", "10:00:00", [1], {"a": 1},
            {"a": [1]}, None, "1 day", "y",
        ]
    ]  # fmt: skip
    assert converted.warnings == ["Column “bytes” holds binary data and was left out."]


def test_a_bomb_of_rows_is_refused_by_its_table_of_contents(refused, parquet):
    bomb = parquet("SELECT 0 AS a FROM range(2_000_000)", ", COMPRESSION zstd")
    assert len(bomb) < 20_000
    assert refused(bomb, "parquet", rows=1_000_000) == (
        "The file has 2,000,000 rows; at most 1,000,000 can be read.", None,
    )  # fmt: skip


def test_a_bomb_of_bytes_is_refused_by_its_table_of_contents(refused, parquet):
    bomb = parquet("SELECT repeat('x', 1_000_000) || i AS a FROM range(40) t(i)", ", COMPRESSION zstd")
    assert len(bomb) < 100_000
    assert refused(bomb, "parquet", unpacked_bytes=10_000_000) == (
        "The file unpacks to 0.0 GB; at most 0.0 GB can be read.", None,
    )  # fmt: skip


def test_a_bomb_that_lies_about_itself_meets_the_limits(read, parquet):
    """Dictionary and run-length encoding hide their size from the footer; memory and rows are still bounded."""
    bomb = parquet("SELECT repeat('x', 1_000_000) AS a FROM range(2000)", ", COMPRESSION zstd")
    assert len(bomb) < 20_000
    with pytest.raises((sandbox.TooBig, sandbox.BadFile, sandbox.TooSlow)):
        read(bomb, "parquet", memory_mb=64, seconds=5)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda whole: b"", "The file is empty."),
        (lambda whole: b"abc", "This is not a Parquet file."),
        (lambda whole: b"PARE" + whole[4:-4] + b"PARE",
         "The Parquet file is encrypted. Upload it without encryption."),
        (lambda whole: whole[: len(whole) // 2],
         "The Parquet file is cut off: its end is missing. Upload it again."),
        (lambda whole: whole[:20] + whole[-20:],
         "The Parquet file is damaged: its table of contents cannot be right."),
        (lambda whole: whole[:-8] + b"\xff\xff\xff\x7f" + whole[-4:],
         "The Parquet file is damaged: its table of contents cannot be right."),
    ],
)  # fmt: skip
def test_damaged_files_are_refused(refused, parquet, spoil, sentence):
    assert refused(spoil(parquet("SELECT i FROM range(1000) t(i)")), "parquet") == (sentence, None)


def test_no_damage_inside_gets_through_as_an_error_of_ours(read, parquet):
    """Every place of a small file spoiled once: it is refused, or what is read is a table."""
    # A column that is called like a day is looked through before it is written.
    whole = parquet("SELECT 20260101 + i % 28 AS day, 'name' || i AS name FROM range(50) t(i)")
    outcomes = set()
    for place in range(4, len(whole) - 8, max(1, len(whole) // 40)):
        spoiled = whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]
        try:
            read(spoiled, "parquet", seconds=5)
            outcomes.add("read")
        except (sandbox.BadFile, sandbox.TooBig) as error:
            outcomes.add(type(error).__name__)
    assert "BadFile" in outcomes
