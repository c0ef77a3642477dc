"""Questions to a real MariaDB, and what must not get through to it."""

import dataclasses
import sys
from contextlib import closing
from pathlib import Path

import pytest

from operant.platform.files.sandbox import BadQuery, Limits, TooBig, TooSlow, nursery
from operant.stage import calls
from operant.stage.calls import dialing
from operant.stage.mysql.complaints import ONLY_SELECT
from operant.testing import mariadb as maria
from operant.testing.installations import until

EVERYTHING = (
    "SELECT count(*), sum(amount), (SELECT count(*) FROM `key`), (SELECT count(*) FROM information_schema.tables) FROM orders"
)


@pytest.fixture
def ask(mart):
    def asked(sql, limits=None, **changed):
        return calls.ask(dataclasses.replace(mart, **changed), sql, limits or Limits())

    return asked


@pytest.fixture
def refused(ask):
    def asked(sql, limits=None, kind=BadQuery, **changed):
        with pytest.raises(kind) as error:
            ask(sql, limits, **changed)
        assert type(error.value) is kind
        return error.value.message

    return asked


def test_figures_are_those_of_the_database(ask, mariadb):
    found = ask("select region, count(*) as orders, sum(amount) as amount from orders group by region order by 1 desc;")
    expected = mariadb.figures("SELECT region, count(*), sum(amount) FROM orders GROUP BY region ORDER BY 1 DESC")
    assert found.pop("duration_ms") >= 0
    assert found == {
        "columns": [
            {"name": "region", "type": "text"}, {"name": "orders", "type": "integer"}, {"name": "amount", "type": "decimal"},
        ],
        "rows": [[region, orders, str(amount)] for region, orders, amount in expected],
        "truncated": False,
    }  # fmt: skip
    assert [row[0] for row in expected] == ["South", "North", "Köln"]


def test_order_is_kept_and_rows_are_cut_at_the_limit(ask):
    found = ask("select id from orders order by id desc", Limits(rows=3))
    assert (found["rows"], found["truncated"]) == ([[300], [299], [298]], True)
    assert ask("select id from orders where id <= 3", Limits(rows=3))["truncated"] is False
    assert ask("select id from orders limit 200", Limits(rows=3))["truncated"] is True


TYPES = [
    ("true", "integer", 1), ("null", "text", None), ("cast(7 as signed)", "integer", 7), ("9007199254740992", "integer", 2**53),
    ("cast(18446744073709551615 as unsigned)", "integer", "18446744073709551615"), ("1.50", "decimal", "1.50"),
    ("1.5e0", "float", 1.5), ("cast('2026-02-28' as date)", "date", "2026-02-28"), ("1/0", "decimal", None),
    ("cast('2026-02-28 09:05:00.25' as datetime(2))", "datetime", "2026-02-28T09:05:00.25"),
    ("cast('09:05' as time)", "time", "09:05:00"), ("cast('-838:59:59' as time)", "time", "-838:59:59"),
    ("b'101'", "text", "05"), ("x'00ff'", "text", "00ff"), ("repeat('ä€', 2)", "text", "ä€ä€"), ("'a\\'b'", "text", "a'b"),
    ("cast('a' as binary)", "text", "61"), ("json_object('a', 1)", "text", '{"a": 1}'),
    ("point(1, 2)", "text", "00000000010100000000000000"),
    ("_latin1 0xE4", "text", "ä"),
]  # fmt: skip


def test_every_type_travels_as_the_wire_has_it(ask):
    found = ask("select " + ",\n".join(f"{sql} as c{number}" for number, (sql, *_) in enumerate(TYPES)))
    shown = [(column["type"], value) for column, value in zip(found["columns"], found["rows"][0], strict=True)]
    shown = [(kind, value[:26] if "point" in sql else value) for (sql, *_), (kind, value) in zip(TYPES, shown, strict=True)]
    assert [(sql, *each) for (sql, *_), each in zip(TYPES, shown, strict=True)] == TYPES


COLUMNS = {
    "tiny": ("tinyint(1)", "5", "integer", 5),
    "big": ("bigint unsigned", "18446744073709551615", "integer", "18446744073709551615"),
    "filled": ("int(6) zerofill", "42", "integer", 42), "price": ("decimal(20,10)", "1.5", "decimal", "1.5000000000"),
    "single": ("float", "0.1", "float", 0.1), "zero": ("date", "'0000-00-00'", "date", None),
    "part": ("date", "'2026-00-00'", "date", None),
    "dead": ("datetime", "'0000-00-00 00:00:00'", "datetime", None),
    "at": ("timestamp", "'2026-02-28 09:05:00'", "datetime", "2026-02-28T09:05:00Z"),
    "made": ("year", "2026", "integer", 2026), "flag": ("bit(1)", "b'1'", "boolean", True),
    "bits": ("bit(9)", "b'100000001'", "integer", 257),
    "mood": ("enum('glad','sad')", "'glad'", "text", "glad"), "several": ("set('a','b')", "'a,b'", "text", "a,b"),
    "note": ("text character set latin1", "'ä'", "text", "ä"), "raw": ("blob", "x'ff00'", "text", "ff00"),
    "who": ("uuid", "'f81d4fae-7dec-11d0-a765-00a0c91e6bf6'", "text", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
}  # fmt: skip


def test_columns_of_every_type_are_listed_and_read_as_the_same(ask, mart, mariadb):
    declared = ", ".join(f"`{name}` {sql}" for name, (sql, *_) in COLUMNS.items())
    with mariadb.connection() as admin:
        cursor = admin.cursor()
        cursor.execute("SET sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+00:00'")
        cursor.execute(f"CREATE OR REPLACE TABLE kinds ({declared})")
        cursor.execute(f"INSERT INTO kinds VALUES ({', '.join(each[1] for each in COLUMNS.values())})")
        admin.commit()
    try:
        mariadb.figures("SET GLOBAL time_zone = '+00:00'")
        found = ask("select * from kinds")
        mariadb.figures("SET GLOBAL time_zone = '+02:00'")
        assert ask("select at from kinds")["rows"] == [["2026-02-28T11:05:00"]]
        [listed] = [each for each in calls.probe(mart).tables if each["name"] == "kinds"]
    finally:
        mariadb.figures("SET GLOBAL time_zone = 'SYSTEM'")
        mariadb.figures("DROP TABLE kinds")
    expected = [{"name": name, "type": kind} for name, (_, _, kind, _) in COLUMNS.items()]
    assert (found["columns"], listed["columns"]) == (expected, expected)
    assert found["rows"] == [[value for *_, value in COLUMNS.values()]]


@pytest.mark.parametrize(
    ("sql", "line", "column", "words"),
    [
        ("select\n  nope\nfrom orders", 2, 3, "Unknown column 'nope' in 'SELECT'."),
        ("selec 1", 1, 1, "The SQL cannot be understood at “selec 1”."),
        ("select 1,\n from orders", 2, 2, "The SQL cannot be understood at “from orders”."),
        ("select 1 from\n\n   nowhere", 3, 4, "Table 'operant_mart.nowhere' doesn't exist."),
        ("select (1", 1, None, "The SQL ends too early."),
        ("select nope, nope from orders", None, None, "Unknown column 'nope' in 'SELECT'."),
        ("select ?", None, None, "Placeholders such as ? cannot be used here: write :name, and declare it."),
    ],
)
def test_a_mistake_is_shown_where_it_stands(ask, sql, line, column, words):
    with pytest.raises(BadQuery) as error:
        ask(sql)
    assert (error.value.message, error.value.line, error.value.column) == (words, line, column)


NO_SELECTS = [
    "delete from orders", "update orders set amount = 1", "truncate orders", "insert into `key` values (9, '9') returning 1",
    "drop table orders", "create table x (a int)", "create temporary table x (a int)", "replace into `key` values (1, 'x')",
    "select * from orders for update", "select nextval(numbers)", "select setval(numbers, 100)", "select writes()",
    "select 1 into outfile '{folder}/out'", "select 1 into dumpfile '{folder}/dump'", "select 1 into @seen",
    "select 1 /*!50000 into outfile '{folder}/comment' */", "(select 1) into outfile '{folder}/brackets'",
    "select 1; delete from orders", "select 1;; drop table orders", "select 1 ) as x; delete from orders -- ",
    "select 1) or exists (select 2", "set session transaction read write", "set global max_connections = 1", "set @x = 1",
    "set statement max_statement_time = 0 for select 1", "set role none", "set password = ''", "start transaction", "commit",
    "handler orders open", "do sleep(9)", "call nothing()", "kill 1", "use mysql", "lock tables orders write", "flush tables",
    "load data infile '/etc/passwd' into table orders", "load data local infile '/etc/passwd' into table orders",
    "select load_file('/etc/passwd')", "select `LOAD_FILE`('/etc/passwd')", "select 1 procedure analyse()", "show tables",
    "explain select 1", "prepare x from 'select 1'", "execute immediate 'delete from orders'", "begin not atomic select 1; end",
    "grant all on *.* to mart_reader", "create user x", "alter table orders add y int", "analyze table orders", "",
]  # fmt: skip


@pytest.mark.parametrize("user", [maria.OWNER, maria.ROOT])
def test_nothing_but_a_select_runs_whoever_asks(refused, mariadb, user, tmp_path):
    # The folder is one that the server may write to.
    tmp_path.chmod(0o777)
    before = mariadb.figures(EVERYTHING)
    said = {sql: refused(sql.format(folder=tmp_path), user=user) for sql in NO_SELECTS}
    assert (mariadb.figures(EVERYTHING), list(tmp_path.iterdir())) == (before, [])
    assert said["show tables"] == said["select 1 into @seen"] == ONLY_SELECT
    assert said["delete from orders"] == "Operant only reads. Cannot execute statement in a READ ONLY transaction."


def test_the_control_that_this_user_could(mariadb, mart, tmp_path):
    tmp_path.chmod(0o777)
    admin = mariadb.connection()
    admin.cursor().execute(f"SELECT load_file('/etc/passwd'), writes() INTO OUTFILE '{tmp_path}/out'")
    admin.rollback()
    admin.close()
    assert Path("/etc/passwd").read_text().splitlines()[0] in (tmp_path / "out").read_text()
    mariadb.figures("DELETE FROM `key`")


ENDLESS = {
    "sleeping": "select sleep(600)",
    "computing": "select count(*) from seq_1_to_100000 a, seq_1_to_100000 b where a.seq * b.seq % 7 = 1",
    "its limit taken away by a function": "select loosens(), sleep(600)",
}


def gone(mariadb, user):
    running = f"SELECT count(*) FROM information_schema.processlist WHERE user = '{user}'"
    until(lambda: mariadb.figures(running) == [(0,)], "the end of the query")


@pytest.mark.parametrize("sql", ENDLESS.values(), ids=ENDLESS)
def test_what_never_ends_is_ended_there_too(refused, mariadb, sql):
    assert refused(sql, Limits(seconds=0.5), kind=TooSlow, user=maria.OWNER) == "This took longer than 0.5 seconds."
    gone(mariadb, maria.OWNER)


def test_a_lock_of_a_name_is_held_no_longer_than_the_query(ask, mariadb):
    assert ask("select get_lock('operant', 0)")["rows"] == [[1]]
    gone(mariadb, maria.READER)
    with mariadb.connection() as other:
        other.cursor().execute("SELECT get_lock('operant', 0)")
        # MariaDB says that it does not know; it waited no longer than it may.
        assert ask("select get_lock('operant', 600)", Limits(seconds=0.5))["rows"] == [[None]]


UNLIMITED = """
from operant.stage.mysql import session
session._TIME[True] = "max_statement_time = 0"
from operant.stage.calls.child import main; main(int(sys.argv[1]))
"""


def test_what_the_server_does_not_end_by_itself_is_killed(refused, mariadb, monkeypatch):
    # As on a MySQL that the query tells that it has no limit: /*+ MAX_EXECUTION_TIME(0) */.
    with closing(nursery.Nursery(start=UNLIMITED, beside=[each for each in sys.path if each])) as processes:
        monkeypatch.setattr(dialing, "processes", processes)
        assert refused("select sleep(600)", Limits(seconds=0.2), kind=TooSlow) == "This took longer than 0.2 seconds."
        gone(mariadb, maria.READER)


def test_a_table_that_somebody_locks_is_waited_for_and_no_longer(refused, mariadb):
    with mariadb.connection() as other:
        other.cursor().execute("LOCK TABLES orders WRITE")
        assert refused("select count(*) from orders", Limits(seconds=1), kind=TooSlow) in {
            "What this reads is locked by somebody else's work on the database. Try again in a moment.",
            "This took longer than 1 seconds.",
        }


def test_ten_million_rows_are_cut_and_a_row_too_large_is_refused(ask, refused, mariadb):
    found = ask("select seq, repeat('x', 100) from seq_1_to_10000000 limit 10000000", Limits(rows=500))
    assert (len(found["rows"]), found["truncated"]) == (500, True)
    by_size = ask("select seq, repeat('x', 1000) from seq_1_to_10000000", Limits(bytes=50_000))
    assert (by_size["truncated"], 40 < len(by_size["rows"]) < 51) == (True, True)
    assert refused("select repeat('x', 60000)", Limits(bytes=50_000), kind=TooBig) == "A single row is larger than 50,000 bytes."
    huge = refused("select repeat('x', 15000000)", Limits(bytes=50_000), kind=TooBig)
    assert huge == "The database sent more than it was asked for, so the connection was closed."
    gone(mariadb, maria.READER)


def test_a_schema_that_changed_is_said_in_words(ask, refused, mariadb):
    mariadb.figures("CREATE TABLE fleeting (a int)")
    assert ask("select a from fleeting")["rows"] == []
    mariadb.figures("ALTER TABLE fleeting CHANGE a b varchar(9)")
    assert refused("select a from fleeting") == "Unknown column 'a' in 'SELECT'."
    mariadb.figures("DROP TABLE fleeting")
    assert refused("select b from fleeting") == "Table 'operant_mart.fleeting' doesn't exist."


def test_columns_of_one_name_are_told_apart(ask):
    found = ask("select 1 as a, 2 as a, 3 as `a``b`, 4 as \"c' )\"")
    assert [each["name"] for each in found["columns"]] == ["a", "a_2", "a`b", "c' )"]
    assert "at most 500" in str(pytest.raises(BadQuery, ask, "select " + ", ".join(map(str, range(501)))).value)
