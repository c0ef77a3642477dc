"""What single members may do with single things, in place of their role."""

from django.db import models

from operant.platform.events import announce
from operant.platform.refusals import NotAllowed, Refusal

from .. import events, rules
from ..models import Membership, Right, Role

WORDS = {Role.EDITOR: "may edit", Role.VIEWER: "may only look at"}


def give_right(*, by: rules.Member, member: Membership, about: models.Model, name: str, role: Role | None) -> Right | None:
    """
    This function will give a member a role on one thing, called `name`, or with None take it: their own role counts again.

    :raises NotAllowed: when the acting member may not give rights.
    :raises Refusal: when the member is an admin or owner, whose role counts everywhere.
    """
    if not rules.give_rights(by):
        raise NotAllowed("Rights on single things are given by owners and admins.")
    if member.rank >= Role.ADMIN.rank:
        raise Refusal(f"{member.person.name} is {member.role} here, and that counts everywhere.")
    standing = Right.objects.select_for_update().filter(member=member, subject_id=about.pk).first()
    if (standing.role if standing else None) == role:
        return standing
    if role is None:
        standing.delete()
        announce(events.RightTaken(name=member.person.name, thing=name), about=about)
        return None
    return _given(member, about, name, role)


def end_rights(*, about: models.Model) -> None:
    """This function will end all rights on a thing that is over."""
    Right.objects.filter(subject_id=about.pk).delete()


def _given(member: Membership, about: models.Model, name: str, role: Role) -> Right:
    given, _ = Right.objects.update_or_create(
        member=member, subject_id=about.pk, defaults={"role": role, "subject_kind": about._meta.label}
    )
    told = {"name": member.person.name, "right": WORDS[role], "thing": name}
    announce(events.RightGiven(**told), about=about)
    return given
