from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from operant.platform import clock, tenancy
from operant.platform.events import announce
from operant.platform.live import hint

from .. import events, payloads, retrying
from ..models import HELD_FOR, Attempt, Delivery, Endpoint
from ..sending import Call, Done, Outcome

SLOW_MS = 3_000
FAILING_FOR = timedelta(days=5)
# Longer than the longest wait between two attempts: what failed before that is another story.
FORGIVEN_AFTER = timedelta(hours=48)
REST = timedelta(seconds=30)
GONE = 410


@dataclass(frozen=True)
class Begun:
    """What to call now, and what belongs into the lane of slow endpoints."""

    calls: list[Call]
    slow: list[UUID]


def begin(*, ids: Iterable[str | UUID], are_slow: bool = False) -> Begun:
    """This function will take the deliveries among these that are due and that nobody else is sending."""
    due = Delivery.objects.free().filter(pk__in=list(ids)).order_by("due_at", "pk")
    told = due.select_related("endpoint", "event").prefetch_related("event__personal")
    found = list(told.select_for_update(of=("self",), skip_locked=True))
    closed = [each for each in found if not each.endpoint.is_active]
    for each in closed:
        each.settle(Delivery.State.FAILED, because=_closed(each.endpoint))
    opened = [each for each in found if each.endpoint.is_active]
    slow = [each.pk for each in opened if each.endpoint.is_slow and not are_slow]
    taken = [each for each in opened if each.pk not in slow]
    until = clock.now() + HELD_FOR
    # Both: whoever dies now leaves what the clock hands out again as soon as nobody holds it.
    Delivery.objects.filter(pk__in=[each.pk for each in taken]).update(held_until=until, leased_until=until)
    return Begun([_call(each) for each in taken], slow)


def finish(*, done: Done) -> None:
    """This function will record what became of calls, plan what is tried again, and disable what is gone for good."""
    Attempt.objects.bulk_create([_attempt(call, outcome) for call, outcome in done])
    deliveries = Delivery.objects.in_bulk([call.delivery_id for call, _ in done])
    for call, outcome in done:
        if delivery := deliveries.get(call.delivery_id):
            _settle(delivery, outcome)
    # In one order everywhere, so that two jobs never wait for each other.
    told = sorted(((call.endpoint_id, outcome) for call, outcome in done), key=lambda each: each[0])
    for endpoint_id, group in groupby(told, key=lambda each: each[0]):
        _note(endpoint_id, [outcome for _, outcome in group])
    hint("webhooks")


def put_back(*, ids: Iterable[UUID], are_slow: bool = False) -> None:
    """This function will give back what was taken and not sent: behind what waits already."""
    rest = REST if are_slow else timedelta()
    waiting = Delivery.objects.filter(pk__in=list(ids), state=Delivery.State.WAITING)
    waiting.update(due_at=clock.now() + rest, leased_until=None, held_until=None)


def _closed(endpoint: Endpoint) -> str:
    return "The endpoint was removed." if endpoint.removed_at else f"The endpoint is {endpoint.state}, so this was not sent."


def _call(delivery: Delivery) -> Call:
    return Call(
        delivery_id=delivery.pk, endpoint_id=delivery.endpoint_id, address=delivery.endpoint.address,
        webhook_id=delivery.webhook_id, body=payloads.body(delivery.event), secrets=delivery.endpoint.secrets,
        asker=str(tenancy.current_organization_id()),
    )  # fmt: skip


def _attempt(call: Call, outcome: Outcome) -> Attempt:
    return Attempt(
        delivery_id=call.delivery_id, at=outcome.at, status=outcome.status, because=outcome.because,
        answer=outcome.answer, took_ms=outcome.took_ms,
    )  # fmt: skip


def _settle(delivery: Delivery, outcome: Outcome) -> None:
    attempts = delivery.attempts + 1
    told = {"attempts": attempts, "status": outcome.status, "because": outcome.because}
    if outcome.is_delivered:
        delivery.settle(Delivery.State.DELIVERED, **told)
        return
    asked = retrying.asked_to_wait(outcome.retry_after) if outcome.retry_after else None
    wait = None if outcome.status == GONE else retrying.wait_after(attempts, asked=asked)
    if wait is None:
        delivery.settle(Delivery.State.FAILED, **told)
    else:
        delivery.postpone(wait, **told)


def _note(endpoint_id: UUID, outcomes: list[Outcome]) -> None:
    endpoint = Endpoint.objects.get(pk=endpoint_id)
    if not endpoint.is_active:
        return
    now, failed = clock.now(), not any(outcome.is_delivered for outcome in outcomes)
    record = {
        "failing_since": _since(endpoint, now) if failed else None,
        "failed_at": now if failed else None,
        "is_slow": any(_is_slow(outcome) for outcome in outcomes),
    }
    if any(getattr(endpoint, name) != value for name, value in record.items()):
        Endpoint.objects.filter(pk=endpoint.pk).update(**record)
    if any(outcome.status == GONE for outcome in outcomes):
        _disable(endpoint, "It answered 410, which says that it is gone for good.")
    elif failed and record["failing_since"] <= now - FAILING_FOR:
        _disable(endpoint, f"Everything that was sent there for {FAILING_FOR.days} days failed.")


def _since(endpoint: Endpoint, now: datetime) -> datetime:
    is_new = endpoint.failing_since is None or endpoint.failed_at is None or endpoint.failed_at < now - FORGIVEN_AFTER
    return now if is_new else endpoint.failing_since


def _is_slow(outcome: Outcome) -> bool:
    return outcome.took_ms > SLOW_MS


def _disable(endpoint: Endpoint, because: str) -> None:
    if endpoint.move(to=Endpoint.State.DISABLED, because=because):
        announce(
            events.EndpointDisabled(endpoint_id=endpoint.public_id, host=endpoint.host, because=because), about=endpoint
        )
