from operant.platform.events import reacts_to

from . import actions, events


@reacts_to(events.EndpointDisabled)
def tell_that_it_is_disabled(event: events.EndpointDisabled) -> None:
    actions.tell_disabled(event=event)
