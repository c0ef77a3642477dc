"""Who belongs, and as what. Changes of one organization's members stand in line, so that none is decided by old news."""

from typing import TYPE_CHECKING

from operant.platform import clock, messaging, tenancy
from operant.platform.events import announce
from operant.platform.live import holders
from operant.platform.refusals import Gone, NotAllowed, Refusal

from .. import events, queries, rules
from ..models import Membership, Organization, Role

if TYPE_CHECKING:
    from operant.panel.accounts.models import Person


def enroll(*, person: "Person", role: Role) -> Membership:
    """This function will make a person a member without an invitation, as the demo and an operator do."""
    member, is_new = Membership.objects.get_or_create(person=person, defaults={"role": role})
    if is_new:
        announce(events.MemberJoined(name=person.name, role=member.role), about=member)
    return member


def change_role(*, by: rules.Member, member: Membership, role: Role) -> Membership:
    """
    This function will give a member another role. The one they have is left as it is.

    :raises NotAllowed: when either role is above the acting member's own.
    :raises Refusal: when it would leave the organization without an owner.
    """
    by, member = _as_they_are_now(by, member)
    if not (rules.give_role(by, role) and rules.give_role(by, Role(member.role))):
        raise NotAllowed("You cannot change a role that is above your own.")
    before, stood = member.role, member.standing
    if before == role:
        return member
    if before == Role.OWNER and role != Role.OWNER:
        _ensure_another_owner(member)
    member.role = role
    member.save(update_fields=["role"])
    announce(events.RoleChanged(name=member.person.name, before=before, role=role), about=member)
    take_back_offers(member)
    holders.check(holders.MEMBER, stood)
    return member


def remove(*, by: rules.Member, member: Membership) -> None:
    """
    This function will end a membership: somebody else's, or one's own. What the member offered to others ends with it.

    :raises NotAllowed: when the member's role is above the acting member's own.
    :raises Refusal: when it would leave the organization without an owner.
    """
    is_leaving = by.pk == member.pk
    by, member = _as_they_are_now(by, member)
    if not is_leaving and not rules.give_role(by, Role(member.role)):
        raise NotAllowed("You cannot remove somebody whose role is above your own.")
    if member.role == Role.OWNER:
        _ensure_another_owner(member)
    told = events.MemberLeft if is_leaving else events.MemberRemoved
    announce(told(name=member.person.name), about=member)
    if not is_leaving:
        _say_goodbye(member, by)
    take_back_offers(member, has_left=True)
    holders.check(holders.MEMBER, member.standing)
    member.delete()


def hand_over(*, by: Membership, member: Membership) -> Membership:
    """
    This function will make another member an owner, and the owner who does it an admin, at once.

    :raises NotAllowed: when the acting member is no owner.
    :raises Refusal: when it would be handed to themselves.
    """
    if by.pk == member.pk:
        raise Refusal("You are an owner already. Choose somebody else to hand the organization over to.")
    by, member = _as_they_are_now(by, member)
    if not rules.hand_over(by):
        raise NotAllowed("Only an owner hands an organization over.")
    stood = (member.standing, by.standing)
    member.role, by.role = Role.OWNER, Role.ADMIN
    for each in (member, by):
        each.save(update_fields=["role"])
    announce(events.OrganizationHandedOver(before=by.person.name, name=member.person.name), about=queries.organization())
    take_back_offers(by)
    holders.check(holders.MEMBER, *stood)
    return member


def standing(by: rules.Member) -> rules.Member:
    """
    Return who acts as they are once everybody who was before us is done.

    :raises NotAllowed: when they are no longer a member.
    """
    Organization.objects.select_for_update().get(pk=tenancy.current_organization_id())
    acting = by.as_of_now()
    if acting is None:
        raise NotAllowed("You are no longer a member.")
    return acting


def take_back_offers(member: rules.Member, *, has_left: bool = False) -> None:
    """This function will end the open invitations of a member who has left, or those that they may not make any more."""
    # Else whoever foresees the end of their role comes back by a link of their own making.
    for offer in queries.invitations():
        is_over = offer.is_of(member) and (has_left or not rules.give_role(member, Role(offer.role)))
        # Whoever accepts at this very moment is a member, and stands on the list of people.
        if is_over and offer.close_as(accepted=False, at=clock.now()):
            announce(events.InvitationRevoked(email=offer.email), about=offer)


def _say_goodbye(member: Membership, by: rules.Member) -> None:
    # Written at once: whoever is no longer a member has no inbox here.
    messaging.send_mail(
        to=member.person.email, template="membership_ended", category="account", person_id=member.person_id,
        context={"organization": queries.organization().name, "by": by.name},
    )


def _as_they_are_now(by: rules.Member, member: Membership) -> tuple[rules.Member, Membership]:
    """
    Return both as they are once everybody who was before us is done.

    Without the line, two owners could demote each other, each by what was true before the other did.
    """
    acting, found = standing(by), Membership.objects.select_related("person").filter(pk=member.pk).first()
    if found is None:
        raise Gone("This person is no longer a member.")
    return acting, found


def _ensure_another_owner(member: Membership) -> None:
    if not Membership.objects.filter(role=Role.OWNER).exclude(pk=member.pk).exists():
        raise Refusal("An organization needs an owner: make somebody else an owner first.")
