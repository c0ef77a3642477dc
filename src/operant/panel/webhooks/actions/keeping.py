from datetime import timedelta

from operant.panel.organizations import actions as organizations
from operant.panel.organizations.models import Membership
from operant.platform import clock
from operant.platform.events import announce
from operant.platform.refusals import Gone, Invalid, NotAllowed, Refusal

from .. import addresses, events, payloads, queries, rules, signing
from ..models import Endpoint

MOST = 50
LONGEST_DESCRIPTION = 200
OVERLAP = timedelta(hours=24)
REMOVED = "This webhook endpoint was removed already."


def add(*, by: Membership, address: str, description: str = "", event_types: list[str] | None = None) -> Endpoint:
    """
    This function will add an endpoint with a new secret; without event types it is told of all.

    :raises NotAllowed: when the member may not.
    :raises Refusal: when the address may not be called, an event is unknown, or there are fifty already.
    """
    by = organizations.standing(by)
    _allow(by)
    if queries.endpoints().count() >= MOST:
        raise Refusal(f"There are {MOST} webhook endpoints already. Remove those that nobody needs.")
    endpoint = Endpoint.objects.create(
        address=addresses.checked(address), description=_described(description), event_types=_known(event_types or []),
        secret=signing.new_secret(),
    )  # fmt: skip
    told = ", ".join(endpoint.event_types) or "all events"
    announce(
        events.EndpointAdded(endpoint_id=endpoint.public_id, host=endpoint.host, events=told, added_by=by.person.name),
        about=endpoint,
    )
    return endpoint


def change(
    *, endpoint: Endpoint, by: Membership, address: str | None = None, description: str | None = None,
    event_types: list[str] | None = None,
) -> Endpoint:  # fmt: skip
    """
    This function will change what is given, and announce it when that makes a difference.

    :raises NotAllowed: when the member may not.
    :raises Refusal: when the address may not be called, or an event is unknown.
    :raises Gone: when it was removed.
    """
    _allow(by)
    endpoint = _as_it_is_now(endpoint)
    wanted = {
        "address": None if address is None else addresses.checked(address),
        "description": None if description is None else _described(description),
        "event_types": None if event_types is None else _known(event_types),
    }
    changed = [name for name, value in wanted.items() if value is not None and value != getattr(endpoint, name)]
    if not changed:
        return endpoint
    for name in changed:
        setattr(endpoint, name, wanted[name])
    endpoint.save(update_fields=changed)
    told = " and the ".join(name.replace("event_types", "events") for name in changed)
    announce(
        events.EndpointChanged(
            endpoint_id=endpoint.public_id, host=endpoint.host, changed=told, changed_by=by.person.name
        ),
        about=endpoint,
    )
    return endpoint


def pause(*, endpoint: Endpoint, by: Membership) -> None:
    """
    This function will tell an endpoint of nothing until it is resumed. What waits is given up when its time comes.

    :raises Refusal: when it is not active.
    """
    _allow(by)
    if not endpoint.is_active or not endpoint.move(to=Endpoint.State.PAUSED):
        raise Refusal("This endpoint is not active, so there is nothing to pause.")
    announce(
        events.EndpointPaused(endpoint_id=endpoint.public_id, host=endpoint.host, paused_by=by.person.name), about=endpoint
    )


def resume(*, endpoint: Endpoint, by: Membership) -> None:
    """
    This function will tell a paused or disabled endpoint of what happens from now on.

    :raises Refusal: when it is active already.
    """
    _allow(by)
    if not endpoint.move(to=Endpoint.State.ACTIVE):
        raise Refusal("This endpoint is active already.")
    announce(
        events.EndpointResumed(endpoint_id=endpoint.public_id, host=endpoint.host, resumed_by=by.person.name),
        about=endpoint,
    )


def rotate(*, endpoint: Endpoint, by: Membership) -> Endpoint:
    """
    This function will give an endpoint a new secret. For a day what is sent is signed with the old one too.

    :raises NotAllowed: when the member may not.
    :raises Gone: when it was removed.
    """
    _allow(by)
    endpoint = _as_it_is_now(endpoint)
    endpoint.previous_secret, endpoint.previous_until = endpoint.secret, clock.now() + OVERLAP
    endpoint.secret = signing.new_secret()
    endpoint.save(update_fields=["secret", "previous_secret", "previous_until"])
    announce(
        events.SecretRotated(
            endpoint_id=endpoint.public_id, host=endpoint.host, old_ends_at=endpoint.previous_until.isoformat(),
            rotated_by=by.person.name,
        ),
        about=endpoint,
    )  # fmt: skip
    return endpoint


def remove(*, endpoint: Endpoint, by: Membership) -> None:
    """
    This function will end an endpoint: nothing more is sent there, and its secret is forgotten.

    :raises Gone: when it was removed before.
    """
    _allow(by)
    host = endpoint.host
    if not endpoint.remove():
        raise Gone(REMOVED)
    announce(
        events.EndpointRemoved(endpoint_id=endpoint.public_id, host=host, removed_by=by.person.name), about=endpoint
    )


def _as_it_is_now(endpoint: Endpoint) -> Endpoint:
    # Of two at once the second goes on from what the first has left: the secret that somebody was just shown stays good.
    found = Endpoint.objects.standing().locked().filter(pk=endpoint.pk).first()
    if found is None:
        raise Gone(REMOVED)
    return found


def _allow(by: Membership) -> None:
    if not rules.manage_webhooks(by):
        raise NotAllowed("Webhooks are managed by owners and admins.")


def _described(text: str) -> str:
    # One line of what can be printed: it stands in pages, mails and logs.
    text = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    if len(text) > LONGEST_DESCRIPTION:
        raise Invalid(f"A description has at most {LONGEST_DESCRIPTION} characters.")
    return text


def _known(event_types: list[str]) -> list[str]:
    unknown = [each for each in event_types if not payloads.is_public(each)]
    if unknown:
        raise Invalid(f"There is no event {unknown[0][:100]} that endpoints can be told of.")
    return sorted(set(event_types))
