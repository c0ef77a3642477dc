from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet

from operant.platform import clock, tenancy
from operant.platform.refusals import Gone

from . import tokens
from .models import Invitation, Membership, Organization, Role

if TYPE_CHECKING:
    from operant.panel.accounts.models import Person


def memberships_of(person_id: UUID) -> list[Membership]:
    """Return a person's memberships with `organization` on each, by name. Opens its own scope."""
    with tenancy.person_scope(person_id):
        mine = list(Membership.objects.filter(person_id=person_id))
        names = Organization.objects.in_bulk([each.organization_id for each in mine])
    for each in mine:
        each.organization = names[each.organization_id]
    return sorted(mine, key=lambda each: each.organization.name.casefold())


def members() -> list[Membership]:
    """Return the members of the organization in scope with their persons, owners first."""
    found = Membership.objects.select_related("person")
    return sorted(found, key=lambda each: (-each.rank, each.person.name.casefold()))


def invitations() -> list[Invitation]:
    """Return the open invitations of the organization in scope, newest first."""
    return list(open_invitations().order_by("-created_at"))


def open_invitations() -> QuerySet[Invitation]:
    """Return the invitations of the organization in scope that can still be accepted."""
    return Invitation.objects.filter(accepted_at=None, revoked_at=None, expires_at__gt=clock.now())


def addresses_of(role: Role) -> list[str]:
    """Return the mail addresses of the members in scope who have at least this role."""
    return sorted(each.person.email for each in members() if each.rank >= Role(role).rank)


def organization() -> Organization:
    """Return the organization in scope."""
    return Organization.objects.get(pk=tenancy.current_organization_id())


def invitation(token: str) -> tuple[Organization, Invitation]:
    """
    Return what an invitation's link offers. Opens its own scope.

    :raises Gone: when the link is unknown, used, revoked or older than a week.
    """
    parsed = tokens.parse(token)
    if parsed:
        with tenancy.organization_scope(parsed.organization_id):
            found = Invitation.objects.filter(secret_hash=parsed.secret_hash).first()
            if found and found.is_open:
                return organization(), found
    raise Gone("This invitation was used, taken back or is older than a week. Ask for a new one.")


def joined_by(token: str, person: "Person") -> Organization | None:
    """
    Return where an invitation's link leads the member who accepted it, or None for everybody else.

    Opens its own scope.
    """
    parsed = tokens.parse(token)
    if parsed is None:
        return None
    with tenancy.organization_scope(parsed.organization_id, person.pk):
        used = Invitation.objects.filter(secret_hash=parsed.secret_hash, accepted_at__isnull=False)
        is_theirs = used.filter(email__iexact=person.email).exists()
        return organization() if is_theirs and Membership.objects.filter(person=person).exists() else None
