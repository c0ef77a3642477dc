"""A worker that is told to stop gives back what its jobs hold, and never what they are done with."""

import asyncio
import contextlib
import os
import signal
import threading

import pytest
from procrastinate.manager import JobManager

from operant.platform import queue
from operant.platform.queue import stopping, worker
from operant.testing.waiting import until


def test_what_is_held_is_given_back_once():
    told = []
    with queue.given_back(lambda: told.append("first")), queue.given_back(lambda: told.append("second")):
        stopping.give_all_back()
        stopping.give_all_back()
    assert told == ["first", "second"]


def test_what_ended_is_not_given_back():
    told = []
    with queue.given_back(lambda: told.append("done")):
        pass
    with pytest.raises(ValueError), queue.given_back(lambda: told.append("failed")):
        raise ValueError
    stopping.give_all_back()
    assert told == []


def test_one_that_cannot_be_given_back_keeps_none_of_the_others():
    told = []

    def fails():
        raise RuntimeError("the database is away")

    with queue.given_back(fails), queue.given_back(lambda: told.append("second")):
        stopping.give_all_back()
    assert told == ["second"]



@pytest.fixture
def clockless(db, monkeypatch):
    """A worker whose clock queues nothing: what it does is committed, and other tests would find it."""
    monkeypatch.setattr(worker, "_tick_once", lambda me: None)


def test_a_worker_ends_although_it_is_told_so_while_it_registers(clockless, monkeypatch):
    """Where a wait ends at the same moment, Python 3.11 drops the cancellation: so does this one, always."""
    registers = JobManager.register_worker

    async def deaf(manager):
        with contextlib.suppress(asyncio.CancelledError):
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.sleep(60)
        return await registers(manager)

    monkeypatch.setattr(JobManager, "register_worker", deaf)
    asyncio.run(asyncio.wait_for(worker._run(1), 30))


def test_a_worker_that_is_told_to_stop_gives_back(clockless):
    told = []

    def tell():
        until(lambda: signal.getsignal(signal.SIGTERM) != signal.SIG_DFL, "a worker that listens", 20)
        os.kill(os.getpid(), signal.SIGTERM)

    teller = threading.Thread(target=tell)
    with queue.given_back(lambda: told.append("given back")):
        teller.start()
        asyncio.run(worker._run(1))
    teller.join()
    assert told == ["given back"]
