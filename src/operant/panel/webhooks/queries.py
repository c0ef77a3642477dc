from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet

from operant.platform.refusals import NotFound

from .models import Attempt, Delivery, Endpoint


def endpoints() -> QuerySet[Endpoint]:
    """Return the endpoints of the organization in scope, in the order in which they were added."""
    return Endpoint.objects.standing().order_by("added_at", "pk")


def endpoint(endpoint_id: UUID) -> Endpoint:
    """
    Return one endpoint.

    :raises NotFound: when there is none here.
    """
    found = Endpoint.objects.standing().filter(pk=endpoint_id).first()
    if found is None:
        raise NotFound("There is no such webhook endpoint here.")
    return found


def deliveries(endpoint: Endpoint) -> QuerySet[Delivery]:
    """Return the deliveries of an endpoint with their events, newest first."""
    found = Delivery.objects.filter(endpoint=endpoint).select_related("event").prefetch_related("event__personal")
    return found.order_by("-created_at", "-pk")


def delivery(endpoint: Endpoint, delivery_id: UUID) -> Delivery:
    """
    Return one delivery of an endpoint with its event.

    :raises NotFound: when there is none here.
    """
    found = deliveries(endpoint).filter(pk=delivery_id).first()
    if found is None:
        raise NotFound("There is no such delivery here. Deliveries are kept for 30 days.")
    found.endpoint = endpoint
    return found


def attempts(delivery: Delivery) -> QuerySet[Attempt]:
    """Return the attempts of a delivery, newest first."""
    return Attempt.objects.filter(delivery=delivery).order_by("-at", "-pk")


def counts(endpoint: Endpoint) -> dict[str, int]:
    """Return how many deliveries of an endpoint are in each state."""
    found = Delivery.objects.filter(endpoint=endpoint).order_by().values_list("state").annotate(Count("pk"))
    return dict.fromkeys(Delivery.State.values, 0) | dict(found)


def failed_since(endpoint: Endpoint, since: datetime) -> QuerySet[Delivery]:
    """Return the deliveries of an endpoint that were given up, of events since an instant."""
    return Delivery.objects.filter(endpoint=endpoint, state=Delivery.State.FAILED, created_at__gte=since)
