"""The log of what people ask and wait for: written when they have their answer, and before it where runs are counted."""

from functools import partial

import pytest

from operant.platform import afterwards
from operant.platform.files.sandbox import BadQuery
from operant.stage import actions, asking, causes, engine, queries
from operant.stage.models import LoggedRun


@pytest.fixture
def ask(cast, orders):
    asker = asking.Asker(cast.harbour.pk, cast.ben, partial(cast.at_harbour, cast.ben), causes.PREVIEW)
    return lambda sql="select 1": asking.ask(asker, orders.pk, lambda source: sql, engine.PREVIEW).rows


def logged(cast):
    with cast.at_harbour():
        return list(LoggedRun.objects.filter(cause=causes.PREVIEW).values_list("rows", "error", "by__name"))


def test_a_run_is_logged_when_its_answer_was_sent(cast, ask):
    with afterwards.gathering() as works:
        assert ask() == [[1]]
        assert logged(cast) == []
    afterwards.do(works)
    assert logged(cast) == [(1, "", "Ben")]


def test_a_run_that_failed_is_logged_as_well(cast, ask):
    with afterwards.gathering() as works, pytest.raises(BadQuery):
        ask("select nothing_like_it")
    afterwards.do(works)
    assert [(rows, error != "") for rows, error, _ in logged(cast)] == [(0, True)]


def test_where_a_source_has_a_budget_its_run_counts_before_the_next_question(cast, orders, ask):
    with cast.at_harbour(cast.ben):
        actions.set_budget(source=queries.source(orders.pk), runs=5, seconds=None, by=cast.ben)
    with afterwards.gathering():
        ask()
        assert logged(cast) == [(1, "", "Ben")]


def test_a_source_that_was_deleted_meanwhile_is_in_no_log(cast, orders, ask, caplog):
    with afterwards.gathering() as works:
        ask()
    with cast.at_harbour(cast.ben):
        actions.delete_source(source=queries.source(orders.pk))
    afterwards.do(works)
    assert (logged(cast), caplog.records) == ([], [])
