"""Webhook endpoints over JSON: add, change, test, look at what was sent, send it once more."""

from typing import Annotated, Literal

from django.http import HttpRequest
from pydantic import AwareDatetime, BeforeValidator, Field

from operant.platform import api

from . import actions, models, queries, rules
from .addresses import LONGEST

routes = api.Routes("Webhooks")
READ, WRITE = api.scopes(
    "webhooks", order=25, read="see webhook endpoints, and what was sent to them and answered",
    write="add, change, test and remove webhook endpoints, give them new secrets and replay deliveries",
)
EndpointId, DeliveryId = api.Id("whe"), api.Id("whd")
ONE = "/webhooks/{webhook:endpoint_id}"
SENT = ONE + "/deliveries/{webhook_delivery:delivery_id}"
Address = Annotated[str, Field(min_length=1, max_length=LONGEST), api.Storable]
Description = Annotated[str, Field(max_length=200), api.Storable]
EventNames = Annotated[
    list[Annotated[str, Field(max_length=100), api.Storable]], Field(max_length=200, description="Empty: all events.")
]
State = Literal["active", "paused", "disabled"]


def _text(value: object) -> object:
    if not isinstance(value, str) or "T" not in value.upper():
        raise ValueError("is an instant with its zone, like 2026-11-20T09:30:00Z")
    return value


class WebhookEndpoint(api.Shape):
    """An address that is told of events; `events` is empty when it is told of all."""

    id: EndpointId
    address: str
    description: str
    events: list[str]
    state: State
    disabled_because: str
    failing_since: api.Instant | None
    old_secret_ends_at: api.Instant | None
    added_at: api.Instant

    @classmethod
    def of(cls, row: models.Endpoint) -> "WebhookEndpoint":
        """Return an endpoint as the contract has it."""
        return cls(**_endpoint(row))


class NewWebhookEndpoint(WebhookEndpoint):
    """An endpoint, with the secret that is told this once."""

    secret: str

    @classmethod
    def of(cls, row: models.Endpoint) -> "NewWebhookEndpoint":
        """Return an endpoint and its secret as the contract has them."""
        return cls(**_endpoint(row), secret=row.secret)


class WebhookBody(api.Body):
    """Where to send, and which events; without any, all of them."""

    address: Address
    description: Description = ""
    events: EventNames = []


class WebhookChange(api.Change):
    """What is named is changed. `active` resumes an endpoint that is paused or was disabled."""

    address: Address = None
    description: Description = None
    events: EventNames = None
    state: Literal["active", "paused"] = None


class WebhookDelivery(api.Shape):
    """One event on its way to one endpoint. `webhook_id` is what the receiver knows it by."""

    id: DeliveryId
    webhook_id: str
    event: str
    state: Literal["waiting", "delivered", "failed"]
    attempts: int
    status: int | None
    because: str
    created_at: api.Instant
    due_at: api.Instant | None
    settled_at: api.Instant | None

    @classmethod
    def of(cls, row: models.Delivery) -> "WebhookDelivery":
        """Return a delivery as the contract has it."""
        return cls(
            id=row.pk, webhook_id=row.webhook_id, event=row.event.name, state=row.state, attempts=row.attempts,
            status=row.status, because=row.because, created_at=row.created_at, due_at=row.due_at, settled_at=row.settled_at,
        )  # fmt: skip


class WebhookAttempt(api.Shape):
    """One try: the answer's status and its first kilobyte, or why there was none."""

    at: api.Instant
    status: int | None
    because: str
    answer: str
    took_ms: int

    @classmethod
    def of(cls, row: models.Attempt) -> "WebhookAttempt":
        """Return an attempt as the contract has it."""
        return cls(at=row.at, status=row.status, because=row.because, answer=row.answer, took_ms=row.took_ms)


class ReplayBody(api.Body):
    """Since when: of what happened from this instant on, everything that was given up is sent once more."""

    since: Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_text)]


class Replayed(api.Shape):
    """How many deliveries are sent once more."""

    count: int


@routes.get("/webhooks", needs=READ, rule=rules.manage_webhooks, gives=api.Page[WebhookEndpoint])
def list_webhooks(request: HttpRequest, paging: api.Query[api.Paging]):
    """List the webhook endpoints, in the order in which they were added."""
    return paging.of(queries.endpoints(), WebhookEndpoint.of, by="added_at")


@routes.post("/webhooks", needs=WRITE, rule=rules.manage_webhooks, gives=NewWebhookEndpoint)
def add_webhook(request: HttpRequest, body: WebhookBody):
    """
    Add a webhook endpoint.

    Its secret is told in this answer and never again.
    """
    made = actions.add(
        by=request.auth.member, address=body.address, description=body.description, event_types=body.events
    )
    return NewWebhookEndpoint.of(made)


@routes.get(ONE, needs=READ, rule=rules.manage_webhooks, gives=WebhookEndpoint)
def get_webhook(request: HttpRequest, endpoint_id: EndpointId):
    """Look at one webhook endpoint."""
    return WebhookEndpoint.of(queries.endpoint(endpoint_id))


@routes.patch(ONE, needs=WRITE, rule=rules.manage_webhooks, gives=WebhookEndpoint)
def change_webhook(request: HttpRequest, endpoint_id: EndpointId, body: WebhookChange):
    """Change the address, the description or the events of a webhook endpoint, pause or resume it."""
    by, endpoint = request.auth.member, queries.endpoint(endpoint_id)
    actions.change(
        endpoint=endpoint, by=by, address=body.address, description=body.description, event_types=body.events
    )
    if body.state and body.state != endpoint.state:
        verb = actions.pause if body.state == "paused" else actions.resume
        verb(endpoint=endpoint, by=by)
    return WebhookEndpoint.of(queries.endpoint(endpoint_id))


@routes.delete(ONE, needs=WRITE, rule=rules.manage_webhooks, refuses=(410,))
def remove_webhook(request: HttpRequest, endpoint_id: EndpointId):
    """Remove a webhook endpoint. Nothing more is sent there, and its secret is forgotten."""
    actions.remove(endpoint=queries.endpoint(endpoint_id), by=request.auth.member)


@routes.post(ONE + "/secrets", needs=WRITE, rule=rules.manage_webhooks, gives=NewWebhookEndpoint)
def rotate_webhook_secret(request: HttpRequest, endpoint_id: EndpointId):
    """
    Give a webhook endpoint a new secret.

    It is told in this answer and never again. For 24 hours what is sent is signed with the old one too.
    """
    return NewWebhookEndpoint.of(actions.rotate(endpoint=queries.endpoint(endpoint_id), by=request.auth.member))


@routes.post(ONE + "/tests", needs=WRITE, rule=rules.manage_webhooks, gives=WebhookDelivery)
def test_webhook(request: HttpRequest, endpoint_id: EndpointId):
    """Send a test event to one webhook endpoint. The delivery says what became of it."""
    return WebhookDelivery.of(actions.test(endpoint=queries.endpoint(endpoint_id), by=request.auth.member))


@routes.get(ONE + "/deliveries", needs=READ, rule=rules.manage_webhooks, gives=api.Page[WebhookDelivery])
def list_webhook_deliveries(request: HttpRequest, endpoint_id: EndpointId, paging: api.Query[api.Paging]):
    """List what is and was to be sent to a webhook endpoint in the last 30 days, newest first."""
    rows = queries.deliveries(queries.endpoint(endpoint_id))
    return paging.of(rows, WebhookDelivery.of, by="created_at", down=True)


@routes.get(SENT, needs=READ, rule=rules.manage_webhooks, gives=WebhookDelivery)
def get_webhook_delivery(request: HttpRequest, endpoint_id: EndpointId, delivery_id: DeliveryId):
    """Look at one delivery."""
    return WebhookDelivery.of(queries.delivery(queries.endpoint(endpoint_id), delivery_id))


@routes.get(SENT + "/attempts", needs=READ, rule=rules.manage_webhooks, gives=api.Page[WebhookAttempt])
def list_webhook_attempts(
    request: HttpRequest, endpoint_id: EndpointId, delivery_id: DeliveryId, paging: api.Query[api.Paging]
):
    """List the attempts of a delivery, newest first."""
    rows = queries.attempts(queries.delivery(queries.endpoint(endpoint_id), delivery_id))
    return paging.of(rows, WebhookAttempt.of, by="at", down=True)


@routes.post(SENT + "/replays", needs=WRITE, rule=rules.manage_webhooks, gives=WebhookDelivery)
def replay_webhook_delivery(request: HttpRequest, endpoint_id: EndpointId, delivery_id: DeliveryId):
    """Send one delivery once more, with the `webhook-id` that it had."""
    endpoint = queries.endpoint(endpoint_id)
    actions.replay(delivery=queries.delivery(endpoint, delivery_id), by=request.auth.member)
    return WebhookDelivery.of(queries.delivery(endpoint, delivery_id))


@routes.post(ONE + "/replays", needs=WRITE, rule=rules.manage_webhooks, gives=Replayed)
def replay_failed_webhooks(request: HttpRequest, endpoint_id: EndpointId, body: ReplayBody):
    """Send once more everything that was given up of what happened since an instant."""
    count = actions.replay_failed(
        endpoint=queries.endpoint(endpoint_id), by=request.auth.member, since=body.since
    )
    return Replayed(count=count)


def _endpoint(row: models.Endpoint) -> dict:
    return {
        "id": row.pk, "address": row.address, "description": row.description, "events": row.event_types,
        "state": row.state, "disabled_because": row.disabled_because, "failing_since": row.failing_since,
        "old_secret_ends_at": row.previous_until if row.has_old_secret else None, "added_at": row.added_at,
    }  # fmt: skip
