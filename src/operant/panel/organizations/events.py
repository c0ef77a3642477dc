from operant.platform.events import CONCERNED, Day, Event, Personal, Private, Told


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


class SettingChanged(
    Event, name="organizations.setting.changed",
    told=Told(audit="The {setting} was changed from {before} to {now}", live=("organization",), public=True),
):
    """An organization is set to something else: its zone, language, currency, postal address or color."""

    setting: str
    before: str
    now: str


class LogoChanged(
    Event, name="organizations.logo.changed",
    told=Told(audit="The logo is now {name}", live=("organization",), public=True),
):
    """An organization got a logo, or another one; `before` names the file of the one before."""

    before: str
    name: str


class LogoRemoved(
    Event, name="organizations.logo.removed",
    told=Told(audit="The logo {before} was removed", live=("organization",), public=True),
):
    """An organization has no logo any more."""

    before: str


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


class InvitationSentAgain(
    Event, name="organizations.invitation.sent_again",
    told=Told(audit="The invitation of {email} was sent again", live=("people",), public=True),
):
    """An invitation was sent once more, with a new link; the link before leads nowhere."""

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


class SecondFactorRequired(
    Event, name="organizations.second_factor.required",
    told=Told(
        audit="{changed_by} required a second factor of everybody from {starts_on} on", live=("organization",), public=True
    ),
):
    """From a day on nobody enters the organization without a second factor."""

    starts_on: Day
    changed_by: Personal


class SecondFactorMissing(
    Event, name="organizations.second_factor.missing",
    told=Told(
        audit="{name} has no second factor yet, which is required from {starts_on} on", notify=CONCERNED, category="security"
    ),
):
    """A second factor is required of everybody soon, and this member has none."""

    name: Personal
    starts_on: Day


class SecondFactorReleased(
    Event, name="organizations.second_factor.released",
    told=Told(
        audit="{changed_by} no longer required a second factor", notify="organizations.see_safety", category="security",
        live=("organization",), public=True, tells_actor=True,
    ),
):
    """An organization no longer requires a second factor."""

    changed_by: Personal


class MemberLeft(
    Event, name="organizations.member.left",
    told=Told(
        audit="{name} left", notify="organizations.manage_people", category="people", live=("people",), public=True
    ),
):
    """A person gave up their place in an organization."""

    name: Personal


class VouchingAsked(
    Event, name="organizations.vouching.asked",
    told=Told(
        audit="{name} lost their second factor; an owner is asked to confirm that it is them", live=("people",), public=True
    ),
):
    """A member lost their second factor. An owner who has talked to them can confirm that it is them."""

    name: Personal


class OrganizationHandedOver(
    Event, name="organizations.organization.handed_over",
    told=Told(
        audit="{before} handed the organization over to {name}", notify="organizations.manage_people", category="account",
        live=("people",), public=True, tells_actor=True,
    ),
):
    """An owner made another member an owner, and is an admin from then on."""

    before: Personal
    name: Personal


class RightGiven(
    Event, name="organizations.right.given", told=Told(audit="{name} {right} {thing} now", live=("people",), public=True)
):
    """A member got a right on one dashboard or screen, in place of their role there."""

    name: Personal
    right: str
    thing: str


class RightTaken(
    Event, name="organizations.right.taken",
    told=Told(audit="{name} has only their role on {thing} again", live=("people",), public=True),
):
    """A right that a member had on one dashboard or screen ended."""

    name: Personal
    thing: str


class ServiceAccountMade(
    Event, name="organizations.service_account.made",
    told=Told(audit="{made_by} made the service account {name} as {role}", live=("people",), public=True),
):
    """A member that is no person was made, for programs to act in its name."""

    name: str
    role: str
    made_by: Personal


class ServiceAccountRoleChanged(
    Event, name="organizations.service_account.role_changed",
    told=Told(audit="The service account {name} is now {role}, and was {before}", live=("people",), public=True),
):
    """A service account got another role."""

    name: str
    before: str
    role: str


class ServiceAccountEnded(
    Event, name="organizations.service_account.ended",
    told=Told(audit="{ended_by} ended the service account {name}", live=("people",), public=True),
):
    """A service account is over; its tokens are refused from then on."""

    name: str
    ended_by: Personal


class VouchingGiven(
    Event, name="organizations.vouching.given",
    told=Told(audit="{given_by} confirmed that it is {name} who lost their second factor", live=("people",), public=True),
):
    """An owner confirmed that it is really a member who lost their second factor."""

    recovery_id: str
    person_id: Private
    name: Personal
    given_by: Personal


class VouchingEnded(
    Event, name="organizations.vouching.ended",
    told=Told(audit="{name}, who had lost their second factor: {outcome}", live=("people",), public=True),
):
    """A member's request to be let in without their second factor has ended: it was removed, or the request canceled."""

    name: Personal
    outcome: str
