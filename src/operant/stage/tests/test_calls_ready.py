"""Processes, and lines, that stand ready for a question: they serve one, of one source, and keep nothing."""

import os
import resource
import signal
import threading
import time
from dataclasses import replace

import pytest

from operant.platform.files.sandbox import BadQuery, Limits, SandboxRefusal
from operant.platform.outgoing import Allowed
from operant.stage import calls
from operant.stage.calls import ahead, calling, dialing
from operant.stage.stepping import Unreachable
from operant.testing import pgbench
from operant.testing.installations import until

from .processes import callers, living, ready

BACKEND = "select pg_backend_pid()"


def asked(database, sql="select 1", limits=None):
    return calls.ask(database, sql, limits or Limits())["rows"]


def backend(database, limits=None):
    return asked(database, BACKEND, limits)[0][0]


@pytest.fixture
def often(shop):
    """The shop, which was asked twice a moment ago: a line to it stands ready. With that line's process."""
    asked(shop)
    asked(shop)
    until(lambda: len(callers()) == len(connections()) == 1, "the line that stands ready")
    return shop, *callers()


def connections():
    asking = f"SELECT pid FROM pg_stat_activity WHERE usename = '{pgbench.READER}' ORDER BY backend_start"
    return [pid for (pid,) in pgbench.figures(asking)]


def test_two_stand_ready_that_were_told_of_nothing(shop):
    asked(shop)
    until(lambda: len(ready()) == 2, "the processes that stand ready")
    before = ready()
    asked(shop, limits=Limits(rows=3))
    # The one that served is gone; another one took its place.
    until(lambda: len(ready()) == 2 and ready() != before, "another one")
    assert len(set(before) & set(ready())) == 1


def test_those_that_stand_ready_are_killed_and_the_next_question_is_answered(shop):
    asked(shop)
    until(lambda: len(ready()) == 2, "the processes that stand ready")
    killed = ready()
    for each in killed:
        os.kill(each, signal.SIGKILL)
    until(lambda: not set(killed) & living().keys(), "their end")
    assert asked(shop, "select 2") == [[2]]


def test_a_source_that_is_asked_seldom_is_dialed_for_nobody(shop):
    asked(shop)
    until(lambda: callers() == [], "the end of the process that asked")
    assert ahead._lines._ready == {}


def test_an_answer_is_not_lost_where_no_next_line_can_be_kept(often, monkeypatch):
    def refused(thread):
        raise RuntimeError("can't start new thread")

    shop, process = often
    # The thread that ends lines is not there yet.
    monkeypatch.setattr(ahead._lines, "_sweeper", None)
    monkeypatch.setattr(threading.Thread, "start", refused)
    assert asked(shop, "select 2") == [[2]]
    until(lambda: connections() == [], "the end of what could not be kept")
    assert ahead._lines._ready == {}


def test_a_line_that_stands_ready_serves_one_question_in_a_session_of_its_own(often):
    shop, process = often
    (waiting,) = connections()
    assert backend(shop) == waiting
    until(lambda: process not in callers() and len(callers()) == 1, "the next line")
    # Whoever asks next has another session, as if it had been dialed just then.
    assert backend(shop) not in {waiting}


def test_nothing_stays_of_one_question_for_the_next(often):
    shop, _ = often
    assert asked(shop, "select set_config('app.left', 'there', false)") == [["there"]]
    assert asked(shop, "select current_setting('app.left', true)") == [[None]]


def test_its_process_has_the_limits_of_the_question(often):
    _, process = often
    limits = Limits()
    assert resource.prlimit(process, resource.RLIMIT_DATA) == (limits.memory_mb << 20, limits.memory_mb << 20)
    assert resource.prlimit(process, resource.RLIMIT_FSIZE) == (limits.bytes, limits.bytes)
    assert resource.prlimit(process, resource.RLIMIT_CORE) == (0, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"key": "another source"},
        {"asker": "another organization"},
        {"password": "another password"},
        {"schema": "another_schema"},
    ],
    ids=["source", "organization", "password", "schema"],
)
def test_a_line_is_for_the_same_source_as_it_was_dialed_for(often, change):
    shop, _ = often
    (waiting,) = connections()
    other = replace(shop, **change)
    if "password" in change:
        with pytest.raises(Unreachable) as error:
            backend(other)
        assert error.value.step == "sign_in"
    else:
        assert backend(other) != waiting


def test_a_line_is_for_the_same_limits(often):
    shop, process = often
    (waiting,) = connections()
    assert backend(shop, Limits(rows=3)) != waiting
    until(lambda: process not in callers(), "the end of the line that did not fit")


def test_an_address_that_is_not_allowed_any_more_is_not_asked_over_a_line_that_stands_ready(often, settings):
    shop, _ = often
    settings.PRIVATE_NETWORKS = Allowed.parsed("")
    with pytest.raises(Unreachable) as error:
        asked(shop)
    assert error.value.step == "resolve"


def test_a_line_whose_process_is_killed_costs_nobody_the_question(often):
    shop, process = often
    os.kill(process, signal.SIGKILL)
    until(lambda: process not in living(), "its end")
    assert asked(shop, "select 3") == [[3]]


def test_a_line_that_was_cut_costs_nobody_the_question(often, door):
    shop, _ = often
    door.cut()
    assert asked(shop, "select 4") == [[4]]


def test_a_line_that_nobody_answers_any_more_is_dialed_anew(often):
    shop, process = often
    os.kill(process, signal.SIGSTOP)
    assert asked(shop, "select 5") == [[5]]
    until(lambda: process not in callers(), "the end of the line that stood still")


def test_the_one_that_makes_the_processes_is_killed_while_a_line_stands_ready(often):
    shop, process = often
    os.kill(dialing.processes._process.pid, signal.SIGKILL)
    # Had it begun by then, its end would be told: no question is asked twice.
    until(lambda: process not in living(), "its end")
    assert asked(shop, "select 6") == [[6]]


def test_what_a_query_does_wrong_over_a_line_that_stands_ready_is_told(often):
    shop, _ = often
    with pytest.raises(BadQuery) as error:
        asked(shop, "select nothing_like_it")
    assert error.value.message == 'Column "nothing_like_it" does not exist.'


def test_a_line_ends_when_no_question_came(shop, monkeypatch):
    monkeypatch.setattr(ahead, "SECONDS", 0.3)
    # One that began before would look again after as many seconds as it knew of.
    monkeypatch.setattr(ahead._lines, "_sweeper", None)
    asked(shop)
    asked(shop)
    until(lambda: callers() == [] and connections() == [], "the end of the line")
    assert ahead._lines._ready == {}


def test_a_line_ends_when_the_connection_is_tested_again(often):
    shop, process = often
    assert calls.probe(shop).failure is None
    until(lambda: process not in callers(), "the end of the line")


def several(shop, count):
    return [replace(shop, key=f"source {number}") for number in range(count)]


def test_only_so_many_lines_stand_ready(shop, monkeypatch):
    monkeypatch.setattr(ahead, "MOST", 2)
    for each in several(shop, 3):
        asked(each)
        asked(each)
    until(lambda: len(callers()) == 2, "the end of the line that waited longest")
    assert list(ahead._lines._ready) == ["source 1", "source 2"]


def test_sources_in_rotation_do_not_end_each_others_lines(shop, door, monkeypatch):
    monkeypatch.setattr(ahead, "MOST", 2)
    sources = several(shop, 3)
    for each in sources * 3:
        asked(each)
    until(lambda: len(connections()) == 2, "the lines that stand ready")
    assert sorted(ahead._lines._ready) == ["source 0", "source 1"]
    # Nine questions and two lines that stand ready; not one was dialed that served nobody.
    assert door.opened == 11


def test_one_thread_ends_all_lines(shop):
    def sweeping():
        return {each.ident for each in threading.enumerate() if each.name == ahead.THREAD}

    until(lambda: not sweeping(), "the end of those that others left")
    for each in several(shop, 5):
        asked(each)
        asked(each)
    assert len(ahead._lines._ready) == 5
    assert {ahead._lines._sweeper.ident} == sweeping()


def test_a_line_that_stood_for_longer_than_its_sign_in_may_take_still_serves(often):
    shop, _ = often
    (waiting,) = connections()
    ahead._lines._ready[shop.key][0]._deadline = time.monotonic() - 1
    assert backend(shop) == waiting


def test_a_database_that_is_far_away_is_asked_over_the_line_that_signs_in(shop, door):
    door.far = 0.4
    asked(shop)
    asked(shop)
    # It signs in for longer than a second, and the next question does not wait for that.
    assert asked(shop, "select 3") == [[3]]
    until(lambda: len(connections()) == len(callers()) == 1, "the next line")
    assert door.opened == 4


def test_a_database_that_is_far_away_is_asked_over_the_line_that_stands_ready(often, door):
    shop, _ = often
    (waiting,) = connections()
    door.far = 1.2
    assert backend(shop) == waiting


def test_whoever_waits_for_a_line_that_signs_in_waits_no_longer_than_for_another(shop, door, monkeypatch):
    monkeypatch.setattr(calling, "CONNECT_SECONDS", 3)
    asked(shop)
    door.far = 30
    line, left = calling._line(shop, Limits())
    ahead.dial(line, left)
    began = time.monotonic()
    with pytest.raises(Unreachable):
        asked(shop)
    # A second more for the one that is dialed when the time for that line is over.
    assert time.monotonic() - began < 8


def test_a_question_that_fails_is_not_dialed_for_again(shop):
    for _ in range(3):
        with pytest.raises(SandboxRefusal):
            asked(shop, "select nothing_like_it")
    until(lambda: callers() == [], "the end of the processes that asked")
