"""What becomes of deliveries: tried again, given up, held back, never lost."""

import json
from datetime import timedelta

import pytest

from operant.panel.organizations import actions as organizations
from operant.panel.organizations import queries as organization_queries
from operant.panel.organizations.events import OrganizationRenamed
from operant.panel.webhooks import actions, events, jobs, queries, retrying, sending
from operant.panel.webhooks.models import Attempt, Delivery, Endpoint
from operant.platform import clock
from operant.platform.events import announce
from operant.platform.messaging.models import Message
from operant.platform.refusals import Gone, Invalid, NotAllowed, Refusal
from operant.testing.queue import claim, run_chore, run_jobs
from operant.testing.receiver import Answer

from .conftest import deliver, member

RENAMED = "organizations.organization.renamed"


@pytest.fixture
def endpoint(add) -> Endpoint:
    """An endpoint that is told of one event only."""
    return add("/", event_types=[RENAMED])


@pytest.fixture
def stopped():
    """A clock that stands still."""
    with clock.frozen():
        yield


def rename(cast, name="Old Harbour"):
    with cast.at_harbour(cast.ada):
        harbour = organization_queries.organization()
        organizations.change_settings(organization=harbour, name=name)


def one(cast) -> Delivery:
    with cast.at_harbour():
        return Delivery.objects.select_related("endpoint", "event").get()


def fresh(cast, endpoint) -> Endpoint:
    with cast.at_harbour():
        return Endpoint.objects.get(pk=endpoint.pk)


def test_a_failure_is_tried_again_with_the_same_id_until_it_succeeds(stopped, cast, endpoint, server):
    server.answers.extend([Answer(500, b"down"), Answer(502), Answer(200)])
    rename(cast)
    for _ in range(3):
        deliver()
        assert deliver() == []  # nothing comes before its time
        clock.advance(timedelta(minutes=6))
    sent = one(cast)
    with cast.at_harbour():
        tried = list(Attempt.objects.order_by("at").values_list("status", "because"))
    assert (sent.state, sent.attempts, sent.because) == ("delivered", 3, "")
    assert tried == [(500, "Answered 500."), (502, "Answered 502."), (200, "")]
    assert len({(got.headers["webhook-id"], got.body) for got in server.got}) == 1
    assert len({got.headers["webhook-timestamp"] for got in server.got}) == 3


def test_what_cannot_be_recorded_takes_nothing_with_it(cast, add, caplog):
    for path in ("/good", "/bad"):
        add(path, event_types=[RENAMED])
    rename(cast)
    with cast.at_harbour():
        good, bad = actions.begin(ids=Delivery.objects.values_list("pk", flat=True)).calls
    no_status = sending.Outcome(at=clock.now(), took_ms=1, status=40_000)
    jobs.record(cast.harbour.pk, [(bad, no_status), (good, sending.Outcome(at=clock.now(), took_ms=1, status=200))])
    with cast.at_harbour():
        states = dict(Delivery.objects.values_list("pk", "state"))
        assert list(Attempt.objects.values_list("delivery", "status")) == [(good.delivery_id, 200)]
    assert states == {good.delivery_id: "delivered", bad.delivery_id: "waiting"}
    assert [each.getMessage() for each in caplog.records] == ["What became of a webhook could not be recorded."]


def test_after_ten_attempts_it_is_given_up(stopped, cast, endpoint, server):
    server.usual = Answer(500)
    begun = clock.now()
    rename(cast)
    while (due := one(cast).due_at) is not None:
        clock.advance(due - clock.now())
        deliver()
    sent = one(cast)
    assert (sent.state, sent.attempts, sent.status, sent.due_at) == ("failed", retrying.MOST_ATTEMPTS, 500, None)
    assert (len(server.got), sent.created_at) == (retrying.MOST_ATTEMPTS, begun)


def test_a_receiver_that_asks_to_wait_is_left_alone_so_long(stopped, cast, endpoint, server):
    server.answers.append(Answer(429, headers={"Retry-After": "3600"}))
    rename(cast)
    deliver()
    clock.advance(timedelta(minutes=59))
    assert deliver() == []
    clock.advance(timedelta(minutes=1))
    deliver()
    assert (one(cast).state, len(server.got)) == ("delivered", 2)


def test_who_says_that_it_is_gone_is_disabled_at_once(cast, endpoint, server, announced):
    server.usual = Answer(410)
    rename(cast)
    announced.clear()
    deliver()
    because = "It answered 410, which says that it is gone for good."
    assert announced == [events.EndpointDisabled(endpoint_id=endpoint.public_id, host=server.place, because=because)]
    assert (one(cast).state, one(cast).attempts) == ("failed", 1)
    found = fresh(cast, endpoint)
    assert (found.state, found.disabled_because) == ("disabled", because)


def test_owners_and_admins_are_written_to_when_one_is_disabled(stopped, cast, endpoint, server, settings):
    server.usual = Answer(410)
    # What they heard of when the cast was made leaves before.
    for _ in range(2):
        deliver()
        claim("delivery")
        run_jobs()
        clock.advance(timedelta(hours=1))
    since = clock.now()
    rename(cast)
    deliver()
    clock.advance(timedelta(minutes=2))
    claim("delivery")
    run_jobs()
    with cast.at_harbour():
        mails = list(Message.objects.filter(template="news", created_at__gte=since))
    sentence = f"The webhook endpoint at {server.place} was disabled: It answered 410, which says that it is gone for good."
    link = f"{settings.PUBLIC_URL}/o/harbour/settings/webhooks/{endpoint.public_id}/"
    assert sorted((each.recipient, each.subject, link in each.text, "send a test event" in each.text) for each in mails) == [
        (f"{name}@harbour.example", sentence, True, True) for name in ("ada", "ann")
    ]


def test_five_days_of_nothing_but_failures_disable_it(stopped, cast, endpoint, server):
    server.usual = Answer(500)
    for _ in range(5):
        rename(cast, f"Harbour {clock.now()}")
        deliver()
        assert fresh(cast, endpoint).state == "active"
        clock.advance(timedelta(hours=24))
    rename(cast, "At last")
    deliver()
    assert fresh(cast, endpoint).disabled_because == "Everything that was sent there for 5 days failed."


def test_one_success_begins_the_days_anew(stopped, cast, endpoint, server):
    server.usual = Answer(500)
    rename(cast, "One")
    deliver()
    clock.advance(timedelta(hours=40))
    server.usual = Answer(200)
    deliver()
    assert fresh(cast, endpoint).failing_since is None


def test_two_failures_long_apart_are_no_days_of_failures(stopped, cast, endpoint, server):
    for number in range(2):
        server.usual = Answer(500)
        rename(cast, f"Number {number}")
        deliver()
        with cast.at_harbour():
            Delivery.objects.update(state="failed", due_at=None)
        clock.advance(timedelta(days=6))
    assert fresh(cast, endpoint).state == "active"


def test_a_disabled_endpoint_is_told_of_nothing_until_a_person_resumes_it(cast, endpoint, server, announced):
    server.answers.append(Answer(410))
    rename(cast, "One")
    deliver()
    rename(cast, "Two")
    assert "webhooks.deliver" not in deliver()
    announced.clear()
    with cast.at_harbour(cast.ann):
        by, since = member(cast.ann), clock.now() - timedelta(days=1)
        actions.resume(endpoint=queries.endpoint(endpoint.pk), by=by)
        assert actions.replay_failed(endpoint=queries.endpoint(endpoint.pk), by=by, since=since) == 1
    told = {"endpoint_id": endpoint.public_id, "host": server.place}
    assert announced == [
        events.EndpointResumed(**told, resumed_by="Ann"), events.DeliveriesReplayed(**told, count=1, replayed_by="Ann"),
    ]  # fmt: skip
    rename(cast, "Three")
    deliver()
    assert len(server.got) == 3
    assert fresh(cast, endpoint).disabled_because == ""


def test_what_waits_when_it_is_paused_is_given_up_and_can_be_replayed(stopped, cast, endpoint, server):
    server.answers.append(Answer(500))
    rename(cast)
    deliver()
    with cast.at_harbour(cast.ada):
        actions.pause(endpoint=queries.endpoint(endpoint.pk), by=member(cast.ada))
    clock.advance(timedelta(minutes=1))
    deliver()
    sent = one(cast)
    assert (sent.state, sent.because, len(server.got)) == ("failed", "The endpoint is paused, so this was not sent.", 1)
    with cast.at_harbour(cast.ada), pytest.raises(Refusal, match="Resume it first"):
        actions.replay(delivery=queries.delivery(queries.endpoint(endpoint.pk), sent.pk), by=member(cast.ada))
    with cast.at_harbour(cast.ada):
        actions.resume(endpoint=queries.endpoint(endpoint.pk), by=member(cast.ada))
        actions.replay(delivery=queries.delivery(queries.endpoint(endpoint.pk), sent.pk), by=member(cast.ada))
    deliver()
    assert (one(cast).state, one(cast).attempts, len(server.got)) == ("delivered", 1, 2)


def test_removing_ends_it_with_its_secret(cast, endpoint, server, announced):
    rename(cast)
    announced.clear()
    with cast.at_harbour(cast.ada):
        found = queries.endpoint(endpoint.pk)
        actions.remove(endpoint=found, by=member(cast.ada))
        with pytest.raises(Gone):
            actions.remove(endpoint=found, by=member(cast.ada))
    deliver()
    gone = fresh(cast, endpoint)
    assert (server.got, one(cast).state, gone.secret, gone.previous_secret) == ([], "failed", "", None)
    assert announced == [
        events.EndpointRemoved(endpoint_id=endpoint.public_id, host=server.place, removed_by="Ada"),
    ]  # fmt: skip


def test_who_acts_by_old_news_loses_no_secret_and_brings_none_back(cast, endpoint, server):
    with cast.at_harbour(cast.ada):
        ada, seen = member(cast.ada), [queries.endpoint(endpoint.pk) for _ in range(4)]
        first = actions.rotate(endpoint=seen[0], by=ada).secret
        # The receiver knows the secret that the other one was shown a moment ago.
        assert actions.rotate(endpoint=seen[1], by=ada).previous_secret == first
        actions.remove(endpoint=seen[2], by=ada)
        for late, told in ((actions.rotate, {}), (actions.change, {"description": "x"})):
            with pytest.raises(Gone):
                late(endpoint=seen[3], by=ada, **told)
        assert Endpoint.objects.values_list("secret", "description").get() == ("", "")


def test_a_job_that_is_delivered_twice_sends_once(cast, endpoint, server):
    rename(cast)
    claim("webhook_delivery")
    ids = {"organization_id": str(cast.harbour.pk), "ids": [str(one(cast).pk)]}
    jobs.deliver(**ids)
    jobs.deliver(**ids)
    run_jobs()
    assert len(server.got) == 1


def test_what_a_job_holds_no_other_takes_and_what_a_dead_one_held_is_taken(stopped, cast, endpoint, server):
    rename(cast)
    ids = [one(cast).pk]
    with cast.at_harbour():
        assert [call.delivery_id for call in actions.begin(ids=ids).calls] == ids
        assert actions.begin(ids=ids).calls == []
        with pytest.raises(Refusal, match="being sent at this moment"):
            actions.replay(delivery=queries.delivery(queries.endpoint(endpoint.pk), ids[0]), by=member(cast.ada))
    assert deliver() == []
    clock.advance(timedelta(seconds=61))
    deliver()
    assert (one(cast).state, len(server.got)) == ("delivered", 1)


def test_a_clock_that_jumps_loses_nothing(cast, endpoint, server):
    with clock.frozen():
        rename(cast)
        clock.advance(timedelta(hours=-3))
        assert deliver() == []
        clock.advance(timedelta(hours=3))
        ids = [one(cast).pk]
        with cast.at_harbour():
            begun = actions.begin(ids=ids)
        done = [(call, sending.send(call, clock.now())) for call in begun.calls]
        clock.advance(timedelta(days=-400))
        with cast.at_harbour():
            actions.finish(done=done)
        assert (one(cast).state, len(server.got)) == ("delivered", 1)
        clock.advance(timedelta(days=800))
        rename(cast, "Later")
        deliver()
        assert len(server.got) == 2


def test_what_could_not_begin_in_time_comes_again(cast, endpoint, server, monkeypatch):
    monkeypatch.setattr(sending, "STARTS_FOR", 0)
    rename(cast)
    deliver()
    assert (server.got, one(cast).state, one(cast).held_until, one(cast).leased_until) == ([], "waiting", None, None)
    monkeypatch.undo()
    deliver()
    assert (len(server.got), one(cast).attempts) == (1, 1)


def test_a_slow_endpoint_gets_a_lane_of_its_own_until_it_is_quick_again(cast, endpoint, add, server, monkeypatch):
    add("/other", event_types=[RENAMED])
    with cast.at_harbour():
        Endpoint.objects.filter(pk=endpoint.pk).update(is_slow=True)
    rename(cast)
    assert deliver() == ["webhooks.deliver", "webhooks.deliver_slow"]
    assert [got.path for got in server.got] == ["/other", "/"]
    assert fresh(cast, endpoint).is_slow is False


def test_who_takes_long_is_slow(cast, endpoint, server, monkeypatch):
    monkeypatch.setattr("operant.panel.webhooks.actions.delivering.SLOW_MS", -1)
    rename(cast)
    deliver()
    assert fresh(cast, endpoint).is_slow is True


def test_what_is_old_is_forgotten_and_what_waits_is_not(stopped, cast, endpoint, server):
    for name, status in (("Delivered", 200), ("Waiting", 500)):
        server.usual = Answer(status)
        rename(cast, name)
        deliver()
    with cast.at_harbour(cast.ada):
        actions.rotate(endpoint=queries.endpoint(endpoint.pk), by=member(cast.ada))
    clock.advance(timedelta(days=30, minutes=1))
    run_chore("webhooks.forget")
    with cast.at_harbour():
        assert list(Delivery.objects.values_list("state", flat=True)) == ["waiting"]
        assert Attempt.objects.count() == 1
        assert Endpoint.objects.get().previous_secret is None
        queries.endpoint(endpoint.pk).remove()
        Delivery.objects.update(state="failed", due_at=None)
    clock.advance(timedelta(days=1))
    run_chore("webhooks.forget")
    with cast.at_harbour():
        assert (Delivery.objects.count(), Attempt.objects.count(), Endpoint.objects.count()) == (0, 0, 0)


def test_changes_are_told_once_and_only_when_they_are_some(cast, endpoint, server, announced):
    announced.clear()
    with cast.at_harbour(cast.ada):
        by, found = member(cast.ada), queries.endpoint(endpoint.pk)
        actions.change(endpoint=found, by=by, address=server.url("/"), description="", event_types=[RENAMED])
        actions.change(endpoint=found, by=by, description="Ours\r\nX-Evil: 1\u202e", event_types=[])
    assert announced == [
        events.EndpointChanged(
            endpoint_id=endpoint.public_id, host=server.place, changed="description and the events", changed_by="Ada"
        )
    ]
    assert (fresh(cast, endpoint).description, fresh(cast, endpoint).event_types) == ("Ours X-Evil: 1", [])


def test_what_is_too_much_or_unknown_is_refused(cast, add, server, monkeypatch):
    with cast.at_harbour(cast.ada):
        by = member(cast.ada)
        for told, refusal in (
            ({"description": "🚢" * 10_000}, Invalid), ({"event_types": ["relay.screen.exploded"]}, Invalid),
            ({"event_types": ["webhooks.endpoint.tested"]}, Invalid), ({"address": "x" * 10_000}, Invalid),
        ):  # fmt: skip
            with pytest.raises(refusal):
                actions.add(**{"by": by, "address": server.url(), **told})
        assert queries.endpoints().count() == 0
        with pytest.raises(NotAllowed):
            actions.add(by=member(cast.ben), address=server.url())
    monkeypatch.setattr("operant.panel.webhooks.actions.keeping.MOST", 1)
    add("/")
    with pytest.raises(Refusal, match="already"):
        add("/second")
    with cast.at_harbour():
        assert queries.endpoints().count() == 1


def test_long_and_strange_texts_arrive_whole(cast, endpoint, server):
    name = "🚢\u202e" + "ä" * 100
    with cast.at_harbour(cast.ada):  # announced as it is: names of organizations are cleaned before
        announce(OrganizationRenamed(before="Harbour", name=name))
    deliver()
    (got,) = server.got
    assert json.loads(got.body)["data"]["name"] == name
