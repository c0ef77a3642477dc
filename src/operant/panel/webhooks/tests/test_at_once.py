"""Two connections that add an endpoint in the same moment."""

import threading

import pytest
from django.db import connection

from operant.panel.webhooks import actions, queries
from operant.panel.webhooks.actions import keeping
from operant.platform.refusals import Refusal
from operant.testing import ingest

from .conftest import member


@pytest.fixture
def committed(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), ingest.committed() as made:
        yield made


def test_of_two_at_once_the_one_too_many_is_refused(committed, server, monkeypatch):
    monkeypatch.setattr(keeping, "MOST", 1)
    start, ends = threading.Barrier(2), []

    def add(person) -> None:
        try:
            with committed.at_harbour(person):
                by = member(person)
                start.wait()
                actions.add(by=by, address=server.url("/"))
                ends.append("added")
        except Refusal as refusal:
            ends.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=add, args=[each]) for each in (committed.ada, committed.ann)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(ends) == ["There are 1 webhook endpoints already. Remove those that nobody needs.", "added"]
    with committed.at_harbour():
        assert queries.endpoints().count() == 1
