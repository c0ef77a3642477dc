from operant.platform.events import CONCERNED, Event, Personal, Told


class OrganizationCreated(
    Event, name="organizations.organization.created", told=Told(audit="{created_by} created {name}", public=True)
):
    """An organization was created, with its first owner."""

    name: str
    created_by: Personal


class OrganizationRenamed(
    Event, name="organizations.organization.renamed",
    told=Told(audit="The organization was renamed from {before} to {name}", live=("organization",), public=True),
):
    """An organization got a new name."""

    before: str
    name: str


class MemberInvited(
    Event, name="organizations.member.invited",
    told=Told(audit="{email} was invited as {role}", live=("people",), public=True),
):
    """Somebody was invited to an organization."""

    email: Personal
    role: str


class InvitationRevoked(
    Event, name="organizations.invitation.revoked",
    told=Told(audit="The invitation of {email} was revoked", live=("people",), public=True),
):
    """An invitation was taken back before it was accepted."""

    email: Personal


class MemberJoined(
    Event, name="organizations.member.joined",
    told=Told(
        audit="{name} joined as {role}", notify="organizations.manage_people", category="people", live=("people",), public=True
    ),
):
    """A person became a member of an organization."""

    name: Personal
    role: str


class RoleChanged(
    Event, name="organizations.role.changed",
    told=Told(
        audit="{name} is now {role}, and was {before}", notify=CONCERNED, category="account", live=("people",), public=True
    ),
):
    """A member got another role."""

    name: Personal
    before: str
    role: str


class MemberRemoved(
    Event, name="organizations.member.removed",
    told=Told(
        audit="{name} was removed", notify="organizations.manage_people", category="people", live=("people",), public=True
    ),
):
    """A member no longer belongs to an organization."""

    name: Personal
