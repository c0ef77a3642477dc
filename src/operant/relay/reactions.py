from operant.platform.events import reacts_to

from . import events
from .actions import writing


@reacts_to(events.ScreenWentOffline)
def tell_that_it_is_offline(event: events.ScreenWentOffline) -> None:
    writing.tell_offline(event=event)


@reacts_to(events.ScreenCameBack)
def tell_that_it_is_back(event: events.ScreenCameBack) -> None:
    writing.tell_back(event=event)
