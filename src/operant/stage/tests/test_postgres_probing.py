"""The connection test, step by step: what each failure says, and what is never sent to whom."""

import dataclasses
import shutil
import tempfile
from pathlib import Path

import psycopg
import pytest

from operant.platform.files.sandbox import BadQuery, Limits, TooSlow
from operant.platform.outgoing import Allowed
from operant.stage import calls
from operant.stage.calls import calling
from operant.stage.postgres import Database
from operant.stage.stepping import Unreachable
from operant.testing import pgbench
from operant.testing.installations import until
from operant.testing.plugin import ADMIN

from . import certificates, servers
from .servers import PREPARED, READY, answer, columns, complaint, hangs, says

NOT_TRUSTED = "The database's certificate is signed by nobody this server trusts, or has run out."


def states(report):
    return {each.name: each.state for each in report.steps}


def test_every_step_is_told_as_it_is_done(shop):
    told = []
    report = calls.probe(shop, lambda report: told.append([each.name for each in report.steps]))
    assert [(each.name, each.state, each.sentence) for each in report.steps] == [
        ("resolve", "ok", "127.0.0.1 has an address that may be called."),
        ("connect", "ok", f"It answers at port {shop.port}."),
        ("tls", "skipped", "The connection is not encrypted, as chosen."),
        ("sign_in", "ok", "Signed in as pgbench_reader to operant_pgbench."),
        ("read", "ok", "4 tables with 17 columns can be read."),
    ]
    assert told == [
        ["resolve", "connect", "tls", "sign_in", "read"][: number + 1] for number in range(5)
    ]
    assert report.failure is None
    assert (report.warnings, report.grants) == ([], "")


def test_the_tables_are_those_that_the_user_may_read(shop):
    tables = {each["name"]: each for each in calls.probe(shop).tables}
    assert list(tables) == ["pgbench_accounts", "pgbench_branches", "pgbench_history", "pgbench_tellers"]
    assert tables["pgbench_accounts"] == {
        "name": "pgbench_accounts", "rows": 100_000,
        "columns": [
            {"name": "aid", "type": "integer"}, {"name": "bid", "type": "integer"},
            {"name": "abalance", "type": "integer"}, {"name": "filler", "type": "text"},
        ],
    }  # fmt: skip


def test_names_are_spelled_as_sql_wants_them(shop):
    with psycopg.connect(**ADMIN | {"dbname": pgbench.NAME}, autocommit=True) as admin:
        admin.execute('CREATE SCHEMA "Sales 2026"')
        admin.execute('CREATE TABLE "Sales 2026"."order" ("Net" numeric, hidden text, made timestamptz, kinds text[])')
        admin.execute("CREATE TABLE secrets (a int)")
        admin.execute(f'GRANT USAGE ON SCHEMA "Sales 2026" TO {pgbench.READER}')
        admin.execute(f'GRANT SELECT ("Net", made, kinds) ON "Sales 2026"."order" TO {pgbench.READER}')
        try:
            everywhere = [each["name"] for each in calls.probe(shop).tables]
            narrow = dataclasses.replace(shop, schema="Sales 2026")
            report = calls.probe(narrow)
            found = calls.ask(narrow, 'select "Net" from "order"', Limits())
        finally:
            admin.execute('DROP SCHEMA "Sales 2026" CASCADE')
            admin.execute("DROP TABLE secrets")
    assert everywhere[-1] == '"Sales 2026"."order"'
    assert "secrets" not in everywhere
    columns = [{"name": "Net", "type": "decimal"}, {"name": "made", "type": "datetime"}, {"name": "kinds", "type": "json"}]
    assert report.tables == [{"name": '"order"', "rows": None, "columns": columns}]
    assert found["rows"] == []


def test_a_user_who_could_write_is_told_how_to_make_one_who_cannot(shop):
    report = calls.probe(dataclasses.replace(shop, user=pgbench.OWNER))
    assert [each.split(".")[0] for each in report.warnings] == [f"The user {pgbench.OWNER} may do more than read"]
    with psycopg.connect(**ADMIN | {"dbname": pgbench.NAME}, autocommit=True) as admin:
        admin.execute(report.grants)
        try:
            reader = dataclasses.replace(shop, user="operant_reader", password="choose a long one")
            after = calls.probe(reader)
        finally:
            admin.execute("DROP OWNED BY operant_reader")
            admin.execute("DROP ROLE operant_reader")
    assert (after.failure, after.warnings, len(after.tables)) == (None, [], 4)


def test_a_superuser_is_called_one(shop):
    boss = dataclasses.replace(shop, user=str(ADMIN["user"]), password=str(ADMIN["password"]))
    assert "is a superuser" in calls.probe(boss).warnings[0]


def test_a_user_who_may_read_nothing_is_told(shop):
    report = calls.probe(dataclasses.replace(shop, schema="nowhere"))
    assert report.failure.sentence == "There is no table that this user may read."
    assert states(report) == {"resolve": "ok", "connect": "ok", "tls": "skipped", "sign_in": "ok", "read": "failed"}


@pytest.mark.parametrize(
    ("changed", "step", "words"),
    [
        ({"host": "169.254.169.254"}, "resolve", "an address that Operant never calls"),
        ({"host": "10.99.0.1"}, "resolve", "OPERANT_PRIVATE_NETWORKS=10.99.0.1"),
        ({"password": "wrong"}, "sign_in", "does not accept this user and password"),
        ({"name": "nowhere"}, "sign_in", "no database of this name"),
        ({"tls": "require"}, "tls", "speaks no TLS"),
    ],
)
def test_a_failure_says_at_which_step_and_nothing_after_it_is_tried(shop, changed, step, words):
    report = calls.probe(dataclasses.replace(shop, **changed))
    assert (report.failure.name, report.steps[-1].name) == (step, step)
    assert words in report.failure.sentence
    assert report.failure.advice or step == "resolve"


def test_looking_up_that_takes_all_the_time_is_no_silence_of_the_database(fake, monkeypatch):
    server, database = fake(hangs)
    monkeypatch.setattr(calling, "CONNECT_SECONDS", 0)
    failure = calls.probe(database).failure
    assert (failure.name, failure.sentence, server.callers) == (
        "resolve", "Looking up 127.0.0.1 took all the time there was.", 0,
    )  # fmt: skip


def test_a_port_where_nobody_listens(shop, door):
    door.close()
    report = calls.probe(shop)
    assert (report.failure.name, report.failure.sentence) == ("connect", f"127.0.0.1 refuses connections at port {shop.port}.")


@pytest.mark.parametrize(("tls", "step"), [("off", "sign_in"), ("require", "tls")])
def test_a_server_that_accepts_and_never_speaks(fake, monkeypatch, tls, step):
    monkeypatch.setattr(calling, "CONNECT_SECONDS", 0.3)
    _, database = fake(hangs, tls)
    report = calls.probe(database)
    assert report.failure.name == step
    assert "says nothing" in report.failure.sentence or "does not answer the sign-in" in report.failure.sentence


@pytest.mark.parametrize("tls", ["off", "require"])
def test_a_server_that_is_no_postgresql(fake, tls):
    def act(server, caller):
        server.hear(caller)
        server.say(caller, b"HTTP/1.1 400 Bad Request\r\n\r\n")

    _, database = fake(act, tls)
    assert "but it is not PostgreSQL" in calls.probe(database).failure.sentence


def test_a_server_that_hangs_up_at_once(fake):
    _, database = fake(lambda server, caller: caller.close())
    ended = {"The database ended the connection.", "The database says: Connection reset by peer."}
    assert calls.probe(database).failure.sentence in ended


def test_a_password_is_never_sent_in_clear_text_without_tls(fake):
    def act(server, caller):
        server.hear(caller)
        server.say(caller, servers.CLEAR_PASSWORD)
        hangs(server, caller)

    server, database = fake(act)
    report = calls.probe(database)
    assert report.failure.name == "sign_in"
    assert "a way of signing in that Operant does not use" in report.failure.sentence
    assert b"ada" in server.heard
    assert servers.PASSWORD.encode() not in server.heard


def test_only_the_beginning_of_a_long_complaint_is_read(fake):
    # Each word is a place where a rule begins: to read all of it would take the square of its length.
    text = b"role " * 5_000 + b"does not exist"

    def act(server, caller):
        server.hear(caller)
        server.say(caller, complaint(C=b"28000", M=text))

    _, database = fake(act)
    failure = calls.probe(database).failure
    assert (failure.name, failure.sentence[:36], len(failure.sentence)) == ("sign_in", "The database says: ERROR: role role ", 620)


NONSENSE = "The database gives answers that PostgreSQL never gives. Check that it is PostgreSQL that answers there."


@pytest.mark.parametrize(
    "row",
    ['["\u00b2"]', f'["{"9" * 5_000}"]', '["1", "2"]', "[[]]", '{"1": 1}', "7", "nonsense", "[" * 99_999],
    ids=["no digit", "digits without end", "two cells", "a nested cell", "no list", "a number", "no JSON", "a pit"],
)
def test_a_row_that_is_nonsense(fake, row):
    described = servers.message(b"t", b"\0\0") + columns(23) + READY
    _, database = fake(says(PREPARED, described, answer(row.encode())))
    with pytest.raises(Unreachable) as error:
        calls.ask(database, "select 1", Limits())
    assert (error.value.step, error.value.message) == ("read", NONSENSE)


@pytest.mark.parametrize(
    "tables", [answer(b"1"), answer(b"1", b"t", b"many", b"t"), READY], ids=["one column", "a word for a count", "nothing"]
)
def test_a_list_of_tables_that_is_nonsense(fake, tables):
    _, database = fake(says(tables, answer(b"1", b"c", b"23", b"N"), answer(b"f", b"f", b"f")))
    failure = calls.probe(database).failure
    assert (failure.name, f"{failure.sentence} {failure.advice}") == ("read", NONSENSE)


@pytest.mark.parametrize("place", ["\u00b2", "9" * 5_000])
def test_a_place_that_is_nonsense_is_no_place(fake, place):
    _, database = fake(says(complaint(C=b"42703", M=b"no such column", P=place.encode()) + READY))
    with pytest.raises(BadQuery) as error:
        calls.ask(database, "select 1", Limits())
    assert (error.value.message, error.value.line, error.value.column) == ("No such column.", None, None)


def test_half_a_character_is_none(fake):
    described = servers.message(b"t", b"\0\0") + columns(25) + READY
    _, database = fake(says(PREPARED, described, answer(b"25", b"S"), answer(rb'["a\ud800\\ud800\ud83d\ude00"]')))
    assert calls.ask(database, "select 1", Limits())["rows"] == [["a\ufffd\\ud800\U0001f600"]]


@pytest.fixture(scope="module")
def tls_server():
    programs = certificates.programs()
    if programs is None:
        pytest.skip(f"The PostgreSQL that comes with Operant speaks no TLS, and {certificates.DEBIANS} has none that does.")
    # Where a socket's path is short enough, and the database user may enter.
    home = Path(tempfile.mkdtemp(prefix="operant-tls-"))
    server = certificates.TlsServer(home, programs)
    yield server
    server.stop()
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def encrypted(tls_server, authority, settings):
    settings.PRIVATE_NETWORKS = Allowed.parsed(f"127.0.0.1:{tls_server.port} [::1]:{tls_server.port}")
    settings.OWN_ENDPOINTS = []
    known = tls_server.parameters
    return Database(
        "tls", "localhost", tls_server.port, "postgres", known["user"], known["password"], authority=authority.pem
    )


def test_a_certificate_is_verified_with_its_authority_and_its_host(tls_server, authority, encrypted):
    stranger = certificates.Authority()
    tls_server.show(*authority.issue("localhost"))
    good = calls.probe(encrypted)
    assert states(good) | {"read": "any"} == {"resolve": "ok", "connect": "ok", "tls": "ok", "sign_in": "ok", "read": "any"}
    assert calls.ask(encrypted, "select ssl from pg_stat_ssl where pid = pg_backend_pid()", Limits())["rows"] == [[True]]
    for authority_text in (stranger.pem, ""):
        failed = calls.probe(dataclasses.replace(encrypted, authority=authority_text)).failure
        assert (failed.name, failed.sentence) == ("tls", NOT_TRUSTED)
    other = dataclasses.replace(encrypted, host="127.0.0.1")
    assert "made for another host than 127.0.0.1" in calls.probe(other).failure.sentence
    plain = calls.probe(dataclasses.replace(encrypted, tls="off")).failure
    not_let_in = "The database does not let this user in from this server, or not in this way."
    assert (plain.name, plain.sentence) == ("sign_in", not_let_in)


def test_a_certificate_that_ran_out_or_names_another_host_is_refused(tls_server, authority, encrypted):
    tls_server.show(*authority.issue("localhost", days=-2))
    expired = calls.probe(encrypted).failure
    assert (expired.name, expired.sentence) == ("tls", NOT_TRUSTED)
    tls_server.show(*authority.issue("db.example.com"))
    assert "made for another host than localhost" in calls.probe(encrypted).failure.sentence
    trusting = dataclasses.replace(encrypted, tls="require", authority="")
    assert states(calls.probe(trusting))["sign_in"] == "ok"


def test_canceling_goes_the_same_guarded_way(tls_server, authority, encrypted):
    tls_server.show(*authority.issue("localhost"))
    with pytest.raises(TooSlow):
        calls.ask(encrypted, "select pg_sleep(600)", Limits(seconds=0.2))
    with psycopg.connect(**tls_server.parameters) as admin:
        asleep = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()"
        admin.autocommit = True
        until(lambda: admin.execute(asleep).fetchone() == (0,), "the end of the canceled query")
