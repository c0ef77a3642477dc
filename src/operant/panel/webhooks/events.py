from operant.platform.events import Event, Personal, Told

_LIVE = ("webhooks",)


class EndpointAdded(
    Event, name="webhooks.endpoint.added",
    told=Told(audit="{added_by} added a webhook endpoint at {host} for {events}", live=_LIVE, public=True),
):
    """A webhook endpoint was added: from now on it is told of events."""

    endpoint_id: str
    host: str
    events: str
    added_by: Personal


class EndpointChanged(
    Event, name="webhooks.endpoint.changed",
    told=Told(audit="{changed_by} changed the {changed} of the webhook endpoint at {host}", live=_LIVE, public=True),
):
    """The address, the description or the events of a webhook endpoint were changed."""

    endpoint_id: str
    host: str
    changed: str
    changed_by: Personal


class EndpointPaused(
    Event, name="webhooks.endpoint.paused",
    told=Told(audit="{paused_by} paused the webhook endpoint at {host}", live=_LIVE, public=True),
):
    """A webhook endpoint was paused: it is told of nothing until somebody resumes it."""

    endpoint_id: str
    host: str
    paused_by: Personal


class EndpointResumed(
    Event, name="webhooks.endpoint.resumed",
    told=Told(audit="{resumed_by} resumed the webhook endpoint at {host}", live=_LIVE, public=True),
):
    """A webhook endpoint that was paused or disabled is told of events again."""

    endpoint_id: str
    host: str
    resumed_by: Personal


class EndpointDisabled(
    Event, name="webhooks.endpoint.disabled",
    told=Told(
        audit="The webhook endpoint at {host} was disabled: {because}", notify="webhooks.manage_webhooks",
        category="programs", live=_LIVE, public=True,
    ),
):
    """A webhook endpoint was disabled by Operant, because it said that it is gone or failed for days."""

    endpoint_id: str
    host: str
    because: str


class EndpointRemoved(
    Event, name="webhooks.endpoint.removed",
    told=Told(audit="{removed_by} removed the webhook endpoint at {host}", live=_LIVE, public=True),
):
    """A webhook endpoint was removed, with its secret and what was still to be sent."""

    endpoint_id: str
    host: str
    removed_by: Personal


class EndpointTested(
    Event, name="webhooks.endpoint.tested",
    told=Told(audit="{tested_by} sent a test event to the webhook endpoint at {host}", live=_LIVE),
):
    """Somebody sent a test event. Only the endpoint that is tested is told."""

    endpoint_id: str
    host: str
    tested_by: Personal


class SecretRotated(
    Event, name="webhooks.secret.rotated",
    told=Told(audit="{rotated_by} gave the webhook endpoint at {host} a new secret", live=_LIVE, public=True),
):
    """A webhook endpoint got a new secret. What is sent is signed with the old one too until it ends."""

    endpoint_id: str
    host: str
    old_ends_at: str
    rotated_by: Personal


class DeliveriesReplayed(
    Event, name="webhooks.delivery.replayed",
    told=Told(audit="{replayed_by} replayed {count} deliveries to the webhook endpoint at {host}", live=_LIVE),
):
    """Deliveries to a webhook endpoint were queued once more."""

    endpoint_id: str
    host: str
    count: int
    replayed_by: Personal
