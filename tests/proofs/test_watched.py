"""
A worker that beats and gets nothing done is told of, once, and so is its return.

A real house with two web processes. Its worker is killed soon after each start, or its clock hangs: something in the
database holds a lock that the clock needs, while the worker beats on. The sample waits for seconds, the proof for as long as
the program does.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy

import psycopg
import pytest

from operant.panel.operating.alerter import LEASE, TEMPLATES
from operant.testing.waiting import until

from .falling_house import House

IS_SAMPLE = "PROOF_RUNS" not in os.environ
PATIENCE = 90 if IS_SAMPLE else 900
BEAT = "SELECT coalesce(extract(epoch FROM now() - max(last_heartbeat)), 99)::float FROM procrastinate_workers"
CLOCKS = "SELECT count(*) FROM queue_lease WHERE name = 'clock' AND until > now()"
STARTS = "SELECT count(*) FROM queue_start"


@pytest.fixture(scope="module")
def house(falling):
    # Its worker may have fallen for another proof, and nobody is to be told of that here.
    falling.rows("DELETE FROM queue_start")
    falling.rows("DELETE FROM queue_lease WHERE name = %s", LEASE)
    falling.rows("DELETE FROM messaging_message WHERE template = ANY(%s)", list(TEMPLATES.values()))
    with falling.open(**({"HURRIED": "1"} if IS_SAMPLE else {})) as standing:
        standing.add("web2")
        yield standing


def test_a_worker_whose_clock_hangs_is_told_of(house, tally):
    for _ in range(tally.sample(1)):
        tally.note("a clock that hangs", hung(house))
    assert tally.failures == []


def test_a_worker_that_falls_after_each_start_is_told_of(house, tally):
    for _ in range(tally.sample(1)):
        tally.note("a worker that falls", fallen(house))
    assert tally.failures == []


def hung(house: House) -> str:
    """Let the clock hang at one kind of wait, and go on; return what is wrong with what was told."""
    at_work(house)
    before, beats, begun = len(told(house)), [], time.monotonic()
    with holding(house, "relay_watch"):
        while len(told(house)) == before:
            assert time.monotonic() - begun < PATIENCE, "no mail about the clock came"
            beats.append(house.rows(BEAT)[0][0])
            time.sleep(0.25)
    if max(beats) > 8:
        return f"the worker was silent for {max(beats):.0f} s, so this was another trouble"
    return _ended(house, before, "The worker of Operant stands still since")


def fallen(house: House) -> str:
    """Kill each worker soon after it begins, then let one live; return what is wrong with what was told."""
    at_work(house)
    before = len(told(house))
    # This one may have lasted, which is no fall.
    fell(house)
    for _ in range(3):
        known = house.rows(STARTS)
        house.stand_up()
        until(lambda known=known: house.rows(STARTS) > known, "a worker that begins", 60, every=0.1)
        fell(house)
    house.stand_up()
    until(lambda: len(told(house)) > before, "a mail about a worker that falls", PATIENCE, every=0.25)
    return _ended(house, before, "The worker of Operant has crashed")


def fell(house: House) -> None:
    house.kill("worker")
    house.bury("worker")


def _ended(house: House, before: int, begins: str) -> str:
    until(lambda: len(told(house)) > before + 1, "a mail about its return", PATIENCE, every=0.25)
    # Whoever would send another one of each has looked by then.
    time.sleep(2 if IS_SAMPLE else 30)
    subjects = told(house)[before:]
    is_right = len(subjects) == 2 and subjects[0].startswith(begins) and subjects[1] == "The worker of Operant works again"
    return "" if is_right else f"told {subjects}"


def at_work(house: House) -> None:
    """Wait until a worker beats, and its clock has a lease that lasts."""
    until(lambda: house.rows(CLOCKS) == [(1,)], "a clock", 60, every=0.25)
    until(lambda: house.rows(BEAT)[0][0] < 6, "a worker that beats", 60, every=0.25)


def told(house: House) -> list[str]:
    """Return the subjects of the mails about the worker that arrived at Cleo's, in order: a long one has a line of its own."""
    arrived = [message_from_bytes(raw, policy=policy.default) for raw in list(house.mail.mails)]
    return [str(mail["Subject"]).strip() for mail in arrived if "cleo@" in str(mail["To"]) and "The worker" in str(mail["Subject"])]


@contextmanager
def holding(house: House, table: str) -> Iterator[None]:
    """Hold a lock that lets everybody read a table, and nobody claim of it."""
    place = {**house.server.superuser_parameters(), "dbname": "operant"}
    with psycopg.connect(**place) as connection:
        connection.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
        yield
