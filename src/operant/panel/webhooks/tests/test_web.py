import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from operant.panel.webhooks import queries
from operant.panel.webhooks.models import Attempt, Delivery
from operant.platform import clock
from operant.testing.receiver import Answer

from .conftest import deliver

PAGE = "/o/harbour/settings/webhooks/"
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{44}")


def page(endpoint, name="webhook", *more):
    return reverse(name, args=["harbour", endpoint.pk, *more])


def standing(cast):
    with cast.at_harbour():
        return list(queries.endpoints())


def test_a_secret_is_shown_once(cast, signed_in, server):
    client = signed_in(cast.ann, lately=True)
    empty = client.get(PAGE).content.decode()
    assert "No server of yours is told yet." in empty
    given = {"address": server.url("/in"), "description": "The till", "hearing": "some", "events": ["relay.screen.paired"]}
    answer = client.post(PAGE, given)
    assert (answer.status_code, answer["Cache-Control"]) == (201, "private, no-store")
    (endpoint,) = standing(cast)
    assert set(SECRET.findall(answer.content.decode())) == {endpoint.secret}
    assert (endpoint.address, endpoint.description, endpoint.event_types) == (
        server.url("/in"), "The till", ["relay.screen.paired"],
    )  # fmt: skip
    for address in (PAGE, page(endpoint)):
        later = client.get(address).content.decode()
        assert "The till" in later
        assert SECRET.findall(later) == []
    rotated = client.post(page(endpoint, "webhook_secrets"))
    (now,) = standing(cast)
    assert set(SECRET.findall(rotated.content.decode())) == {now.secret}
    assert (now.secret != endpoint.secret, now.previous_secret) == (True, endpoint.secret)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"address": "https://user:word@example.com/"}, "An address has no user"),
        ({"address": "https://127.0.0.1/"}, "that is the machine Operant runs on"),
        ({"address": "https://example.com/" + "x" * 10_000}, "at most 2000 characters"),
        ({"hearing": "some"}, "Choose at least one, or all events."),
        ({"hearing": "some", "events": ["nothing.of.that"]}, "not one of the available choices"),
        ({"description": "🚢" * 201}, "at most 200 characters"),
    ],
)
def test_what_does_not_fit_is_said_at_the_field_and_kept(cast, signed_in, server, given, sentence):
    whole = {"address": "https://example.com/kept", "hearing": "all", "description": "Kept", **given}
    answer = signed_in(cast.ann, lately=True).post(PAGE, whole)
    assert (answer.status_code, standing(cast)) == (422, [])
    assert sentence in answer.content.decode()
    assert "Kept" in answer.content.decode() or "description" in given


def test_the_picker_lists_every_public_event_with_its_meaning(cast, signed_in):
    from operant.panel.webhooks import payloads

    shown = signed_in(cast.ann, lately=True).get(PAGE).content.decode()
    assert re.findall(r'name="events" value="([a-z_.]+)"', shown) == [each.NAME for each in payloads.public_events()]
    told = signed_in(cast.ann, lately=True).get(PAGE + "events").content.decode()
    assert "`" not in shown + told
    assert [each.NAME for each in payloads.public_events() if f"Example of {each.NAME}" not in told] == []


def test_a_test_event_leads_to_its_delivery_and_what_was_answered(cast, add, server, signed_in):
    endpoint, client = add("/", event_types=["relay.screen.paired"]), signed_in(cast.ada, lately=True)
    server.usual = Answer(500, b"<script>alert(1)</script>")
    sent = client.post(page(endpoint, "webhook_tests"))
    with cast.at_harbour():
        (delivery,) = Delivery.objects.all()
    assert sent.url == page(endpoint, "webhook_delivery", delivery.pk)
    deliver()
    shown = client.get(sent.url).content.decode()
    assert "Answered 500." in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script>alert(1)" not in shown
    server.usual = Answer(200)
    client.post(page(endpoint, "webhook_delivery_replays", delivery.pk))
    deliver()
    assert "Delivered" in client.get(sent.url).content.decode()


def test_pausing_resuming_changing_and_removing(cast, add, server, signed_in):
    endpoint, client = add("/"), signed_in(cast.ann, lately=True)
    client.post(page(endpoint, "webhook_pause"))
    assert standing(cast)[0].state == "paused"
    assert client.post(page(endpoint, "webhook_tests")).status_code == 409
    client.post(page(endpoint, "webhook_resumption"))
    assert standing(cast)[0].state == "active"
    client.post(page(endpoint), {"address": server.url("/new"), "hearing": "all", "description": ""})
    assert standing(cast)[0].address == server.url("/new")
    assert client.post(page(endpoint, "webhook_removal")).url == PAGE
    assert (standing(cast), client.get(page(endpoint)).status_code) == ([], 404)


def test_replaying_since_a_day(cast, add, server, signed_in):
    endpoint, client = add("/"), signed_in(cast.ann, lately=True)
    with cast.at_harbour():
        Delivery.objects.update(state="failed", due_at=None, created_at=clock.now() - timedelta(days=2))
    today = clock.now().date()
    client.post(page(endpoint, "webhook_replays"), {"since": today.isoformat()})
    assert states(cast) == ["failed"]
    client.post(page(endpoint, "webhook_replays"), {"since": (today - timedelta(days=3)).isoformat()})
    assert states(cast) == ["waiting"]
    assert client.post(page(endpoint, "webhook_replays"), {"since": "soon"}).status_code == 422


def states(cast):
    with cast.at_harbour():
        return list(Delivery.objects.values_list("state", flat=True))


@pytest.mark.parametrize(("name", "status"), [("ada", 200), ("ann", 200), ("ben", 403), ("cleo", 403), ("mallory", 404)])
def test_owners_and_admins_see_them(cast, signed_in, name, status):
    assert signed_in(getattr(cast, name)).get(PAGE).status_code == status


def test_pages_ask_as_much_for_many_as_for_one(cast, add, server, signed_in):
    endpoint, client, counts = add("/"), signed_in(cast.ann, lately=True), []
    with cast.at_harbour():
        delivery = Delivery.objects.get()
    shown = [PAGE, page(endpoint), page(endpoint, "webhook_delivery", delivery.pk)]
    for address in shown:
        client.get(address)  # the first of a session keeps more
    for more in (0, 3):
        for number in range(more):
            add(f"/{number}")
            with cast.at_harbour():
                Attempt.objects.create(delivery=delivery, at=clock.now(), took_ms=number)
        counts.append([asked(client, address) for address in shown])
    assert counts[0] == counts[1]


def asked(client, address):
    with CaptureQueriesContext(connection) as found:
        client.get(address)
    return len(found)


def test_where_it_is_told_is_changed_by_whoever_proves_that_it_is_still_them(cast, add, server, signed_in):
    endpoint, left_open = add("/"), signed_in(cast.ann)
    given = {"address": server.url("/elsewhere"), "hearing": "all"}
    addresses = (PAGE, page(endpoint), page(endpoint, "webhook_secrets"), page(endpoint, "webhook_removal"))
    for answer in (left_open.post(address, given) for address in addresses):
        assert (answer.status_code, answer.url.partition("?")[0]) == (302, "/accounts/reauthenticate/")
    assert [(each.address, each.secret) for each in standing(cast)] == [(endpoint.address, endpoint.secret)]
    assert left_open.get(page(endpoint)).status_code == 200
