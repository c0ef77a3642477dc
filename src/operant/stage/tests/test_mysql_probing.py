"""The test of a MySQL or a MariaDB, step by step, and servers that lie or harm."""

import dataclasses
import struct
from itertools import count
from pathlib import Path

import pytest

from operant.platform.files.sandbox import Limits, TooBig
from operant.stage import calls, mysql
from operant.stage.calls import calling
from operant.stage.stepping import Unreachable
from operant.testing import mariadb as maria

from . import certificates, servers
from .servers import hangs


def states(report):
    return {each.name: each.state for each in report.steps}


def failure(database, **changed):
    failed = calls.probe(dataclasses.replace(database, **changed)).failure
    return failed.name, failed.sentence


def test_every_step_is_told_and_the_tables_are_those_that_may_be_read(mart):
    told = []
    report = calls.probe(mart, lambda report: told.append([each.name for each in report.steps]))
    assert [(each.name, each.state, each.sentence) for each in report.steps] == [
        ("resolve", "ok", "127.0.0.1 has an address that may be called."),
        ("connect", "ok", f"It answers at port {mart.port}."),
        ("tls", "skipped", "The connection is not encrypted, as chosen."),
        ("sign_in", "ok", f"Signed in as {maria.READER} to {maria.NAME}."),
        ("read", "ok", "3 tables with 8 columns can be read."),
    ]
    assert (told[-1], len(told)) == (["resolve", "connect", "tls", "sign_in", "read"], 5)
    assert [(each["name"], each["columns"][0]) for each in report.tables] == [
        ("`key`", {"name": "key", "type": "integer"}), ("months", {"name": "month", "type": "integer"}),
        ("orders", {"name": "id", "type": "integer"}),
    ]  # fmt: skip
    assert report.tables[1]["rows"] is None
    assert (report.warnings, report.grants, "MariaDB" in report.server) == ([], "", True)


def test_whoever_could_do_more_than_read_is_told_how_not_to(mart):
    owner = calls.probe(dataclasses.replace(mart, user=maria.OWNER))
    assert owner.warnings[0].startswith(f"The user {maria.OWNER} may do more than read, and may read files of its server.")
    assert f"GRANT SELECT, SHOW VIEW ON `{maria.NAME}`.* TO" in owner.grants


@pytest.mark.parametrize(
    ("changed", "step", "words"),
    [
        ({"password": "wrong"}, "sign_in", "The database does not accept this user and password."),
        ({"user": "nobody"}, "sign_in", "The database does not accept this user and password."),
        ({"name": "mysql"}, "sign_in", "This user may not use this database."),
        ({"name": "nowhere", "user": maria.ROOT}, "sign_in", "There is no database of this name there."),
        ({"name": "information_schema"}, "read", "any"),
    ],
)
def test_a_sign_in_that_fails_says_why(mart, changed, step, words):
    if step == "read":
        assert states(calls.probe(dataclasses.replace(mart, **changed)))["read"] == "ok"
    else:
        assert failure(mart, **changed) == (step, words)


def test_a_certificate_is_verified_with_its_authority_and_its_host(mart, mariadb, authority):
    encrypted = dataclasses.replace(mart, tls="verify", host="localhost", authority=authority.pem)
    good = calls.probe(encrypted)
    assert states(good) == {"resolve": "ok", "connect": "ok", "tls": "ok", "sign_in": "ok", "read": "ok"}
    used = "select variable_value <> '' from information_schema.session_status where variable_name = 'ssl_cipher'"
    assert calls.ask(encrypted, used, Limits())["rows"] == [[1]]
    not_trusted = "The database's certificate is signed by nobody this server trusts."
    for text in (certificates.Authority().pem, ""):
        assert failure(encrypted, authority=text) == ("tls", not_trusted)
    other = "The database's certificate was made for another host than 127.0.0.1."
    assert failure(encrypted, host="127.0.0.1") == ("tls", other)
    assert states(calls.probe(dataclasses.replace(encrypted, tls="require", authority="")))["read"] == "ok"
    try:
        mariadb.show(authority.issue("localhost", days=-2))
        assert failure(encrypted) == ("tls", "The database's certificate has run out.")
    finally:
        mariadb.show(authority.issue("localhost"))


def test_a_server_that_is_half_dead_is_waited_for_and_no_longer(mart, mariadb, monkeypatch):
    monkeypatch.setattr(calling, "CONNECT_SECONDS", 0.5)
    mariadb.freeze(True)
    try:
        assert failure(mart) == ("sign_in", "The database does not answer the sign-in.")
        silent = f"Something at 127.0.0.1 port {mart.port} accepts connections but says nothing."
        assert failure(mart, tls="require") == ("tls", silent)
    finally:
        mariadb.freeze(False)


def test_a_dead_server_is_not_asked_again_for_a_while(fake):
    server, database = fake(hangs, kind=mysql.Database)
    server.close()
    for _ in range(2):
        with pytest.raises(Unreachable) as error:
            calls.ask(database, "select 1", Limits())
        assert (error.value.step, error.value.what) == ("connect", f"127.0.0.1 refuses connections at port {database.port}.")


# The packets of a server that lies, as MySQL's protocol has them.
SALT = b"saltsalt"
CAPABILITIES = 0x800FF7FF


def packet(number, content):
    return struct.pack("<I", len(content))[:3] + bytes([number]) + content


def whole(number):
    """A packet as long as can be: what it says goes on in the next one."""
    return b"\xff\xff\xff" + bytes([number % 256]) + bytes((1 << 24) - 1)


def greeting(plugin=b"mysql_native_password", capabilities=CAPABILITIES):
    head = b"\x0a5.5.5-10.11.6-MariaDB\0" + struct.pack("<I", 7) + SALT + b"\0" + struct.pack("<H", capabilities & 0xFFFF)
    more = b"\x2d\x02\0" + struct.pack("<HB", capabilities >> 16, 21) + bytes(10) + b"saltsaltsalt\0" + plugin + b"\0"
    return packet(0, head + more)


OK = b"\0\0\0\2\0\0\0"
ENDS = b"\xfe\0\0\2\0"


def says(*answers):
    """A server that lets everybody in, and gives these answers to what is asked then: each a list of packets."""

    def act(server, caller):
        server.say(caller, greeting())
        server.hear(caller)
        server.say(caller, packet(2, OK))
        for each in answers:
            server.hear(caller)
            server.say(caller, b"".join(packet(number, content) for number, content in enumerate(each, 1)))
        hangs(server, caller)

    return act


def column(name, kind=3, charset=63):
    texts = b"".join(bytes([len(each)]) + each for each in (b"def", b"", b"", b"", name, name))
    return texts + struct.pack("<BHIBHBH", 12, charset, 11, kind, 0, 0, 0)


SETTLED = [[OK], [OK], [OK], [OK], [b"\2", column(b"a", 253, 45), column(b"b", 253, 45), ENDS, b"\6SYSTEM\3UTC", ENDS]]
PREPARED = [b"\0\1\0\0\0\1\0\0\0\0\0\0", column(b"c"), ENDS]
READY = [*SETTLED, PREPARED, PREPARED, [OK]]
NONSENSE = "The database gives answers that MySQL or MariaDB never gives."


def test_a_server_that_answers_as_it_should_is_read(fake):
    _, database = fake(says(*READY, [b"\1", column(b"c"), ENDS, b"\0017", ENDS]), kind=mysql.Database)
    assert calls.ask(database, "select c", Limits())["rows"] == [[7]]


LIES = {
    "a file is asked for": [b"\xfb/etc/passwd"],
    "no number": [b"\1", column(b"c"), ENDS, b"\1x", ENDS],
    "digits without end": [b"\1", column(b"c"), ENDS, b"\xfc\x88\x13" + b"9" * 5_000, ENDS],
    "a cell longer than its packet": [b"\1", column(b"c"), ENDS, b"\xfe" + b"\xff" * 8 + b"1", ENDS],
    "columns without end": [b"\xfe" + b"\xff" * 7 + b"\x7f"],
    "half a column": [b"\1", column(b"c")[:9], ENDS],
    "an empty packet": [b""],
    "half a complaint": [b"\xff"],
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_an_answer_that_is_nonsense(fake, lie):
    server, database = fake(says(*READY, lie), kind=mysql.Database)
    with pytest.raises(Unreachable) as error:
        calls.ask(database, "select 1", Limits())
    assert (error.value.step, error.value.what) == ("read", NONSENSE)
    assert Path("/etc/passwd").read_bytes()[:16] not in server.heard


def test_a_clock_that_is_nonsense(fake):
    _, database = fake(says(*SETTLED[:4], [b"\1", column(b"a", 253, 45), ENDS, b"\3UTC", ENDS]), kind=mysql.Database)
    assert failure(database) == ("read", NONSENSE)


def switches(plugin, more=b""):
    def act(server, caller):
        server.say(caller, greeting())
        server.hear(caller)
        server.say(caller, packet(2, b"\xfe" + plugin + b"\0" + more))
        server.hear(caller)
        # With caching_sha2_password: “I do not know this hash, send all of it.”
        server.say(caller, packet(4, b"\1\4"))
        hangs(server, caller)

    return act


IN_CLEAR = [b"mysql_clear_password", b"dialog", b"sha256_password", b"caching_sha2_password", b"mysql_old_password"]


@pytest.mark.parametrize("plugin", IN_CLEAR)
def test_a_password_is_never_shown_without_tls(fake, plugin):
    more = b"\4Password: " if plugin == b"dialog" else b"salt" * 5 + b"\0"
    server, database = fake(switches(plugin, more), kind=mysql.Database)
    way = "The database asks for a way of signing in that Operant does not use here."
    assert failure(database) == ("sign_in", way)
    assert b"ada" in server.heard
    assert servers.PASSWORD.encode() not in server.heard


def test_tls_is_never_given_up(fake):
    def act(server, caller):
        server.say(caller, greeting(capabilities=CAPABILITIES & ~0x800))
        hangs(server, caller)

    server, database = fake(act, "require", kind=mysql.Database)
    assert failure(database) == ("tls", "The database speaks no TLS.")
    assert b"ada" not in server.heard


@pytest.mark.parametrize("tls", ["off", "require"])
def test_a_server_that_speaks_another_language(fake, tls):
    _, database = fake(lambda server, caller: server.say(caller, b"HTTP/1.1 400 Bad Request\r\n\r\n"), tls, kind=mysql.Database)
    assert calls.probe(database).failure.name in {"tls", "sign_in"}


def test_a_server_that_greets_without_end_is_cut_off(fake):
    def act(server, caller):
        for number in count():
            server.say(caller, whole(number))

    server, database = fake(act, kind=mysql.Database)
    assert failure(database) == ("sign_in", "The database sent too much before it let anybody in.")
    assert server.sent < 200_000_000


def test_a_row_without_end_is_cut_off(fake):
    def act(server, caller):
        says(*READY, [b"\1", column(b"c"), ENDS])(Turned(server), caller)
        for number in count(4):
            server.say(caller, whole(number))

    class Turned:
        """Ends the part of `says`, where it would only listen from then on."""

        def __init__(self, server):
            self._server, self._left = server, len(READY) + 2
            self.say = server.say

        def hear(self, caller):
            self._left -= 1
            return self._server.hear(caller) if self._left >= 0 else b""

    server, database = fake(act, kind=mysql.Database)
    with pytest.raises(TooBig) as error:
        calls.ask(database, "select 1", Limits(bytes=100_000))
    assert error.value.message == "The database sent more than it was asked for, so the connection was closed."
    assert server.sent < 200_000_000
