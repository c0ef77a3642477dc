from operant.platform.events import Event
from operant.platform.events.models import Announcement

from ..models import Delivery, Endpoint


def tell(event: Event, announcement: Announcement) -> None:
    """This function will queue a public event for each endpoint that wants it, in the event's own transaction."""
    if not event.TOLD.public:
        return
    hearing = Endpoint.objects.hearing(event.NAME).values_list("pk", flat=True)
    waiting = [Delivery(endpoint_id=each, event=announcement) for each in hearing]
    if waiting:
        Delivery.objects.bulk_create(waiting)
