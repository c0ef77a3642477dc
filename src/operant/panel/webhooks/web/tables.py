"""The lists of endpoints and of what was sent to one."""

from django.http import HttpRequest
from django.urls import reverse

from operant.platform.ui import cells
from operant.platform.ui.tables import Column, Empty, Filter, Table

from .. import queries
from ..models import Delivery, Endpoint

ENDPOINT_STATES = {"active": ("success", "Active"), "paused": ("muted", "Paused"), "disabled": ("error", "Disabled")}
DELIVERY_STATES = {
    "waiting": ("busy", "Waiting"), "delivered": ("success", "Delivered"), "failed": ("error", "Given up"),
}  # fmt: skip


def endpoints(request: HttpRequest) -> Table:
    """Return the list of endpoints."""
    slug = request.organization.slug

    def name(endpoint: Endpoint) -> str:
        return cells.link(reverse("webhook", args=[slug, endpoint.pk]), endpoint.host, under=endpoint.description)

    return Table(
        list(queries.endpoints()), request, name="webhooks", label="All webhook endpoints", live=True,
        search=["host", "description"], search_label="Search by address or description",
        columns=[
            Column("host", "Endpoint", sort=True, cell=name),
            Column("state", "State", sort=True, cell=_state),
            Column("events", "Told of", value=_hearing),
            Column("failing_since", "Failing since", sort=True, align="end"),
            Column("added_at", "Added", sort=True, align="end", phone=False),
        ],
        empty=Empty(
            "No server of yours is told yet. Add an address, and each event is posted there, signed.", "lucide--webhook"
        ),
    )  # fmt: skip


def deliveries(request: HttpRequest, endpoint: Endpoint) -> Table:
    """Return the list of what is and was to be sent to an endpoint."""
    slug = request.organization.slug

    def name(row: Delivery) -> str:
        address = reverse("webhook_delivery", args=[slug, endpoint.pk, row.pk])
        return cells.link(address, row.event.name, under=row.webhook_id)

    return Table(
        queries.deliveries(endpoint), request, name="deliveries", label="Deliveries", live=True, default_sort="-created_at",
        filters=[Filter("state", "State", [(key, word) for key, (_, word) in DELIVERY_STATES.items()], any_label="Any state")],
        columns=[
            Column("event.name", "Event", cell=name),
            Column("state", "State", cell=lambda row: cells.status(*DELIVERY_STATES[row.state])),
            Column("status", "Last answer", value=_answer),
            Column("attempts", "Attempts", align="end"),
            Column("due_at", "Next attempt", align="end", phone=False),
            Column("created_at", "Happened", sort=True, align="end"),
        ],
        empty=Empty("Nothing was sent to it in the last 30 days. Send a test event to try it.", "lucide--send"),
    )  # fmt: skip


def _state(endpoint: Endpoint) -> str:
    if endpoint.is_active and endpoint.failing_since:
        return cells.status("warning", "Failing")
    return cells.status(*ENDPOINT_STATES[endpoint.state])


def _hearing(endpoint: Endpoint) -> str:
    count = len(endpoint.event_types)
    return f"{count} event{'' if count == 1 else 's'}" if count else "All events"


def _answer(delivery: Delivery) -> str:
    return str(delivery.status) if delivery.status else delivery.because
