from operant.platform.events import reacts_to

from . import events
from .actions import second_factor


@reacts_to(events.SecondFactorRequired)
def tell_those_without_a_second_factor(event: events.SecondFactorRequired) -> None:
    second_factor.tell_those_without()
