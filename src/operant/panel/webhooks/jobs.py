import logging
from datetime import timedelta
from uuid import UUID

from django.db import connection
from prometheus_client import Counter

from operant.platform import queue, tenancy

from . import actions, sending

log = logging.getLogger("operant.webhooks")
SENT = Counter("operant_webhooks", "Attempts to deliver webhooks, by how they ended.", ["outcome"])
# What waits in its organization's lane of the queue is not claimed again.
LEASE = timedelta(minutes=5)

queue.register_wait("webhook_delivery", job="webhooks.deliver", lease_for=LEASE, most=5_000)
queue.every(timedelta(hours=24), job="webhooks.forget", in_each_organization=True)


# Both come again by the lease of their rows.
@queue.job("webhooks.deliver", queue=queue.CALLS, retry=False)
def deliver(*, organization_id: str, ids: list[str]) -> None:
    slow = _deliver(UUID(organization_id), ids, are_slow=False)
    if slow:
        # In a lane of their own, where they keep nobody waiting but each other.
        lane = f"{queue.CALLS}:{organization_id}:slow"
        queue.defer("webhooks.deliver_slow", lock=lane, organization_id=organization_id, ids=slow)


@queue.job("webhooks.deliver_slow", queue=queue.CALLS, retry=False)
def deliver_slow(*, organization_id: str, ids: list[str]) -> None:
    _deliver(UUID(organization_id), ids, are_slow=True)


@queue.job("webhooks.forget")
def forget(*, organization_id: str) -> None:
    with tenancy.organization_scope(UUID(organization_id)):
        actions.forget_old()


def _deliver(organization_id: UUID, ids: list[str], *, are_slow: bool) -> list[UUID]:
    with tenancy.organization_scope(organization_id):
        begun = actions.begin(ids=ids, are_slow=are_slow)
    left = {call.delivery_id for call in begun.calls}
    _give_connection_back()
    for done in sending.each(begun.calls):
        record(organization_id, done)
        _give_connection_back()
        left -= {call.delivery_id for call, _ in done}
        for _, outcome in done:
            SENT.labels("delivered" if outcome.is_delivered else "failed").inc()
    if left:
        with tenancy.organization_scope(organization_id):
            actions.put_back(ids=left, are_slow=are_slow)
    return begun.slow


def record(organization_id: UUID, done: sending.Done) -> None:
    try:
        with tenancy.organization_scope(organization_id):
            actions.finish(done=done)
    except Exception:
        if len(done) > 1:
            for each in done:
                record(organization_id, [each])
        else:
            # It comes again by its lease; what was sent beside it does not.
            log.exception("What became of a webhook could not be recorded.")


def _give_connection_back() -> None:
    # Calls take seconds, and the connections of all processes are few.
    if not connection.in_atomic_block:
        connection.close()
