from datetime import timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from operant.panel.accounts import actions as accounts
from operant.platform import clock, messaging, tenancy
from operant.platform.events import announce
from operant.platform.refusals import Gone, Invalid, NotAllowed, Refusal, TooMany

from . import events, queries, rules, tokens
from .models import INVITATION_VALID_FOR, Invitation, Membership, Organization, Role

Person = get_user_model()
INVITATIONS_A_DAY = 50


def found(*, name: str, owner: "Person", organization_id: UUID | None = None) -> Organization:
    """This function will create an organization with its first owner. Opens its own scope."""
    organization_id = organization_id or uuid4()
    with tenancy.organization_scope(organization_id, owner.pk):
        organization = _created(organization_id, name.strip())
        member = Membership.objects.create(person=owner, role=Role.OWNER)
        announce(events.OrganizationCreated(name=organization.name, created_by=owner.name), about=organization)
        announce(events.MemberJoined(name=owner.name, role=Role.OWNER), about=member)
    return organization


def add_operator(*, email: str, name: str) -> "Person":
    """
    This function will make somebody an owner of the operator's organization. Opens its own scope.

    A person that does not exist yet is created without a password; `accounts.queries.welcome_link` lets them set one.
    """
    person = accounts.ensure_person(email=email, name=name)
    with tenancy.organization_scope(tenancy.OPERATOR, person.pk):
        enroll(person=person, role=Role.OWNER)
    return person


def rename(*, organization: Organization, name: str, time_zone: str, locale: str) -> Organization:
    """This function will change an organization's name, zone and locale; its address stays."""
    before, organization.name = organization.name, name.strip()
    organization.time_zone, organization.locale = time_zone, locale
    organization.save(update_fields=["name", "time_zone", "locale"])
    if before != organization.name:
        announce(events.OrganizationRenamed(before=before, name=organization.name), about=organization)
    return organization


def invite(*, by: Membership, email: str, role: Role) -> Invitation:
    """
    This function will offer a place to a mail address and send it the link.

    :raises NotAllowed: when the role is above the inviter's own.
    :raises Refusal: when the person is a member, or has an open invitation.
    :raises TooMany: after fifty invitations within a day.
    """
    if not rules.give_role(by, role):
        raise NotAllowed(f"You cannot give the role {role}: it is more than your own.")
    email = email.strip().lower()
    if Membership.objects.filter(person__email__iexact=email).exists():
        raise Refusal(f"{email} is a member already.")
    _keep_to_a_pace()
    expired = Invitation.objects.filter(email__iexact=email, expires_at__lte=clock.now())
    expired.filter(accepted_at=None, revoked_at=None).update(revoked_at=clock.now())
    token, secret_hash = tokens.issue(by.organization_id)
    invitation = _offered(by, email, role, secret_hash)
    announce(events.MemberInvited(email=email, role=role), about=invitation)
    _send_link(invitation, token, by)
    return invitation


def revoke(*, invitation: Invitation) -> None:
    """
    This function will take an open invitation back.

    :raises Gone: when it was accepted or revoked before.
    """
    if not invitation.close_as(accepted=False, at=clock.now()):
        raise Gone("This invitation was accepted or taken back already.")
    announce(events.InvitationRevoked(email=invitation.email), about=invitation)


def join(*, token: str, person: "Person") -> Organization:
    """
    This function will turn an invitation into a membership of the person it was sent to. Opens its own scope.

    :raises Gone: when the invitation is not open any more.
    :raises NotAllowed: when it was sent to another address.
    """
    organization, invitation = queries.invitation(token)
    if invitation.email.lower() != person.email.lower():
        raise NotAllowed(f"This invitation was sent to {invitation.email}. Sign in with that address to accept it.")
    with tenancy.organization_scope(organization.pk, person.pk):
        if not invitation.close_as(accepted=True, at=clock.now()):
            raise Gone("This invitation was accepted or taken back already.")
        enroll(person=person, role=Role(invitation.role))
    return organization


def enroll(*, person: "Person", role: Role) -> Membership:
    """This function will make a person a member without an invitation, as the demo and an operator do."""
    member, is_new = Membership.objects.get_or_create(person=person, defaults={"role": role})
    if is_new:
        announce(events.MemberJoined(name=person.name, role=member.role), about=member)
    return member


def change_role(*, by: Membership, member: Membership, role: Role) -> Membership:
    """
    This function will give a member another role.

    :raises NotAllowed: when either role is above the acting member's own.
    :raises Refusal: when it would leave the organization without an owner.
    """
    member = _as_it_is_now(member)
    if not (rules.give_role(by, role) and rules.give_role(by, Role(member.role))):
        raise NotAllowed("You cannot change a role that is above your own.")
    before = member.role
    if before == Role.OWNER and role != Role.OWNER:
        _ensure_another_owner(member)
    member.role = role
    member.save(update_fields=["role"])
    if before != role:
        announce(events.RoleChanged(name=member.person.name, before=before, role=role), about=member)
    return member


def remove(*, by: Membership, member: Membership) -> None:
    """
    This function will end a membership: somebody else's, or one's own.

    :raises NotAllowed: when the member's role is above the acting member's own.
    :raises Refusal: when it would leave the organization without an owner.
    """
    member = _as_it_is_now(member)
    if by.pk != member.pk and not rules.give_role(by, Role(member.role)):
        raise NotAllowed("You cannot remove somebody whose role is above your own.")
    if member.role == Role.OWNER:
        _ensure_another_owner(member)
    announce(events.MemberRemoved(name=member.person.name), about=member)
    if by.pk != member.pk:
        _say_goodbye(member, by)
    member.delete()


def _created(organization_id: UUID, name: str) -> Organization:
    if not name:
        raise Invalid("An organization needs a name.")
    stem = slugify(name)[:32].strip("-") or "organization"
    for slug in (stem, *(f"{stem}-{number}" for number in range(2, 6)), f"{stem}-{uuid4().hex[:6]}"):
        try:
            # Row security hides whose slug it is: only the unique index can tell that it is taken.
            with transaction.atomic():
                return Organization.objects.create(id=organization_id, slug=slug, name=name)
        except IntegrityError:
            continue
    raise Refusal("An address for this organization could not be found. Try again.")


def _keep_to_a_pace() -> None:
    # An organization's name and a stranger's address are all it takes to make this house write to somebody.
    sent = Invitation.objects.filter(created_at__gt=clock.now() - timedelta(days=1)).count()
    if sent >= INVITATIONS_A_DAY:
        raise TooMany("That is fifty invitations within a day, the most there can be. Go on tomorrow.", retry_after=3600)


def _offered(by: Membership, email: str, role: Role, secret_hash: bytes) -> Invitation:
    try:
        with transaction.atomic():
            return Invitation.objects.create(
                email=email, role=role, secret_hash=secret_hash, invited_by_id=by.person_id,
                expires_at=clock.now() + INVITATION_VALID_FOR,
            )
    except IntegrityError:
        raise Refusal(f"{email} has an open invitation already. Revoke it to send another.") from None


def _send_link(invitation: Invitation, token: str, by: Membership) -> None:
    messaging.send_mail(
        to=invitation.email, template="invitation", category="account",
        context={
            "organization": queries.organization().name, "inviter": by.person.name, "role": invitation.role,
            "link": f"{settings.PUBLIC_URL}/invitations/{token}", "expires_at": invitation.expires_at,
        },
    )


def _say_goodbye(member: Membership, by: Membership) -> None:
    # Written at once: whoever is no longer a member has no inbox here.
    messaging.send_mail(
        to=member.person.email, template="membership_ended", category="account", person_id=member.person_id,
        context={"organization": queries.organization().name, "by": by.person.name},
    )


def _as_it_is_now(member: Membership) -> Membership:
    # Somebody else may have changed or removed it since it was read, and whoever is asked last decides by that.
    found = Membership.objects.select_related("person").select_for_update(of=("self",)).filter(pk=member.pk).first()
    if found is None:
        raise Gone("This person is no longer a member.")
    return found


def _ensure_another_owner(member: Membership) -> None:
    owners = Membership.objects.select_for_update().filter(role=Role.OWNER)
    if not [each for each in owners if each.pk != member.pk]:
        raise Refusal("An organization needs an owner: make somebody else an owner first.")
