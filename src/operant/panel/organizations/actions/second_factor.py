"""That everybody who enters an organization has a second factor."""

from datetime import datetime, timedelta

from operant.panel.accounts import queries as accounts
from operant.platform import clock, messaging
from operant.platform.events import announce
from operant.platform.refusals import Invalid, Refusal

from .. import events, queries
from ..models import Membership, Organization

LONGEST_GRACE = timedelta(days=90)


def require(*, by: Membership, starts_at: datetime) -> Organization:
    """
    This function will demand a second factor of every member from an instant on; those who lack one get a mail.

    :raises Refusal: when whoever demands it has none.
    :raises Invalid: when the instant is past, or more than ninety days away.
    """
    if not accounts.has_factor(by.person_id):
        raise Refusal("Set up a second factor for yourself first: this would close the door on you.")
    if not -timedelta(minutes=5) <= starts_at - clock.now() <= LONGEST_GRACE:
        raise Invalid("Choose a day from today on, within ninety days.")
    organization = _changed(starts_at)
    starts_on = organization.second_factor_on.isoformat()
    announce(events.SecondFactorRequired(starts_on=starts_on, changed_by=by.person.name), about=organization)
    return organization


def release(*, by: Membership) -> Organization:
    """
    This function will no longer demand a second factor.

    :raises Refusal: when none is demanded.
    """
    if queries.organization().second_factor_from is None:
        raise Refusal("No second factor is required here.")
    organization = _changed(None)
    announce(events.SecondFactorReleased(changed_by=by.person.name), about=organization)
    return organization


def tell_those_without() -> None:
    """This function will write to every member in scope who lacks the second factor that is demanded."""
    organization = queries.organization()
    if organization.second_factor_from is None:
        return
    for each in queries.without_factor():
        messaging.send_mail(
            to=each.person.email, template="second_factor_required", category="security",
            person_id=each.person_id,
            context={
                "organization": organization.name, "starts_on": organization.second_factor_on,
                "is_in_force": organization.demands_factor,
            },
        )  # fmt: skip


def _changed(starts_at: datetime | None) -> Organization:
    organization = queries.organization()
    organization.second_factor_from = starts_at
    organization.save(update_fields=["second_factor_from"])
    return organization
