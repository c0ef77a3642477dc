"""That everybody who enters an organization has a second factor."""

from datetime import datetime, timedelta

from operant.panel.accounts import queries as accounts
from operant.platform import clock, messaging, tenancy
from operant.platform.events import announce
from operant.platform.refusals import Invalid, Refusal

from .. import events, queries
from ..models import Membership, Organization

LONGEST_GRACE = timedelta(days=90)
REMINDED_BEFORE = timedelta(days=3)


def require(*, by: Membership, starts_at: datetime) -> Organization:
    """
    This function will demand a second factor of every member from an instant on; those who lack one get a mail.

    Where it is demanded from then on already, nobody is told again.

    :raises Refusal: when whoever demands it has none.
    :raises Invalid: when the instant is past, or more than ninety days away.
    """
    if not accounts.has_factor(by.person_id):
        raise Refusal("Set up a second factor for yourself first: this would close the door on you.")
    if not -timedelta(minutes=5) <= starts_at - clock.now() <= LONGEST_GRACE:
        raise Invalid("Choose a day from today on, within ninety days.")
    standing = queries.organization()
    is_in_force = standing.demands_factor and starts_at <= clock.now()
    if is_in_force or standing.second_factor_from == starts_at:
        return standing
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


def remind() -> None:
    """
    This function will tell every member in scope who still lacks it, once, three days before a second factor is demanded.

    A day that was set at shorter notice was told when it was set.
    """
    now = clock.now()
    near = Organization.objects.filter(second_factor_from__gt=now, second_factor_from__lte=now + REMINDED_BEFORE)
    found = near.filter(pk=tenancy.current_organization_id(), second_factor_reminded_at=None).select_for_update().first()
    if found is None:
        return
    found.second_factor_reminded_at = now
    found.save(update_fields=["second_factor_reminded_at"])
    starts_on = found.second_factor_on.isoformat()
    for each in queries.without_factor():
        announce(events.SecondFactorMissing(name=each.person.name, starts_on=starts_on), about=each)


def _changed(starts_at: datetime | None) -> Organization:
    organization = queries.organization()
    organization.second_factor_from = starts_at
    is_near = starts_at is not None and starts_at <= clock.now() + REMINDED_BEFORE
    organization.second_factor_reminded_at = clock.now() if is_near else None
    organization.save(update_fields=["second_factor_from", "second_factor_reminded_at"])
    return organization
