from operant.panel.accounts import events as accounts
from operant.platform import queue
from operant.platform.events import reacts_to

from . import events
from .actions import second_factor


@reacts_to(events.SecondFactorRequired)
def tell_those_without_a_second_factor(event: events.SecondFactorRequired) -> None:
    second_factor.tell_those_without()


# What follows concerns all organizations of a person: a job goes through them, one scope after the other.


@reacts_to(accounts.RecoveryAsked)
def ask_owners_to_vouch(event: accounts.RecoveryAsked) -> None:
    queue.defer("organizations.ask_to_vouch", recovery_id=event.recovery_id, person_id=event.person_id)


@reacts_to(events.VouchingGiven)
def let_in_once_all_have_vouched(event: events.VouchingGiven) -> None:
    queue.defer("organizations.settle_vouchings", recovery_id=event.recovery_id, person_id=event.person_id)


@reacts_to(accounts.RecoveryDone)
def no_longer_vouch_for_the_recovered(event: accounts.RecoveryDone) -> None:
    queue.defer("organizations.end_vouchings", recovery_id=event.recovery_id, person_id=event.person_id, is_done=True)


@reacts_to(accounts.RecoveryCanceled)
def no_longer_vouch_for_who_canceled(event: accounts.RecoveryCanceled) -> None:
    queue.defer("organizations.end_vouchings", recovery_id=event.recovery_id, person_id=event.person_id, is_done=False)
