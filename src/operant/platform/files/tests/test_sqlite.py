"""Database files of SQLite: listed, asked, and what neither they nor the SQL over them can do."""

import sqlite3
from pathlib import Path

import pytest

from operant.platform.files import sandbox
from operant.platform.files.sandbox import BadFile, BadQuery, Limits, TooBig, TooSlow
from operant.platform.files.sandbox.cell.sqlite.complaints import ONLY_SELECT

SHOP = '''
CREATE TABLE orders (id INTEGER PRIMARY KEY, day DATE, at DATETIME, region TEXT, amount DECIMAL(9, 2), open BOOLEAN, raw BLOB);
INSERT INTO orders VALUES (1, '2026-01-05', '2026-01-05 09:00', 'Köln', 10, 1, x'00ff'),
    (2, '2026-01-06', '2026-01-06 09:00:00.5', 'North', 20.5, 0, NULL), (3, '2026-02-01', NULL, 'North', NULL, NULL, NULL);
CREATE TABLE "order" (empty TIMESTAMP, "the ""value""" INT, other);
CREATE VIEW months AS SELECT strftime('%m', day) AS month, sum(amount) AS amount FROM orders GROUP BY 1;
'''


@pytest.fixture
def made(tmp_path):
    def make(script, name="shop.db"):
        path = tmp_path / name
        connection = sqlite3.connect(path)
        connection.executescript(script)
        connection.commit()
        connection.close()
        return path

    return make


@pytest.fixture
def shop(made):
    return made(SHOP)


def test_tables_are_listed_with_what_their_columns_hold(shop):
    listed = sandbox.list_database(shop)
    assert [(each["name"], each["rows"]) for each in listed.tables] == [("months", None), ('"order"', 0), ("orders", 3)]
    assert [{each["name"]: each["type"] for each in table["columns"]} for table in listed.tables] == [
        {"month": "text", "amount": "float"}, {"empty": "datetime", 'the "value"': "integer", "other": "text"},
        {"id": "integer", "day": "date", "at": "datetime", "region": "text", "amount": "float", "open": "integer", "raw": "text"},
    ]  # fmt: skip
    assert listed.warnings == []


def test_a_query_reads_the_file_as_it_stands(shop):
    found = sandbox.ask_database(shop, "select * from orders where id < 3 order by id desc;")
    assert found.columns == sandbox.list_database(shop).tables[2]["columns"]
    assert found.rows == [
        [2, "2026-01-06", "2026-01-06T09:00:00.5", "North", 20.5, 0, None],
        [1, "2026-01-05", "2026-01-05T09:00", "Köln", 10, 1, "00ff"],
    ]
    cut = sandbox.ask_database(shop, "select id from orders order by 1", Limits(rows=2))
    assert (cut.rows, cut.truncated) == ([[1], [2]], True)


def test_what_is_sorted_and_grouped_may_be_larger_than_memory_takes(made):
    """SQLite sorts beside itself on the disk; the only place for that is the folder of the job."""
    rows = 400_000
    path = made(
        "CREATE TABLE sales (n INTEGER PRIMARY KEY, word TEXT);"
        f"WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < {rows})"
        "INSERT INTO sales SELECT n, 'a word that is as long as a name ' || (n * 7919 % 399989) FROM up;"
    )
    found = sandbox.ask_database(path, "select word, count(*) as times from sales group by 1 order by 2 desc, 1 limit 1")
    assert found.rows == [["a word that is as long as a name 15838", 2]]


VALUES = [
    ("9007199254740992", "integer", 2**53), ("9223372036854775807", "integer", "9223372036854775807"), ("9e999", "float", None),
    ("0.0 / 0", "float", None), ("-1.5", "float", -1.5), ("null", "float", None), ("'2026-02-30'", "text", "2026-02-30"),
    ("'2026-02-28T10:00:00+02:00'", "datetime", "2026-02-28T08:00:00Z"), ("'12:00'", "text", "12:00"), ("true", "integer", 1),
    ("zeroblob(1000)", "text", "00" * 32), ("cast(x'ff41' as text)", "text", "\ufffdA"), ("'{\"a\": 1}'", "text", '{"a": 1}'),
]  # fmt: skip


def test_every_value_travels_as_the_wire_has_it(shop):
    found = sandbox.ask_database(shop, "select " + ",".join(f"{sql} as c{at}" for at, (sql, *_) in enumerate(VALUES)))
    shown = [(column["type"], value) for column, value in zip(found.columns, found.rows[0], strict=True)]
    assert [(sql, *each) for (sql, *_), each in zip(VALUES, shown, strict=True)] == VALUES


def test_a_column_of_several_kinds_is_text(shop):
    found = sandbox.ask_database(shop, "select 1 as a, 1 as b union all select 'x', 2.5 union all select x'ff', null")
    assert (found.columns, found.rows) == (
        [{"name": "a", "type": "text"}, {"name": "b", "type": "float"}], [["1", 1], ["x", 2.5], ["ff", None]],
    )  # fmt: skip


NO_SELECTS = [
    "delete from orders", "update orders set id = 9", "insert into orders (id) values (9) returning id", "drop table orders",
    "create table x (a)", "create temp table x (a)", "create temp view x as select 1", "attach '{folder}/other.db' as other",
    "attach ':memory:' as other", "detach main", "vacuum", "vacuum into '{folder}/copy.db'", "begin", "commit", "savepoint x",
    "pragma table_info(orders)", "pragma query_only = off", "pragma trusted_schema = on", "pragma journal_mode = delete",
    "select * from pragma_table_info('orders')", "select load_extension('{folder}/x')", "select fts3_tokenizer('simple')",
    "reindex", "analyze", "alter table orders add x", "create virtual table x using fts5(a)", "",
]  # fmt: skip


def test_nothing_but_a_select_runs(shop, tmp_path):
    before = shop.read_bytes()
    said = {}
    for sql in NO_SELECTS:
        with pytest.raises(BadQuery) as error:
            sandbox.ask_database(shop, sql.format(folder=tmp_path))
        said[sql] = error.value.message
    assert said == dict.fromkeys(NO_SELECTS, ONLY_SELECT)
    assert (shop.read_bytes(), [each.name for each in tmp_path.iterdir()]) == (before, ["shop.db"])


@pytest.mark.parametrize(
    ("sql", "line", "column", "words"),
    [
        ("select\n  nope\nfrom orders", 2, 3, "There is no column “nope” here."),
        ("select 1 from\n\n   nowhere", 3, 4, "There is no table “nowhere” here."),
        ("selec 1", 1, 1, "The SQL cannot be understood at “selec”."),
        ("select (1", None, None, "The SQL ends too early."),
        ("select writefile('x', 'y')", 1, 8, "There is no function “writefile” here."),
        ("select 1; select 2", None, None, "Only one SELECT can be asked at a time: nothing before it, and nothing after it."),
        ("select ?", None, None, "Placeholders such as ? cannot be used here: write :name, and declare it."),
        ("select '\0'", None, None, "The query contains a null character."),
    ],
)
def test_a_mistake_is_shown_where_it_stands(shop, sql, line, column, words):
    with pytest.raises(BadQuery) as error:
        sandbox.ask_database(shop, sql)
    assert (error.value.message, error.value.line, error.value.column) == (words, line, column)


COUNT = "with recursive n(i) as (select 1 union all select i + 1 from n)"
HEAVY = {
    f"{COUNT} select count(*) from n": TooSlow,
    "select zeroblob(900000000)": TooBig, "select hex(zeroblob(4000000))": TooBig,
    f"{COUNT} select i from n order by random() limit 1": TooSlow,
}  # fmt: skip


@pytest.mark.parametrize("sql", HEAVY)
def test_what_takes_too_much_is_ended(shop, sql):
    with pytest.raises(HEAVY[sql]):
        sandbox.ask_database(shop, sql, Limits(seconds=0.5 if HEAVY[sql] is TooSlow else 10, bytes=1_000_000, memory_mb=64))


def test_rows_without_end_are_cut(shop):
    found = sandbox.ask_database(shop, f"{COUNT} select i, hex(randomblob(500)) from n", Limits(bytes=100_000))
    assert (found.truncated, 90 < len(found.rows) < 101) == (True, True)


HOSTILE = '''
CREATE TABLE plain (a);
INSERT INTO plain VALUES (1);
CREATE VIEW loads AS SELECT load_extension('/tmp/x') AS a;
CREATE VIEW reads AS SELECT * FROM pragma_database_list;
CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS i FROM n;
CREATE VIEW broken AS SELECT * FROM nowhere;
CREATE TABLE "a""b'; DROP TABLE plain; --" ("<script>" TEXT);
CREATE TRIGGER fires INSTEAD OF INSERT ON broken BEGIN DELETE FROM plain; END;
CREATE TABLE computed (a, b AS (zeroblob(900000000)));
INSERT INTO computed VALUES (1);
'''


def test_a_hostile_file_is_listed_as_far_as_it_can_be_read(made):
    path = made(HOSTILE)
    listed = sandbox.list_database(path, Limits(seconds=2))
    assert {"plain", "\"a\"\"b'; DROP TABLE plain; --\""} <= {each["name"] for each in listed.tables}
    assert [each for each in listed.warnings if "broken" in each or "endless" in each] == [
        "“broken” cannot be read: no such table: main.nowhere.", "“endless” cannot be read: it takes too long.",
    ]  # fmt: skip
    for view in ("loads", "reads"):
        with pytest.raises(BadQuery):
            sandbox.ask_database(path, f"select * from {view}")
    with pytest.raises(TooSlow):
        sandbox.ask_database(path, "select * from endless", Limits(seconds=0.3))
    assert sandbox.ask_database(path, "select * from plain").rows == [[1]]


def damaged(path: Path, at: int) -> Path:
    content = bytearray(path.read_bytes())
    content[at : at + 2_000] = b"\xaa" * 2_000
    path.write_bytes(content)
    return path


def test_a_damaged_file_is_refused_and_harms_nobody(made, tmp_path):
    nothing = tmp_path / "nothing.db"
    nothing.write_bytes(b"SQLite format 3\0" + bytes(4_000))
    for path in (nothing, damaged(made(SHOP, "head.db"), 60)):
        with pytest.raises(BadFile) as error:
            sandbox.list_database(path)
        assert error.value.message.startswith("The database file is damaged, or it is none.")
    rows = "INSERT INTO orders (id, region) " + COUNT.replace("from n)", "from n where i < 2000)") + " SELECT i + 9, hex(i) FROM n"
    inside = damaged(made(f"{SHOP} {rows};", "inside.db"), 3 * 4_096)
    with pytest.raises(BadFile):
        sandbox.ask_database(inside, "select sum(length(region)) from orders")


def test_a_copy_without_its_log_is_warned_of(made):
    path = made(f"PRAGMA journal_mode = wal; {SHOP}")
    [warning] = sandbox.list_database(path).warnings
    assert "wal_checkpoint" in warning
    assert sandbox.ask_database(path, "select count(*) from orders").rows == [[3]]


def test_a_database_without_tables_is_refused(made):
    with pytest.raises(BadFile) as error:
        sandbox.list_database(made("PRAGMA user_version = 1"))
    assert error.value.message == "There is no table in this database that can be read."
