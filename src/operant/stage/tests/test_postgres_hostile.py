"""Servers that want to harm whoever asks them: nothing of Operant waits for them, grows with them, or outlives them."""

import base64
import json
import os
import signal
import struct
import subprocess
import sys
import threading
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from operant.platform.files.sandbox import Limits, SandboxRefusal, TooBig, TooSlow, nursery
from operant.stage import calls
from operant.stage.calls import calling, dialing, probing
from operant.stage.calls.database import Place
from operant.stage.postgres import connecting
from operant.stage.stepping import Unreachable
from operant.testing import pgbench
from operant.testing.installations import until
from operant.testing.plugin import ADMIN

from . import servers
from .processes import callers, family, living
from .servers import BEGUN, PREPARED, READY, SIGNED_IN, answer, columns, hangs, message, says, signs_in

SILENT = "The database does not answer the sign-in."
LOST = "The database ended the connection in the middle."
TOO_MUCH = "The database sent more than it was asked for, so the connection was closed."
ENDED = "What this database answers took more computing or memory than it may, so asking was ended."
ONE_COLUMN = message(b"t", b"\0\0") + columns(23) + READY


class Endless:
    """What a server does that asks for as many rounds of SCRAM as a number can say."""

    def __init__(self):
        self.asked = threading.Event()

    def __call__(self, server, caller):
        server.hear(caller)
        server.say(caller, message(b"R", struct.pack("!I", 10) + b"SCRAM-SHA-256\0\0"))
        heard = server.hear(caller)
        nonce = heard[heard.index(b"r=") + 2 :] + b"ours"
        rounds = b"r=%s,s=%s,i=2147483647" % (nonce, base64.b64encode(b"salt"))
        server.say(caller, message(b"R", struct.pack("!I", 11) + rounds))
        self.asked.set()
        hangs(server, caller)


@pytest.fixture
def outcome():
    """Start something in a thread, and return where its outcome will stand."""

    def start(work):
        outcomes = []

        def run():
            try:
                outcomes.append(work())
            except SandboxRefusal as refused:
                outcomes.append(refused)

        thread = threading.Thread(target=run)
        thread.start()
        return thread, outcomes

    return start


def test_endless_computing_at_sign_in_stops_nobody_else(fake, outcome):
    endless = Endless()
    _, database = fake(endless)
    thread, reports = outcome(lambda: calls.probe(database))
    assert endless.asked.wait(60)
    # All of Python would stand still by now if libpq computed in this process.
    until(lambda: len(callers()) == 1, "the process that computes")
    assert (sum(range(1_000_000)), thread.is_alive()) == (499_999_500_000, True)
    thread.join()
    assert (reports[0].failure.name, reports[0].failure.sentence) == ("sign_in", SILENT)
    until(lambda: callers() == [], "the end of the process that computed")


def test_who_asks_for_endless_computing_is_left_alone_for_a_while(fake, monkeypatch):
    monkeypatch.setattr(calling, "CONNECT_SECONDS", 0.5)
    server, database = fake(Endless())
    for _ in range(30):
        with pytest.raises(Unreachable) as error:
            calls.ask(database, "select 1", Limits())
        assert (error.value.step, error.value.what) == ("sign_in", SILENT)
    assert server.callers == 1


@pytest.mark.parametrize(
    ("head", "more"),
    [
        (b"N" + struct.pack("!I", 300_000_000) + b"SNOTICE\0M", b"x" * (1 << 16)),
        (b"", message(b"S", b"search_path\0public\0") * 1_000),
    ],
    ids=["one notice", "many settings"],
)
def test_a_server_that_signs_in_without_end_is_cut_off(fake, head, more):
    def act(server, caller):
        server.hear(caller)
        server.say(caller, message(b"R", struct.pack("!I", 0)) + head)
        while True:
            server.say(caller, more)

    server, database = fake(act)
    failure = calls.probe(database).failure
    assert (failure.name, failure.sentence) == ("sign_in", "The database sent too much before it let anybody in.")
    # Beside what we read, the sockets of both sides hold some megabytes, and more the slower this machine is.
    assert server.sent < 100_000_000


def test_settings_without_end_after_the_sign_in(fake):
    # libpq looks through all it has for each new one: the square of what it is sent.
    def act(server, caller):
        for begin in range(0, 10_000_000, 1_000):
            names = (b"%x" % number for number in range(begin, begin + 1_000))
            server.say(caller, b"".join(message(b"S", name + b"\0\0") for name in names))

    _, database = fake(signs_in(act))
    with pytest.raises(SandboxRefusal) as error:
        calls.ask(database, "select 1", Limits(seconds=0.1, bytes=1_000_000))
    assert type(error.value) in {TooSlow, TooBig}
    until(lambda: callers() == [], "the end of the process that asked")


def test_a_value_of_a_gigabyte(fake):
    def act(server, caller):
        # One row of a gigabyte, as far as its head says.
        server.say(caller, b"D\x3f\xff\xff\xff\x00\x01\x3f\xff\xff\x00")
        while True:
            server.say(caller, bytes(1 << 16))

    server, database = fake(signs_in(act))
    with pytest.raises(TooBig) as error:
        calls.ask(database, "select 1", Limits(bytes=100_000))
    assert error.value.message == TOO_MUCH
    assert server.sent < 100_000_000


def test_a_small_text_that_becomes_a_large_thing(fake):
    row = json.dumps(["[" + "[]," * 2_000_000 + "[]]"]).encode()
    _, database = fake(says(PREPARED, message(b"t", b"\0\0") + columns(114) + READY, answer(row)))
    with pytest.raises(TooBig) as error:
        calls.ask(database, "select 1", Limits(bytes=10_000_000, memory_mb=120))
    assert error.value.message == "This needs more memory than it may use."


def test_rows_without_end_are_cut_at_the_limit(fake):
    def act(server, caller):
        for each in (SIGNED_IN, BEGUN, PREPARED, ONE_COLUMN, columns(25)):
            server.hear(caller)
            server.say(caller, each)
        while True:
            server.say(caller, message(b"D", struct.pack("!HI", 1, 5) + b'["7"]') * 1_000)

    _, database = fake(act)
    found = calls.ask(database, "select 1", Limits(rows=3))
    assert (found["rows"], found["truncated"]) == ([[7], [7], [7]], True)


@pytest.mark.parametrize("copy", [b"G", b"H", b"W"], ids=["in", "out", "both"])
def test_a_copy_that_nobody_asked_for(fake, copy):
    _, database = fake(says(message(copy, b"\0\0\0")))
    with pytest.raises(Unreachable) as error:
        calls.ask(database, "select 1", Limits())
    assert (error.value.step, error.value.what) == ("read", "The database gives answers that PostgreSQL never gives.")


HALF_A_ROW = columns(25) + message(b"D", b"\0\1\0\0\1\0cut")


@pytest.mark.parametrize(
    "last", [BEGUN, PREPARED, ONE_COLUMN, HALF_A_ROW], ids=["begun", "known", "described", "half a row"]
)
def test_a_server_that_hangs_up_in_the_middle(fake, last):
    order = [BEGUN, PREPARED, ONE_COLUMN, last]

    def act(server, caller):
        server.hear(caller)
        server.say(caller, SIGNED_IN)
        for each in order[: order.index(last) + 1]:
            server.hear(caller)
            server.say(caller, each)
        caller.close()

    _, database = fake(act)
    with pytest.raises(Unreachable) as error:
        calls.ask(database, "select 1", Limits())
    assert (error.value.step, error.value.what) == ("read", LOST)


def test_a_connection_that_is_gone_is_told_whenever_it_is_used(fake):
    def act(server, caller):
        for each in (SIGNED_IN, BEGUN):
            server.hear(caller)
            server.say(caller, each)
        caller.close()

    _, database = fake(act)
    place = Place("127.0.0.1", ["127.0.0.1"], 60)
    with connecting.session(database, place, lambda step: None) as session:
        session.begin(seconds=60, most_bytes=1_000, lock_seconds=3)
        # What is heard fails at first, and from then on already what is said.
        for _ in range(2):
            with pytest.raises(Unreachable) as error:
                session.rows("select 1")
            assert (error.value.step, error.value.what) == ("read", LOST)


@pytest.fixture
def held(shop, outcome, monkeypatch):
    """A question to the shop that waits in the block: its thread, where its outcome will stand, the process that asks."""
    monkeypatch.setattr(calling, "LOCK_SECONDS", 60)

    @contextmanager
    def hold():
        with psycopg.connect(**ADMIN | {"dbname": pgbench.NAME}) as other:
            other.execute("LOCK TABLE pgbench_history IN ACCESS EXCLUSIVE MODE")
            question = "select count(*) from pgbench_history"
            thread, outcomes = outcome(lambda: calls.ask(shop, question, Limits(seconds=60)))
            waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            until(lambda: pgbench.figures(waiting) == [(1,)], "the question")
            yield thread, outcomes, *callers()

    return hold


def test_a_process_that_is_killed_is_told_and_the_next_one_asks(shop, held):
    with held() as (thread, outcomes, caller):
        os.kill(caller, signal.SIGKILL)
        thread.join()
    assert [(type(each), each.step, each.what) for each in outcomes] == [(Unreachable, "read", ENDED)]
    assert calls.ask(shop, "select 1", Limits())["rows"] == [[1]]


def test_what_a_service_manager_tells_everybody_ends_no_question(held):
    with held() as (thread, outcomes, caller):
        for each in (caller, dialing.processes._process.pid):
            os.kill(each, signal.SIGTERM)
    thread.join()
    assert [each["rows"] for each in outcomes] == [[[0]]]


def test_the_one_that_makes_the_processes_is_killed(shop):
    assert calls.ask(shop, "select 1", Limits())["rows"] == [[1]]
    os.kill(dialing.processes._process.pid, signal.SIGKILL)
    assert calls.ask(shop, "select 2", Limits())["rows"] == [[2]]


def test_only_so_many_processes_ask_at_once(fake, monkeypatch):
    server, database = fake(hangs)
    monkeypatch.setattr(calling, "_places", threading.BoundedSemaphore(1))
    monkeypatch.setattr(probing, "LIMITS", Limits(seconds=0.1))
    with calling._places:
        with pytest.raises(TooSlow) as error:
            calls.ask(database, "select 1", Limits(seconds=0.1))
        report = calls.probe(database)
    busy = "The server is busy with other databases. Try again in a moment."
    assert error.value.message == busy
    assert [(each.name, each.state, each.sentence, each.advice) for each in report.steps] == [("resolve", "failed", busy, "")]
    assert server.callers == 0


TAKEN_OVER = """
import os, socket
from cell import forking, wire

def work(job):
    wire.receive(job, 1_000_000)
    while True:
        wire.send(job, {"reached": STEP}, [0] * 60)

forking.serve(socket.socket(fileno=int(sys.argv[1])), {}, work)
"""


@pytest.mark.parametrize("step", ["connect", "read", "never"])
def test_a_process_that_a_server_took_over_neither_goes_on_for_ever_nor_leaves_files_open(fake, monkeypatch, step):
    _, database = fake(hangs)
    with closing(nursery.Nursery(start=TAKEN_OVER.replace("STEP", repr(step)))) as processes:
        processes.be_alive()
        monkeypatch.setattr(dialing, "processes", processes)
        before = os.listdir("/proc/self/fd")
        with pytest.raises(Unreachable) as error:
            calls.ask(database, "select 1", Limits())
        assert error.value.what == ENDED
        # What earlier tests left may be closed meanwhile.
        assert set(os.listdir("/proc/self/fd")) - set(before) == set()


ASKS = """
import sys
from django.conf import settings
from operant.platform.outgoing import Allowed
from operant.stage import calls, postgres
port = int(sys.argv[1])
settings.configure(PRIVATE_NETWORKS=Allowed.parsed(f"127.0.0.1:{port}"), OWN_ENDPOINTS=[])
calls.probe(postgres.Database("", "127.0.0.1", port, "shop", "ada", sys.stdin.readline(), tls="off"))
"""


def environment(pid):
    try:
        shown = Path(f"/proc/{pid}/environ").read_bytes()
    except PermissionError:
        return b""
    # What is never dumped shows it to root alone, and not to every root.
    assert os.geteuid() == 0
    return shown


def test_nothing_outlives_whoever_asked_and_nothing_of_the_password_shows(fake):
    endless = Endless()
    server, _ = fake(endless)
    asking = subprocess.Popen([sys.executable, "-c", ASKS, str(server.port)], stdin=subprocess.PIPE, text=True)
    asking.stdin.write(servers.PASSWORD)
    asking.stdin.close()
    assert endless.asked.wait(60)
    maker, caller = family(asking.pid)
    for each in (maker, caller):
        command = Path(f"/proc/{each}/cmdline").read_bytes()
        assert b"operant.stage.calls.child" in command
        assert servers.PASSWORD.encode() not in command + environment(each)
        limits = Path(f"/proc/{each}/limits").read_text()
        assert next(line.split()[4:6] for line in limits.splitlines() if "core file" in line) == ["0", "0"]
    asking.kill()
    asking.wait()
    until(lambda: not {maker, caller} & living().keys(), "the end of both processes")
