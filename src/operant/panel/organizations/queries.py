from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from operant.panel.accounts import identities
from operant.panel.accounts import queries as accounts
from operant.platform import clock, queue, tenancy
from operant.platform.files.models import File
from operant.platform.messaging.branding import Brand
from operant.platform.messaging.models import Message
from operant.platform.refusals import Gone, NotFound
from operant.platform.statements import Written

from . import brand, tokens
from .models import Invitation, Membership, Organization, Right, Role, ServiceAccount, Vouching

if TYPE_CHECKING:
    from operant.panel.accounts.models import Person

FOR_OWNERS = {"vouching_asked", "vouching_ended"}
"""Mails that say something of a member which only owners are to know."""


def memberships_of(person_id: UUID) -> list[Membership]:
    """Return a person's memberships with `organization` on each, by name. Opens its own scope."""
    with tenancy.person_scope(person_id):
        mine, organizations = _mine.all(person_id), _organizations_of.all(person_id)
    by_id = {each.pk: each for each in organizations}
    for each in mine:
        each.organization = by_id[each.organization_id]
    return sorted(mine, key=lambda each: each.organization.name.casefold())


def stands(standing: str) -> bool:
    """Return whether a member still is what `Membership.standing` said. Opens its own scope."""
    organization_id, member_id, role = standing.split("/")
    with tenancy.organization_scope(UUID(organization_id)):
        return Membership.objects.filter(pk=member_id, role=role).exists()


def members() -> list[Membership]:
    """Return the members of the organization in scope with their persons, owners first."""
    found = Membership.objects.select_related("person")
    return sorted(found, key=lambda each: (-each.rank, each.person.name.casefold()))


def invitations() -> list[Invitation]:
    """Return what the organization in scope offered and nobody accepted or took back, newest first, expired or not."""
    return list(Invitation.objects.filter(accepted_at=None, revoked_at=None).order_by("-created_at", "pk"))


def open_invitations() -> QuerySet[Invitation]:
    """Return the invitations of the organization in scope that can still be accepted."""
    return Invitation.objects.filter(accepted_at=None, revoked_at=None, expires_at__gt=clock.now())


def members_from(role: Role) -> list[Membership]:
    """Return the members in scope who have at least this role, with their persons."""
    return [each for each in members() if each.rank >= Role(role).rank]


def without_factor() -> list[Membership]:
    """Return the members in scope who have no second factor, and no provider that asks for it, with their persons."""
    found = members()
    people = {each.person_id for each in found}
    safe = accounts.with_factor(people) | identities.vouched(people)
    return [each for each in found if each.person_id not in safe]


def may_enter(member: Membership, *, is_vouched_for: bool = False) -> bool:
    """
    Return whether a member, with `organization` on them, has the second factor that it demands, if it does.

    Whoever is vouched for has shown it to the provider that they came from (`accounts.identities.vouches`).
    """
    return is_vouched_for or not member.organization.demands_factor or accounts.has_factor(member.person_id)


def demanding_factor(person_id: UUID) -> list[str]:
    """Return the names of the organizations that a person cannot enter without a second factor. Opens its own scope."""
    return [each.organization.name for each in memberships_of(person_id) if each.organization.demands_factor]


def rights_on(subject_id: UUID) -> dict[UUID, Role]:
    """Return which members have a right of their own on one thing, by the id of their membership."""
    return {member: Role(role) for member, role in Right.objects.filter(subject_id=subject_id).values_list("member", "role")}


def service_accounts() -> QuerySet[ServiceAccount]:
    """Return the service accounts of the organization in scope that nobody ended, by name."""
    return ServiceAccount.objects.filter(ended_at=None).select_related("made_by").order_by("name", "pk")


def person_of(actor: "Person | Membership | ServiceAccount") -> "Person | None":
    """Return the person who acts, or None where a service account does."""
    if isinstance(actor, ServiceAccount):
        return None
    return actor.person if isinstance(actor, Membership) else actor


def why_no_mail(message: Message) -> str:
    """Return why a mail to an owner must not leave, or nothing. Asked in the mail's scope right before it does."""
    if message.template not in FOR_OWNERS:
        return ""
    is_owner = Membership.objects.filter(person=message.person_id, role=Role.OWNER).exists()
    return "" if is_owner else "They are no owner any more."


def open_vouchings() -> list[Vouching]:
    """Return those for whom an owner's word is asked, or was given and others' are waited for: members in scope."""
    asked = Vouching.objects.filter(ended_at=None, person__in=Membership.objects.values("person"))
    return list(asked.select_related("person", "given_by").order_by("asked_at"))


def organization() -> Organization:
    """Return the organization in scope."""
    return Organization.objects.get(pk=tenancy.current_organization_id())


def found_by(slug: str) -> Organization | None:
    """
    Return the organization whose address has this slug, or None. Opens its own scopes.

    For commands: nobody may look across organizations, so each of them is asked.
    """
    for each in queue.organizations():
        with tenancy.organization_scope(each):
            found = Organization.objects.filter(slug=slug).first()
        if found:
            return found
    return None


def look() -> Brand:
    """Return how mails of the organization in scope look. Those of the operator's come from Operant itself."""
    found = organization()
    color = found.color or Brand.color
    return Brand(
        sender=Brand.sender if found.is_operator else found.name, color=color, ink=brand.ink(color), edge=brand.edge(color),
        logo=settings.PUBLIC_URL + found.logo_path if found.logo_id else "", postal_address=found.postal_address,
    )


def logo(token: str) -> File:
    """
    Return the picture that an address of a logo names. Opens its own scope.

    :raises NotFound: when it is no logo, or no longer.
    """
    organization_id, file_id = brand.logo_of(token)
    with tenancy.organization_scope(organization_id):
        found = Organization.objects.select_related("logo").filter(pk=organization_id, logo=file_id).first()
    if found is None:
        raise NotFound("There is no such picture.")
    return found.logo


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


def _entered(person_id: Any) -> QuerySet[Organization]:
    return Organization.objects.filter(pk__in=Membership.objects.filter(person=person_id).values("organization_id"))


_mine = Written(lambda person_id: Membership.objects.filter(person=person_id))
_organizations_of = Written(_entered)
