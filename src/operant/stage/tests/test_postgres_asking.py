"""Questions to a real database that pgbench filled, and what must not get through."""

import dataclasses
import gc
import resource
import threading

import psycopg
import pytest

from operant.platform.files.sandbox import BadQuery, Limits, SandboxRefusal, TooBig, TooSlow
from operant.stage import calls
from operant.stage.calls import calling, places
from operant.stage.stepping import Unreachable
from operant.testing import pgbench
from operant.testing.installations import until
from operant.testing.plugin import ADMIN

EVERYTHING = "SELECT count(*), sum(abalance), min(aid), max(aid) FROM pgbench_accounts"


@pytest.fixture
def ask(shop):
    def asked(sql, limits=None, **changed):
        return calls.ask(dataclasses.replace(shop, **changed), sql, limits or Limits())

    return asked


@pytest.fixture
def refused(ask):
    def asked(sql, limits=None, kind=BadQuery, **changed):
        with pytest.raises(kind) as error:
            ask(sql, limits, **changed)
        assert type(error.value) is kind
        return error.value.message

    return asked


@pytest.fixture
def owner(shop):
    return {"user": pgbench.OWNER}


def fingerprint():
    """Everything in the database that a query could have changed."""
    rows = pgbench.figures(EVERYTHING)
    things = pgbench.figures("SELECT count(*) FROM pg_class UNION ALL SELECT count(*) FROM pg_largeobject_metadata")
    return rows, things


def test_figures_are_those_of_the_database(ask):
    found = ask("select bid, count(*) as accounts, sum(abalance) as balance from pgbench_accounts group by bid;")
    expected = pgbench.figures("SELECT bid, count(*), sum(abalance) FROM pgbench_accounts GROUP BY bid")
    assert found.pop("duration_ms") >= 0
    assert found == {
        "columns": [
            {"name": "bid", "type": "integer"}, {"name": "accounts", "type": "integer"},
            {"name": "balance", "type": "integer"},
        ],
        "rows": [list(row) for row in expected],
        "truncated": False,
    }  # fmt: skip
    assert expected == [(1, 100_000, 0)]


def test_order_is_kept_and_rows_are_cut_at_the_limit(ask):
    found = ask("select aid from pgbench_accounts order by aid desc", Limits(rows=3))
    assert (found["rows"], found["truncated"]) == ([[100_000], [99_999], [99_998]], True)
    assert ask("select aid from pgbench_accounts where aid <= 3", Limits(rows=3))["truncated"] is False


TYPES = [
    ("true", "boolean", True), ("false", "boolean", False), ("null::int", "integer", None), ("null", "text", None),
    ("32767::int2", "integer", 32767), ("9007199254740992", "integer", 2**53), ("'9'::oid", "integer", 9),
    ("9007199254740993", "integer", "9007199254740993"), ("-9007199254740993", "integer", "-9007199254740993"),
    ("1.50", "decimal", "1.50"), ("'NaN'::numeric", "decimal", None), ("'-Infinity'::numeric", "decimal", None),
    ("0.1::float8", "float", 0.1), ("1.5::float4", "float", 1.5), ("'NaN'::float8", "float", None),
    ("'infinity'::float8", "float", None), ("date '2026-02-28'", "date", "2026-02-28"),
    ("'infinity'::date", "date", None), ("'0044-03-15 BC'::date", "date", None), ("'12026-01-01'::date", "date", None),
    ("timestamp '2026-02-28 09:05:00.25'", "datetime", "2026-02-28T09:05:00.25"),
    ("'-infinity'::timestamptz", "datetime", None), ("'0044-03-15 12:00 BC'::timestamp", "datetime", None),
    ("timestamptz '2026-02-28 09:05:00+02'", "datetime", "2026-02-28T07:05:00Z"), ("time '09:05'", "time", "09:05:00"),
    ("timetz '09:05+02'", "text", "09:05:00+02"), ("interval '1 day 2 hours'", "text", "1 day 02:00:00"),
    ("'{\"a\": [1, 9007199254740993, 1e999]}'::jsonb -> 'a' -> 1", "json", "9007199254740993"),
    ("'{\"a\": 1}'::json", "json", {"a": 1}), ("array[1, null, 3]", "json", [1, None, 3]),
    (r"""'{"\ud800":["\uDFFF", "\ud83d\ude00", "\\ud800"]}'::json""", "json", {"\ufffd": ["\ufffd", "\U0001f600", r"\ud800"]}),
    ("array[array['a'], array['b']]", "json", [["a"], ["b"]]), ("row(1, 'a')", "json", {"f1": 1, "f2": "a"}),
    ("int4range(1, 5)", "text", "[1,5)"), ("'\\x00ff'::bytea", "text", "00ff"),
    ("decode(repeat('ab', 1000), 'hex')", "text", "ab" * 32), ("'ä €'::text", "text", "ä €"),
    ("'x'::name", "text", "x"), ("'a'::char(5)", "text", "a"), ("inet '10.1.2.3'", "text", "10.1.2.3/32"),
    ("'f81d4fae-7dec-11d0-a765-00a0c91e6bf6'::uuid", "text", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
    ("point '(1,2)'", "text", "(1,2)"), ("pg_sleep(0)", "text", None), ("b'101'", "text", "101"),
    ("$$a'\"\\b$$", "text", "a'\"\\b"),
]  # fmt: skip


def test_every_type_travels_as_the_wire_has_it(ask):
    found = ask("select " + ",\n".join(f"{sql} as c{number}" for number, (sql, *_) in enumerate(TYPES)))
    shown = [(column["type"], value) for column, value in zip(found["columns"], found["rows"][0], strict=True)]
    assert [(sql, *each) for (sql, *_), each in zip(TYPES, shown, strict=True)] == TYPES


def test_types_of_the_database_itself(ask, bench):
    with psycopg.connect(**ADMIN | {"dbname": pgbench.NAME}, autocommit=True) as admin:
        admin.execute("CREATE TYPE mood AS ENUM ('glad')")
        admin.execute("CREATE DOMAIN euros AS numeric(9, 2)")
        admin.execute("CREATE TYPE place AS (x int, y mood)")
        try:
            found = ask("select 'glad'::mood, 1.5::euros, row(1, 'glad')::place, array['glad']::mood[]")
        finally:
            for each in ("TYPE place", "DOMAIN euros", "TYPE mood"):
                admin.execute(f"DROP {each}")
    assert [each["type"] for each in found["columns"]] == ["text", "decimal", "json", "json"]
    assert found["rows"] == [["glad", "1.50", {"x": 1, "y": "glad"}, ["glad"]]]


def test_columns_of_one_name_are_told_apart(ask):
    found = ask("select 1 as a, 2 as a, 3 as \"a\"\"b\", 4 as \"c' )\"")
    assert [each["name"] for each in found["columns"]] == ["a", "a_2", 'a"b', "c' )"]


def test_a_schema_is_where_queries_look_first(ask, refused):
    assert ask("select count(*) from pg_class", schema="information_schema")["rows"][0][0] > 0
    assert ask("select 1 from tables limit 1", schema="information_schema")["rows"] == [[1]]
    assert "does not exist" in refused("select 1 from tables", schema='x"; drop table pgbench_tellers; --')


@pytest.mark.parametrize(
    ("sql", "line", "column", "words"),
    [
        ("select\n  nope\nfrom pgbench_accounts", 2, 3, 'Column "nope" does not exist.'),
        ("selec 1", 1, 1, 'Syntax error at or near "selec".'),
        ("select 'ä€', wrong(1)", 1, 14, "Function wrong(integer) does not exist."),
        ("select 1 from\n\n   nowhere", 3, 4, 'Relation "nowhere" does not exist.'),
        ("select 1/0", None, None, "Division by zero."),
        ("select 'x'::int", 1, 8, "Invalid input syntax for type integer"),
    ],
)
def test_a_mistake_is_shown_where_it_stands(ask, sql, line, column, words):
    with pytest.raises(BadQuery) as error:
        ask(sql)
    assert (error.value.line, error.value.column) == (line, column)
    assert error.value.message.startswith(words)


WRITES = [
    "delete from pgbench_accounts", "update pgbench_accounts set abalance = 1", "truncate pgbench_history",
    "insert into pgbench_branches values (9, 9) returning bid", "drop table pgbench_history",
    "with gone as (delete from pgbench_tellers returning 1) select * from gone", "select * into copied from pgbench_tellers",
    "create table made as select 1", "select 1; delete from pgbench_accounts", "select 1; commit; delete from pgbench_tellers",
    "commit", "rollback; delete from pgbench_accounts", "begin read write", "set transaction read write",
    "set default_transaction_read_only = off", "reset default_transaction_read_only; delete from pgbench_accounts",
    "select set_config('transaction_read_only', 'off', false)", "select * from pgbench_accounts for update",
    "select lo_create(0)", "select lo_from_bytea(0, 'x')", "copy pgbench_accounts to program 'id'",
    "copy pgbench_accounts to stdout",
    "select dblink('dbname=x', 'delete from y')", "do $$ begin delete from pgbench_accounts; end $$",
    "call whatever()", "select nextval('counter')", "prepare x as delete from pgbench_tellers", "listen x", "vacuum",
    "select 1) r(c0) limit 1) t union all (select repeat('x', 100000000)", "explain analyze delete from pgbench_accounts",
    "lock table pgbench_accounts", "select pg_notify('a', 'b') from writes()", "select writes()", "show all", "", " ; ",
    "-- nothing",
]  # fmt: skip


def test_nothing_that_writes_gets_through(refused, owner):
    """With the user who owns the tables: the server's own read-only transaction is what holds."""
    with psycopg.connect(**ADMIN | {"dbname": pgbench.NAME}, autocommit=True) as admin:
        admin.execute("CREATE SEQUENCE IF NOT EXISTS counter")
        admin.execute(f"GRANT ALL ON SEQUENCE counter TO {pgbench.OWNER}")
        admin.execute(
            "CREATE OR REPLACE FUNCTION writes() RETURNS int LANGUAGE sql VOLATILE SECURITY DEFINER AS "
            "$$ DELETE FROM pgbench_accounts RETURNING 1 $$"
        )
    before = fingerprint()
    for sql in WRITES:
        assert refused(sql, **owner), sql
    assert fingerprint() == before
    assert pgbench.figures("SELECT last_value, is_called FROM counter") == [(1, False)]


def test_the_control_the_same_user_could_write_by_other_ways(door, shop):
    with psycopg.connect(host="127.0.0.1", port=door.port, dbname=shop.name, user=pgbench.OWNER, password=shop.password) as own:
        assert own.execute("UPDATE pgbench_branches SET bbalance = bbalance").rowcount == 1


def test_what_a_query_sets_is_gone_with_it(ask):
    assert ask("select set_config('statement_timeout', '0', false)")["rows"] == [["0"]]
    shown = "select current_setting('statement_timeout'), current_setting('default_transaction_read_only'), "
    shown += "current_setting('transaction_read_only'), current_setting('application_name')"
    assert ask(shown, Limits(seconds=7))["rows"] == [["7s", "on", "on", "operant"]]


def test_a_slow_query_ends_at_its_limit_and_does_not_run_on(refused):
    assert refused("select pg_sleep(600)", Limits(seconds=0.3), kind=TooSlow) == "This took longer than 0.3 seconds."
    running = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()"
    until(lambda: pgbench.figures(running) == [(0,)], "the end of the query")


def test_a_query_that_waits_for_a_lock_gives_up(refused):
    with psycopg.connect(**ADMIN | {"dbname": pgbench.NAME}) as other:
        other.execute("LOCK TABLE pgbench_history IN ACCESS EXCLUSIVE MODE")
        message = refused("select * from pgbench_history", Limits(seconds=0.3), kind=TooSlow)
    assert message == "This took longer than 0.3 seconds."
    # With more patience of ours, the lock's own limit comes first.
    with psycopg.connect(**ADMIN | {"dbname": pgbench.NAME}) as other, pytest.MonkeyPatch.context() as patch:
        patch.setattr(calling, "LOCK_SECONDS", 0.2)
        other.execute("LOCK TABLE pgbench_history IN ACCESS EXCLUSIVE MODE")
        assert "locked by somebody else" in refused("select * from pgbench_history", kind=TooSlow)


def test_ten_million_rows_are_cut_and_say_so(ask, door):
    found = ask("select a.aid, b.aid from pgbench_accounts a, generate_series(1, 100) b(aid)")
    assert (len(found["rows"]), found["truncated"]) == (10_000, True)
    assert door.passed < 2_000_000


def test_bytes_are_cut_too(ask, door):
    found = ask("select repeat('x', 100000) from generate_series(1, 1000)", Limits(bytes=1_000_000))
    assert (len(found["rows"]), found["truncated"]) == (9, True)
    # Of a hundred million, what fits into the buffers on the way.
    assert door.passed < 20_000_000


def test_a_row_of_two_hundred_megabytes_is_refused_and_not_carried(refused, door):
    gc.collect()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    slowly = Limits(seconds=60)
    assert refused("select repeat('x', 200000000)", slowly, kind=TooBig) == "A single row is larger than 5,000,000 bytes."
    assert door.passed < 100_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_columns_without_end_are_refused(refused):
    many = ", ".join(f"1 as c{number}" for number in range(501))
    assert refused(f"select {many}") == "The result has 501 columns; at most 500 can be shown."


def test_parameters_are_refused(refused):
    assert refused("select $1::int") == "Placeholders such as $1 cannot be used here: write :name, and declare it."


def test_a_server_that_dies_in_the_middle_is_told(ask, door):
    failed = []

    def wait():
        try:
            ask("select pg_sleep(30)")
        except SandboxRefusal as error:
            failed.append(error)

    waiting = threading.Thread(target=wait)
    waiting.start()
    asleep = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)%' AND wait_event = 'PgSleep'"
    until(lambda: pgbench.figures(asleep) == [(1,)], "the query")
    door.cut()
    waiting.join()
    assert [(type(each), each.step) for each in failed] == [(Unreachable, "read")]
    assert failed[0].message == "The database ended the connection in the middle."


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"password": "wrong-secret"}, "does not accept this user and password"),
        ({"user": "nobody_knows"}, "does not accept this user and password"),
        ({"name": "nowhere"}, "no database of this name"),
        ({"tls": "require"}, "speaks no TLS"),
        ({"tls": "verify"}, "speaks no TLS"),
        # libpq would read each of these as more than a name if it were let.
        ({"name": "host=10.0.0.1 dbname=operant"}, "no database of this name"),
        ({"name": "postgresql://127.0.0.1/operant"}, "no database of this name"),
        ({"user": "x' host='10.0.0.1"}, "does not accept this user and password"),
        ({"password": "x' hostaddr='10.0.0.1"}, "does not accept this user and password"),
        ({"host": "/tmp"}, "not the name or address of one host"),
        ({"host": "127.0.0.1,10.0.0.1"}, "not the name or address of one host"),
        ({"host": "169.254.169.254"}, "an address that Operant never calls"),
        ({"port": 1}, "the machine Operant runs on"),
    ],
)
def test_a_connection_that_does_not_come_about_says_why(refused, shop, door, changed, words):
    message = refused("select 1", kind=Unreachable, **changed)
    assert words in message
    assert shop.password not in message
    assert "wrong-secret" not in message


def test_the_operators_own_settings_for_postgresql_do_not_count(ask, monkeypatch, tmp_path, shop, refused):
    secrets = tmp_path / "pgpass"
    secrets.write_text(f"*:*:*:*:{shop.password}\n")
    secrets.chmod(0o600)
    for name, value in {"PGPASSFILE": str(secrets), "PGOPTIONS": "-c default_transaction_read_only=off", "PGHOSTADDR": "10.0.0.1",
                        "PGSSLMODE": "require", "PGTARGETSESSIONATTRS": "standby", "PGREQUIREAUTH": "gss"}.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    assert ask("select current_setting('transaction_read_only')")["rows"] == [["on"]]
    assert "does not accept" in refused("select 1", kind=Unreachable, password="")


def test_a_password_is_in_no_text_of_it(shop):
    assert shop.password not in repr(shop) + str(shop)


def test_a_database_that_is_gone_is_left_alone_for_a_while(refused, ask, door):
    door.close()
    assert "refuses connections" in refused("select 1", kind=Unreachable)
    asked = door.opened
    for _ in range(30):
        assert "refuses connections" in refused("select 1", kind=Unreachable)
    assert door.opened == asked
    places.forget("shop")
    assert places._gone == {}


def test_a_database_has_so_many_questions_at_once_and_no_more(ask, refused, monkeypatch):
    monkeypatch.setattr(calling, "LOCK_SECONDS", 60)
    done = []
    patient = Limits(seconds=60)
    waiting = [
        threading.Thread(target=lambda: done.append(ask("select * from pgbench_history", patient)))
        for _ in range(places.AT_ONCE)
    ]
    with psycopg.connect(**ADMIN | {"dbname": pgbench.NAME}) as other:
        other.execute("LOCK TABLE pgbench_history IN ACCESS EXCLUSIVE MODE")
        for each in waiting:
            each.start()
        locked = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        until(lambda: pgbench.figures(locked) == [(places.AT_ONCE,)], "everybody at the lock")
        assert "Other queries of this data source" in refused("select 1", Limits(seconds=0.01), kind=TooSlow)
    for each in waiting:
        each.join()
    assert (len(done), places._sources) == (places.AT_ONCE, {})
