"""The whole road: something happens, and a real server gets what the public library accepts."""

import json
from datetime import timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from operant.panel.organizations import actions as organizations
from operant.panel.organizations import queries as organization_queries
from operant.panel.organizations.models import Role
from operant.panel.webhooks import actions, events, payloads, queries
from operant.panel.webhooks.models import Attempt, Delivery
from operant.platform import clock
from operant.platform.events.models import Announcement
from operant.testing.receiver import Answer

from .conftest import deliver, member


def rename(cast, name="Old Harbour"):
    with cast.at_harbour(cast.ada):
        harbour = organization_queries.organization()
        organizations.change_settings(organization=harbour, name=name)


def states(cast):
    with cast.at_harbour():
        return list(Delivery.objects.order_by("created_at").values_list("event__name", "state", "attempts", "status"))


def test_an_event_arrives_as_the_public_library_expects_it(cast, add, server):
    endpoint = add("/hooks?key=a%20b", event_types=["organizations.organization.renamed"])
    server.usual = Answer(200, b"thanks")
    rename(cast, "Old Harbour 🚢")
    assert deliver() == ["webhooks.deliver"]
    (got,) = server.got
    told = Webhook(endpoint.secret).verify(got.body, got.headers)
    with cast.at_harbour():
        row = Announcement.objects.get(name="organizations.organization.renamed")
        (sent,), (attempt,) = Delivery.objects.all(), Attempt.objects.all()
    assert told == {
        "type": "organizations.organization.renamed", "timestamp": row.at.isoformat(),
        "data": {"before": "Harbour", "name": "Old Harbour 🚢"},
    }  # fmt: skip
    assert (got.path, got.headers["host"], got.headers["content-type"]) == (
        "/hooks?key=a%20b", server.place, "application/json",
    )  # fmt: skip
    assert got.headers["webhook-id"] == sent.webhook_id
    assert (sent.state, sent.attempts, sent.status, sent.due_at) == ("delivered", 1, 200, None)
    assert (attempt.status, attempt.answer, attempt.because) == (200, "thanks", "")


def test_what_was_changed_on_the_way_or_signed_with_another_secret_is_not_accepted(cast, add, server):
    endpoint, other = add("/one"), add("/two")
    deliver()
    got = next(each for each in server.got if each.path == "/one")
    Webhook(endpoint.secret).verify(got.body, got.headers)
    for body, secret in ((got.body + b" ", endpoint.secret), (got.body, other.secret)):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, got.headers)


def test_after_a_rotation_both_secrets_sign_for_a_day_and_then_the_new_one_alone(cast, add, server):
    with clock.frozen():
        old = add("/").secret
        with cast.at_harbour(cast.ada):
            (endpoint,) = queries.endpoints()
            new = actions.rotate(endpoint=endpoint, by=member(cast.ada)).secret
        deliver()
        both = {name: accepted(secret, server) for name, secret in (("old", old), ("new", new))}
        server.got.clear()
        clock.advance(timedelta(hours=24))
        rename(cast)
        deliver()
        clock.advance(timedelta(hours=-24))
        alone = [got.headers["webhook-signature"] for got in server.got]
    assert both == {"old": 2, "new": 2}
    assert [signature.count("v1,") for signature in alone] == [1]


def accepted(secret, server):
    for got in server.got:
        Webhook(secret).verify(got.body, got.headers)
    return len(server.got)


def test_private_fields_stay_at_home_and_personal_ones_are_told(cast, add, server):
    """Events of the catalogue have no private field yet, so one is declared here."""
    from operant.platform.events import CATALOGUE, Event, Personal, Private, Told, announce

    class Planted(Event, name="tests.secret.planted", told=Told(audit="planted", public=True)):
        """Something with a private field."""

        accepted_by: Personal
        from_ip: Private

    try:
        add("/")
        with cast.at_harbour(cast.ada):
            announce(Planted(accepted_by="Grace", from_ip="198.51.100.7"))
        deliver()
        told = {each["type"]: each["data"] for each in (json.loads(got.body) for got in server.got)}
        assert told["tests.secret.planted"] == {"accepted_by": "Grace"}
        assert "198.51.100.7" not in payloads.example(Planted)
    finally:
        del CATALOGUE["tests.secret.planted"]


def test_only_what_it_asked_for_is_sent_to_an_endpoint(cast, add, server):
    add("/renamed", event_types=["organizations.organization.renamed"])
    add("/joined", event_types=["organizations.member.joined"])
    rename(cast)
    deliver()
    assert [got.path for got in server.got] == ["/renamed"]


def test_what_is_not_public_is_told_to_nobody(cast, add, server):
    add("/")
    deliver()
    server.got.clear()
    with cast.at_harbour(cast.ada):
        from operant.platform.events import announce

        announce(events.DeliveriesReplayed(endpoint_id="whe_1", host="x", count=1, replayed_by="Ada"))
    assert deliver() == []
    assert server.got == []


def test_another_organizations_endpoint_never_hears(cast, add, server):
    with cast.at_meadow(cast.mallory):
        actions.add(by=member(cast.mallory), address=server.url("/meadow"))
    deliver()
    server.got.clear()
    add("/harbour")
    rename(cast)
    with cast.at_harbour(cast.ada):
        organizations.invite(by=member(cast.ada), email="dora@harbour.example", role=Role.VIEWER)
    deliver()
    assert [got.path for got in server.got] == ["/harbour"] * 3


def test_a_test_event_goes_to_one_endpoint_only(cast, add, server):
    add("/one"), add("/two", event_types=["organizations.member.joined"])
    deliver()
    server.got.clear()
    with cast.at_harbour(cast.ada):
        _, second = queries.endpoints()
        actions.test(endpoint=second, by=member(cast.ada))
    deliver()
    (got,) = server.got
    assert (got.path, json.loads(got.body)["type"]) == ("/two", "webhooks.endpoint.tested")
    Webhook(second.secret).verify(got.body, got.headers)


def test_rolled_back_is_never_told(cast, add, server):
    add("/")
    deliver()
    server.got.clear()
    with pytest.raises(RuntimeError), cast.at_harbour(cast.ada):
        harbour = organization_queries.organization()
        organizations.change_settings(organization=harbour, name="Never")
        raise RuntimeError
    assert deliver() == []
    assert server.got == []
