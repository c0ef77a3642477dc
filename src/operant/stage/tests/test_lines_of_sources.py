"""Which source a line that stands ready belongs to, where people change, delete and share databases."""

from dataclasses import replace
from functools import partial

import pytest

from operant.platform.refusals import NotFound
from operant.stage import actions, asking, causes, engine, queries
from operant.stage.calls import ahead
from operant.testing import pgbench
from operant.testing.installations import until
from operant.testing.queue import run_jobs

BACKEND = "select pg_backend_pid(), session_user"


def asked(organization, scope, person, source):
    """Return the session that answered a question of this person, and as whom it signed in."""
    asker = asking.Asker(organization.pk, person, partial(scope, person), causes.PREVIEW)
    found = asking.ask(asker, source.pk, lambda source: BACKEND, engine.PREVIEW)
    return tuple(found.rows[0])


@pytest.fixture
def ask(cast):
    return partial(asked, cast.harbour, cast.at_harbour, cast.ben)


def waiting():
    """The sessions that were signed in to and asked nothing yet."""
    return {pid for (pid,) in pgbench.figures(
        "SELECT pid FROM pg_stat_activity WHERE datname = 'operant_pgbench' AND usename LIKE 'pgbench%' AND state = 'idle'"
    )}  # fmt: skip


@pytest.fixture
def ready(till, ask):
    """The session that stands ready for Harbour's source."""
    ask(till)
    ask(till)
    until(lambda: len(waiting()) == 1, "the line that stands ready")
    [session] = waiting()
    return session


def test_a_source_is_asked_over_its_own_line(till, ask, ready):
    assert ask(till) == (ready, pgbench.READER)


def test_a_source_that_signs_in_otherwise_is_asked_over_no_older_line(cast, till, shop, ask, ready):
    with cast.at_harbour(cast.ben):
        actions.change_connection(source=queries.source(till.pk), place=replace(shop, user=pgbench.OWNER), by=cast.ben)
    session, user = ask(till)
    assert (session != ready, user) == (True, pgbench.OWNER)
    until(lambda: ready not in waiting(), "the end of the older line")


def test_a_deleted_source_is_not_asked_and_its_line_ends(cast, till, ask, monkeypatch):
    monkeypatch.setattr(ahead, "SECONDS", 2)
    monkeypatch.setattr(ahead._lines, "_sweeper", None)
    ask(till)
    ask(till)
    until(lambda: len(waiting()) == 1, "the line that stands ready")
    with cast.at_harbour(cast.ben):
        actions.delete_source(source=queries.source(till.pk))
    with pytest.raises(NotFound):
        ask(till)
    until(lambda: waiting() == set(), "the end of its line")


def test_another_organization_with_the_same_database_has_lines_of_its_own(cast, till, shop, ask, ready):
    with cast.at_meadow(cast.cleo):
        theirs = actions.connect(name="Till", place=shop, by=cast.cleo)
    run_jobs()
    session, _ = asked(cast.meadow, cast.at_meadow, cast.cleo, theirs)
    assert session != ready
    assert ask(till) == (ready, pgbench.READER)
