from operant.panel.accounts import events as accounts
from operant.platform import queue
from operant.platform.events import hears, reacts_to
from operant.platform.events.models import Announcement

from .actions import telling


@hears(lambda event: event.TOLD.notify is not None)
def tell(announcement: Announcement) -> None:
    telling.tell(announcement=announcement)


@reacts_to(accounts.SignedUp)
def heed_who_opts_out(event: accounts.SignedUp) -> None:
    if event.opts_out:
        queue.defer("notifications.stop_updates", person_id=event.person_id)
