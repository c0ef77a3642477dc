"""What goes wrong at sources, for each kind of address and of table in the same way. Databases have files of their own."""

import json
import sqlite3
from dataclasses import replace

import psycopg
import pytest
from django.core.files.base import ContentFile

from operant.platform.files import sandbox
from operant.platform.outgoing import Allowed
from operant.platform.queue import waits
from operant.stage import actions, calls, queries
from operant.stage.feeds import CSV, JSON, PROMETHEUS, Feed, probe, reading
from operant.stage.models import Result
from operant.testing import pgbench
from operant.testing import stage as things
from operant.testing.api import program
from operant.testing.plugin import ADMIN
from operant.testing.queue import run_jobs
from operant.testing.receiver import CUT, DRIP, HUGE, SILENT, Answer, receiver

FORMATS = (JSON, CSV, PROMETHEUS)
CLOSED = (
    "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "localhost",
    "169.254.169.254", "2852039166", "[fd00:ec2::254]", "10.1.2.3",
)  # fmt: skip


def prometheus(*values, **metric):
    result = [{"metric": metric, "value": [1_700_000_000, value]} for value in values]
    return json.dumps({"status": "success", "data": {"resultType": "vector", "result": result}})


@pytest.fixture
def ask(server, tmp_path):
    def asked(format, address=""):
        measures = [["a", "up"]] if format == PROMETHEUS else []
        report = probe(Feed("k", format, address or server.url("/"), measures=measures), folder=tmp_path)
        if not report.fetched:
            return report.failure.name, report.failure.sentence
        return sandbox.query({"t": report.fetched.parquet_path}, "select * from t").rows

    return asked


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("how", [SILENT, DRIP])
def test_one_that_is_slow_is_left_in_time(ask, server, monkeypatch, format, how):
    monkeypatch.setattr(reading, "SECONDS", 0.4)
    server.usual = Answer(how=how)
    assert ask(format) == ("answer", "127.0.0.1 did not give everything within 0.4 seconds.")
    server.release()


@pytest.mark.parametrize("format", FORMATS)
def test_one_that_is_dead_or_hangs_up_is_told(ask, server, settings, format):
    server.usual = Answer(how=CUT)
    assert ask(format) == ("answer", "127.0.0.1 ended the connection before there was a whole answer.")
    server.usual = Answer(503, b"down")
    assert ask(format)[0] == "answer"
    with receiver() as gone:
        settings.PRIVATE_NETWORKS = Allowed.parsed(gone.place)
        address, port = gone.url("/"), gone.port
    assert ask(format, address) == ("connect", f"127.0.0.1 refuses connections at port {port}.")


@pytest.mark.parametrize("format", FORMATS)
def test_a_gigabyte_is_refused_before_it_is_read(ask, server, format):
    server.usual = Answer(200, b"", {"Content-Length": str(10**9)}, how=HUGE)
    assert ask(format) == ("read", "There is more than 32 MB to read, so it was given up.")


@pytest.mark.parametrize(("format", "answer"), [(JSON, json.dumps([{"a": 1}] * 21)), (CSV, "a\n" + "1\n" * 21)])
def test_more_rows_than_a_table_has_are_refused(ask, server, monkeypatch, format, answer):
    monkeypatch.setattr(reading, "LIMITS", replace(reading.LIMITS, rows=20))
    server.usual = Answer(200, answer.encode())
    assert ask(format) == ("read", "The file has more than 20 rows.")


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("host", CLOSED)
def test_no_spelling_of_a_closed_address_is_called_by_any_kind(ask, server, settings, format, host):
    with receiver() as other:
        server.usual = Answer(302, headers={"Location": f"http://{host}:{other.port}/"})
        assert ask(format)[0] in {"resolve", "connect", "answer"}
        settings.PRIVATE_NETWORKS = Allowed()
        assert ask(format, f"http://{host}:{other.port}/")[0] == "resolve"
    assert (len(server.got), other.got) == (1, [])


@pytest.mark.parametrize(
    ("format", "answer", "rows"),
    [
        (JSON, '[{"a": 1, "b": "x"}, {"a": "two", "b": null}, {"a": [3]}]', [[1, "x"], ["two", None], [[3], None]]),
        (JSON, '[{"a": null}, {}]', [[None], [None]]),
        (CSV, "a,b\n1,x\ntwo,\n,y\n", [["1", "x"], ["two", None], [None, "y"]]),
        (CSV, "a,b\n1,NaN\n2,3\n", [[1, None], [2, 3]]),
        (PROMETHEUS, prometheus("NaN", "1", "+Inf"), [["a", "2023-11-14T22:13:20Z", each] for each in (None, 1.0, None)]),
    ],
)  # fmt: skip
def test_values_of_several_kinds_and_those_that_are_none_lose_nothing(ask, server, format, answer, rows):
    server.usual = Answer(200, answer.encode())
    assert ask(format) == rows


@pytest.mark.parametrize(
    ("format", "answer"),
    [(JSON, b'[{"a": NaN}'), (JSON, b"<html>"), (CSV, b"\x89PNG\r\n\x1a\n" + b"\0" * 90), (CSV, b""), (PROMETHEUS, b'{"data": 1}'),
     (PROMETHEUS, b"a,b\n1,2\n"), (JSON, b"a,b\n1,2\n")],
)  # fmt: skip
def test_what_is_something_else_than_it_says_is_refused_where_it_is_read(ask, server, format, answer):
    server.usual = Answer(200, answer, {"Content-Type": "application/json"})
    step, sentence = ask(format)
    assert (step, sentence.endswith((".", "!")), "Traceback" in sentence) == ("read", True, False)


@pytest.mark.parametrize(
    ("format", "before", "after"),
    [(JSON, '[{"price": 2}]', '[{"cost": 2}]'), (CSV, "price,n\n2,1\n", "cost,n\n2,1\n"),
     (PROMETHEUS, prometheus("2", price="x"), prometheus("2", cost="x"))],
)  # fmt: skip
def test_another_schema_is_said_and_the_last_good_rows_stay(cast, server, format, before, after):
    server.usual = Answer(200, before.encode())
    measures = [["a", "up"]] if format == PROMETHEUS else []
    with cast.at_harbour(cast.ben):
        source = actions.connect(name="Feed", place=Feed("", format, server.url("/"), measures=measures), by=cast.ben)
    run_jobs()
    with cast.at_harbour():
        document = things.document(queries.source(source.pk), "select count(price) as revenue from feed")
        actions.watch(document=document)
    run_jobs()
    server.usual = Answer(200, after.encode())
    with cast.at_harbour():
        actions.ask_for_test(source=queries.source(source.pk))
    run_jobs()
    waits.sweep()
    run_jobs()
    with cast.at_harbour():
        kept = Result.objects.get()
        assert (kept.state, kept.rows_json, "price" in kept.error) == ("failed", "[[1]]", True)


def test_another_schema_of_a_postgresql_is_said_in_words(shop):
    with psycopg.connect(**ADMIN | {"dbname": pgbench.NAME}, autocommit=True) as admin:
        admin.execute("CREATE TABLE fleeting (a int)")
        admin.execute(f"GRANT SELECT ON fleeting TO {pgbench.READER}")
        try:
            assert calls.ask(shop, "select a from fleeting", sandbox.Limits())["rows"] == []
            admin.execute("ALTER TABLE fleeting RENAME a TO b")
            with pytest.raises(sandbox.BadQuery) as told:
                calls.ask(shop, "select a from fleeting", sandbox.Limits())
        finally:
            admin.execute("DROP TABLE fleeting")
        assert told.value.message == 'Column "a" does not exist.'


HOSTILE = (
    "insert into {0} values (1)", "update {0} set a = 2", "delete from {0}", "drop table {0}", "create table x (a int)",
    "copy {0} to 'x.csv'", "attach 'x.db' as x", "set memory_limit = '9GB'", "pragma database_list", "select 1; select 2",
    "select 1; drop table {0}", "select * from read_csv('/etc/passwd')", "select * from '/etc/passwd'",
    "select * from read_text('/etc/passwd')", "select load_extension('x')", "select pg_sleep(20)", "install httpfs", "load httpfs",
    "select getenv('HOME')", "set role admin", "begin", "call pragma_version()", "explain analyze select 1",
)  # fmt: skip


@pytest.fixture(params=["upload", "push", "json", "sqlite"])
def table(cast, request, server, tmp_path):
    """A source of one of the kinds that are kept here, with one row, and a program that asks it."""
    with cast.at_harbour(cast.ben):
        if request.param == "upload":
            made = things.source(cast.ben, name="Things", csv="a\n1\n")
        elif request.param == "push":
            made = actions.declare(name="Things", columns=[("a", "integer")], by=cast.ben)
            actions.push(source=made, rows=[{"a": 1}], replaces=False)
        elif request.param == "json":
            server.usual = Answer(200, b'[{"a": 1}]')
            made = actions.connect(name="Things", place=Feed("", JSON, server.url("/")), by=cast.ben)
        else:
            path = tmp_path / "things.db"
            with sqlite3.connect(path) as database:
                database.execute("create table things (a int)")
                database.execute("insert into things values (1)")
            database.close()
            made = actions.upload(upload=ContentFile(path.read_bytes()), file_name="things.db", by=cast.ben)
    waits.sweep()
    run_jobs()
    return made.public_id, program(cast.at_harbour, cast.ann)


def test_nothing_but_one_select_runs_whatever_is_asked(table):
    source, mine = table

    def answered(sql):
        return mine.post(f"sources/{source}/queries", {"sql": sql})

    answers = {sql: answered(sql.format("things")) for sql in HOSTILE}
    assert {sql: (each.status_code, each.json()["code"]) for sql, each in answers.items()} == dict.fromkeys(
        HOSTILE, (422, "bad_query")
    )
    assert all(each.json()["detail"].endswith((".", "?")) for each in answers.values())
    assert answered("select a from things").json()["rows"] == [[1]]
