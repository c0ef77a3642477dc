from datetime import UTC, datetime

from operant.panel.organizations.models import Membership
from operant.platform import clock
from operant.platform.events import announce
from operant.platform.refusals import NotAllowed, Refusal

from .. import events, queries, rules
from ..models import Delivery, Endpoint
from .forgetting import KEPT_FOR

_AFRESH = {
    "state": Delivery.State.WAITING, "attempts": 0, "status": None, "because": "", "settled_at": None, "leased_until": None,
}  # fmt: skip


def test(*, endpoint: Endpoint, by: Membership) -> Delivery:
    """
    This function will queue a test event for one endpoint, and for no other.

    :raises Refusal: when the endpoint is not active.
    """
    _allow(endpoint, by)
    tested = events.EndpointTested(endpoint_id=endpoint.public_id, host=endpoint.host, tested_by=by.person.name)
    return Delivery.objects.create(endpoint=endpoint, event=announce(tested, about=endpoint))


def replay(*, delivery: Delivery, by: Membership) -> None:
    """
    This function will send a delivery once more, now, with the id that it had: receivers know what they had before.

    :raises Refusal: when its endpoint is not active, or a job is sending it at this moment.
    """
    _allow(delivery.endpoint, by)
    now = clock.now()
    # Whoever holds it would record an attempt of before as one of now.
    free = Delivery.objects.filter(pk=delivery.pk).exclude(held_until__gt=now)
    if not free.moved(due_at=now, held_until=None, **_AFRESH):
        raise Refusal("This delivery is being sent at this moment. Look again in a minute.")
    _announce(delivery.endpoint, by, 1)


def replay_failed(*, endpoint: Endpoint, by: Membership, since: datetime) -> int:
    """
    This function will send once more what was given up since an instant, and return how many deliveries that are.

    :raises Refusal: when the endpoint is not active.
    """
    _allow(endpoint, by)
    now = clock.now()
    # Within what is kept: PostgreSQL takes neither every year nor every zone that can be written.
    begin = min(max(since, now - KEPT_FOR), now).astimezone(UTC)
    count = queries.failed_since(endpoint, begin).update(due_at=now, held_until=None, **_AFRESH)
    if count:
        _announce(endpoint, by, count)
    return count


def _allow(endpoint: Endpoint, by: Membership) -> None:
    if not rules.manage_webhooks(by):
        raise NotAllowed("Webhooks are managed by owners and admins.")
    if not endpoint.is_active:
        raise Refusal(f"This endpoint is {endpoint.state}. Resume it first.")


def _announce(endpoint: Endpoint, by: Membership, count: int) -> None:
    announce(
        events.DeliveriesReplayed(
            endpoint_id=endpoint.public_id, host=endpoint.host, count=count, replayed_by=by.person.name
        ),
        about=endpoint,
    )
