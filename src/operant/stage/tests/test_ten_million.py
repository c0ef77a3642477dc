"""
A query that answers ten million rows: bounded in memory and time, said in words, and its source answers the next one.

The tests take a tenth of them; `make prove ONLY=ten-million` all.
"""

import os
import resource
import threading
import time
from dataclasses import replace
from functools import partial

import psycopg
import pytest

from operant.platform.files.sandbox import Limits, SandboxRefusal, TooBig
from operant.stage import asking, calls, causes, engine
from operant.stage.calls.limits import CANCEL_SECONDS, GRACE_SECONDS
from operant.testing import pgbench
from operant.testing.installations import until
from operant.testing.plugin import ADMIN

from .processes import callers

ROWS = int(os.environ.get("MANY_ROWS", "1000000"))
LIMITS = Limits()
# A slow machine begins and ends a process as well.
MOST_SECONDS = LIMITS.seconds + GRACE_SECONDS + CANCEL_SECONDS + 15
MOST_KILOBYTES = 100_000
CELL = "A single row is larger than 5,000,000 bytes."
SLOW = "This took longer than 10 seconds."


@pytest.fixture(scope="module")
def many(bench):
    """A table that the database itself filled."""
    with psycopg.connect(**ADMIN | {"dbname": pgbench.NAME}, autocommit=True) as owner:
        owner.execute(f"CREATE UNLOGGED TABLE many AS SELECT n, n % 97 AS amount FROM generate_series(1, {ROWS}) AS n")
        owner.execute(f"GRANT SELECT ON many TO {pgbench.READER}")
        yield
        owner.execute("DROP TABLE many")


@pytest.fixture
def bounded(many, shop):
    """Watch what asking takes, and see afterwards that it was little, that nothing is left of it, and that the shop answers."""
    asking_took, over = [0], threading.Event()

    def watch():
        while not over.wait(0.01):
            asking_took.append(max(map(peak, callers()), default=0))

    def peak(pid):
        try:
            with open(f"/proc/{pid}/status", encoding="ascii") as told:
                return next((int(line.split()[1]) for line in told if line.startswith("VmHWM")), 0)
        except OSError:
            return 0

    calls.ask(shop, "select 1", LIMITS)
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    watching = threading.Thread(target=watch)
    watching.start()
    yield
    took = time.monotonic() - began
    over.set()
    watching.join()
    assert took < MOST_SECONDS
    assert 0 < max(asking_took) < MOST_KILOBYTES
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_KILOBYTES
    at_work = f"SELECT count(*) FROM pg_stat_activity WHERE usename = '{pgbench.READER}' AND state <> 'idle'"
    until(lambda: pgbench.figures(at_work) == [(0,)], "the end of the query")
    assert calls.ask(shop, "select max(n) from many", Limits(seconds=60))["rows"] == [[ROWS]]


def said(shop, sql):
    """Return how many rows were given and whether that is cut, or the sentence."""
    try:
        found = calls.ask(shop, sql, LIMITS)
    except SandboxRefusal as refused:
        return refused.sentence
    return len(found["rows"]), found["truncated"]


@pytest.mark.usefixtures("bounded")
def test_all_of_them_are_cut_and_say_so(shop):
    assert said(shop, "select * from many") == (LIMITS.rows, True)


@pytest.mark.usefixtures("bounded")
def test_all_of_them_sorted_are_cut_or_take_too_long(shop):
    cut = (LIMITS.rows, True)
    assert said(shop, "select * from many order by md5(n::text)") in {cut, SLOW}


@pytest.mark.usefixtures("bounded")
def test_all_of_them_in_one_cell_are_refused(shop):
    assert said(shop, "select string_agg(n::text, ',') from many") == CELL


@pytest.mark.usefixtures("bounded")
def test_all_pairs_of_them_take_too_long(shop):
    assert said(shop, "select count(*) from many a, many b where a.n + b.n < 0") == SLOW


def test_an_extract_of_all_of_them_is_refused_in_words(shop, many, tmp_path):
    limits = replace(calls.EXTRACTED, rows=ROWS // 10)
    with pytest.raises(TooBig) as error:
        calls.extract(shop, "select * from many", tmp_path / "rows.ndjson", limits)
    assert error.value.sentence == f"It gives more than {limits.rows:,} rows. Take fewer: filter them, or add them up."
    assert calls.ask(shop, "select max(n) from many", Limits(seconds=60))["rows"] == [[ROWS]]


def test_who_tries_it_in_the_editor_is_shown_the_first_of_them(cast, many, till):
    asker = asking.Asker(cast.harbour.pk, cast.ben, partial(cast.at_harbour, cast.ben), causes.PREVIEW)
    found = asking.ask(asker, till.pk, lambda source: "select * from many", engine.PREVIEW)
    assert (len(found.rows), found.truncated) == (engine.PREVIEW.rows, True)
