"""One process that cannot be made, or dies at once, costs nobody else theirs."""

import contextlib
import threading
import time

import pytest

from operant.platform.files.sandbox import SandboxBroken, nursery
from operant.platform.files.sandbox.cell import wire

# A nursery whose forks end as the test says, and whose children answer what they are asked, or fail at it.
_START = """
import errno, itertools, os, socket
from cell import forking, wire
ends, fork = {ends}, os.fork

def forks():
    end = next(ends)
    if end == "fails":
        raise OSError(errno.EAGAIN, "no room")
    if (child := fork()) == 0 and end == "dies":
        os._exit(1)
    return child

def work(job):
    asked, _ = wire.receive(job, 1_000)
    wire.send(job, {{"rest": 1 % asked["number"]}})

os.fork = forks
forking.serve(socket.socket(fileno=int(sys.argv[1])), {{}}, work)
"""


@pytest.fixture
def made():
    """Return a function: a nursery whose forks end like this."""
    with contextlib.ExitStack() as opened:
        yield lambda ends: opened.enter_context(contextlib.closing(nursery.Nursery(start=_START.format(ends=ends))))


@contextlib.contextmanager
def ended(cell):
    yield cell
    cell.end()


def rest(cell, number):
    wire.send(cell.sock, {"number": number})
    return wire.receive(cell.sock, 1_000)[0]


@pytest.mark.parametrize("end", ["fails", "dies"])
def test_one_process_that_cannot_be_made_costs_nobody_else_theirs(made, end):
    births = made(f"iter(['lives', '{end}', 'lives'])")
    with ended(births.cell()) as first, ended(births.cell()) as second:
        assert [rest(each, 1) for each in (first, second)] == [{"rest": 0}, {"rest": 0}]


def test_when_no_process_can_be_made_the_others_go_on(made):
    births = made("itertools.chain(['lives'], itertools.repeat('fails'))")
    with ended(births.cell()) as first:
        with pytest.raises(SandboxBroken, match="No process could be made for this. Try again in a moment."):
            births.cell()
        assert rest(first, 1) == {"rest": 0}


def test_a_fault_of_ours_reaches_the_log_without_its_words(made, capfd):
    births = made("itertools.repeat('lives')")
    with ended(births.cell()) as cell, pytest.raises(wire.Closed):
        rest(cell, 0)
    told = capfd.readouterr().err
    assert told.startswith("A process made for one call failed: ZeroDivisionError\n")
    assert ("in work\n" in told, "by zero" in told) == (True, False)


def test_nobody_waits_while_it_is_seen_whether_it_has_ended(made):
    births = made("itertools.repeat('lives')")
    births.be_alive()
    looking = threading.Thread(target=births.has_ended)
    looking.start()
    time.sleep(0.05)
    is_free = births._lock.acquire(timeout=0.05)
    if is_free:
        births._lock.release()
    looking.join()
    assert (is_free, births.has_ended()) == (True, False)
    births.close()
    assert births.has_ended()
