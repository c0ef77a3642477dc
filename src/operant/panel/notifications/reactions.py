from operant.platform.events import hears
from operant.platform.events.models import Announcement

from .actions import telling


@hears(lambda event: event.TOLD.notify is not None)
def tell(announcement: Announcement) -> None:
    telling.tell(announcement=announcement)
