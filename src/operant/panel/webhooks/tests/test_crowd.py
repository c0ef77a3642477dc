"""Many endpoints and many events: announcing stays cheap, and nobody waits behind the crowd."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from operant.panel.organizations import actions as organizations
from operant.panel.organizations import queries as organization_queries
from operant.panel.webhooks import actions
from operant.panel.webhooks.models import Delivery
from operant.platform import clock, queue
from operant.testing.queue import arguments_of, claim, run_jobs

from .conftest import member

ENDPOINTS, EVENTS, A_SECOND = 50, 200, 5_000


def rename(name):
    harbour = organization_queries.organization()
    organizations.change_settings(organization=harbour, name=name)


def statements(scope, name):
    with scope, CaptureQueriesContext(connection) as asked:
        rename(name)
    return [each["sql"] for each in asked if "webhooks_" in each["sql"]]


def test_an_announcement_asks_as_much_for_fifty_endpoints_as_for_one(cast, add, server):
    none = statements(cast.at_harbour(cast.ada), "None")
    add("/0", event_types=["organizations.organization.renamed"])
    one = statements(cast.at_harbour(cast.ada), "One")
    for number in range(1, ENDPOINTS):
        add(f"/{number}", event_types=["organizations.organization.renamed"])
    fifty = statements(cast.at_harbour(cast.ada), "Fifty")
    assert [len(each) for each in (none, one, fifty)] == [1, 2, 2]
    with cast.at_harbour():
        assert Delivery.objects.count() == 1 + ENDPOINTS


def test_a_crowd_is_handed_out_in_batches_and_others_are_served_beside_it(cast, add, server):
    """As many deliveries as fifty endpoints and two hundred events make, and one of somebody else behind them."""
    with clock.frozen():
        add("/harbour", event_types=["organizations.organization.renamed"])
        with cast.at_harbour(cast.ada):
            rename("Crowded")
            copied()
        clock.advance(timedelta(seconds=1))
        with cast.at_meadow(cast.mallory):
            actions.add(by=member(cast.mallory), address=server.url("/meadow"))
        claimed = [claim("webhook_delivery") for _ in range(ENDPOINTS * EVENTS // A_SECOND + 1)]
        handed = arguments_of("webhooks.deliver")
    theirs = [each for each in handed if each["organization_id"] == str(cast.meadow.pk)]
    assert claimed == [A_SECOND, A_SECOND, 1]
    assert ([len(each["ids"]) for each in theirs], {len(each["ids"]) for each in handed}) == ([1], {500, 1})


def test_beginning_asks_as_much_for_many_deliveries_as_for_one(cast, add):
    add("/", event_types=["webhooks.endpoint.added"])
    one = beginning(cast)
    for number in range(10):
        add(f"/{number}", event_types=["relay.screen.paired"])
    many = beginning(cast)
    assert (one[0], many[0]) == (1, 10)
    assert many[1] == one[1]


def beginning(cast):
    with cast.at_harbour():
        ids = list(Delivery.objects.filter(held_until=None).values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as asked:
            begun = actions.begin(ids=ids)
    return len(begun.calls), len(asked)


def copied():
    columns = [field.column for field in Delivery._meta.local_fields if not field.primary_key]
    named = ", ".join(columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO webhooks_delivery (id, {named}) SELECT gen_random_uuid(), {named} "
            "FROM webhooks_delivery, generate_series(2, %s)",
            [ENDPOINTS * EVENTS],
        )


def test_jobs_of_one_organization_stand_in_its_lanes(cast, add, server):
    with cast.at_harbour(cast.ada):
        actions.add(by=member(cast.ada), address=server.url("/"))
        for number in range(20):
            rename(f"Number {number}")
    with cast.at_harbour():
        ids = list(Delivery.objects.values_list("pk", flat=True))
    for each in ids:
        queue.defer("webhooks.deliver", organization_id=cast.harbour.pk, ids=[each])
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT lock FROM procrastinate_jobs WHERE task_name = 'webhooks.deliver' ORDER BY 1")
        lanes = [row[0] for row in cursor.fetchall()]
    assert lanes == [f"calls:{cast.harbour.pk}:{number}" for number in (0, 1)]
    run_jobs()
    assert len(server.got) == len(ids)
