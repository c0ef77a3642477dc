"""Processes that die and processes side by side: rows that are really committed, in an installation of their own."""

from datetime import timedelta

import pytest
from django.test import override_settings

from operant.panel.organizations import actions as organizations
from operant.panel.organizations import queries as organization_queries
from operant.panel.webhooks import actions, jobs
from operant.panel.webhooks.models import Delivery
from operant.platform import clock, tenancy
from operant.platform.outgoing import Allowed
from operant.testing import cast as casting
from operant.testing import plugin
from operant.testing.installations import installation, started
from operant.testing.receiver import SILENT, Answer
from operant.testing.waiting import until

from .conftest import member

MANY = 24
FAST = {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"]}
assert installation, "a fixture"


@pytest.fixture
def house(installation, server):
    """An installation in which Harbour has an endpoint and deliveries that wait; the ids are what a job is handed."""
    made = installation("webhooks", template=plugin.DATABASE)
    opened = {"PRIVATE_NETWORKS": Allowed.parsed(server.place), "OWN_ENDPOINTS": []}
    with made.served(), override_settings(**FAST, **opened):
        people = casting.build()
        with people.at_harbour(people.ada):
            actions.add(by=member(people.ada), address=server.url(), event_types=["organizations.organization.renamed"])
            for number in range(MANY):
                harbour = organization_queries.organization()
                organizations.change_settings(organization=harbour, name=f"Number {number}")
            ids = [str(each) for each in Delivery.objects.values_list("pk", flat=True)]
        yield made, {"organization_id": str(people.harbour.pk), "ids": ids}


def states(named):
    with tenancy.organization_scope(named["organization_id"]):
        return set(Delivery.objects.values_list("state", flat=True))


def test_who_dies_between_the_call_and_its_record_sends_again_with_the_same_id(house, server):
    made, named = house
    server.usual = Answer(how=SILENT)
    worker = started(lambda: jobs.deliver(**named), made)
    until(lambda: len(server.got) == 4, "the first calls")
    worker.kill()
    worker.join()
    server.release()
    server.usual = Answer(200)
    before = {got.headers["webhook-id"] for got in server.got}
    assert states(named) == {"waiting"}
    jobs.deliver(**named)
    assert len(server.got) == 4  # they may still be under way
    with clock.frozen():
        clock.advance(timedelta(seconds=61))
        jobs.deliver(**named)
    sent = [got.headers["webhook-id"] for got in server.got]
    assert states(named) == {"delivered"}
    assert (len(sent), len(set(sent))) == (MANY + 4, MANY)
    assert {each for each in sent if sent.count(each) == 2} == before


def test_two_workers_at_once_send_each_delivery_once(house, server):
    made, named = house
    workers = [started(lambda: jobs.deliver(**named), made) for _ in range(2)]
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert states(named) == {"delivered"}
    assert len({got.headers["webhook-id"] for got in server.got}) == len(server.got) == MANY
