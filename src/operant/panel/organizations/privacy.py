from uuid import UUID

from operant.panel.accounts.models import Person
from operant.platform.events.models import Announcement
from operant.platform.holdings import MADE, Rows, hold, leave

from .models import Invitation, Membership, Right, Vouching


@hold("membership", "That you belong to it, and your role.", "organizations_membership.person_id", of_organizations=True)
def membership(person_id: UUID) -> Rows:
    return Membership.objects.filter(person=person_id).values("id", "role", "joined_at")


@hold(
    "rights", "What you may do with single dashboards and screens.", "organizations_right.member_id", of_organizations=True
)
def rights(person_id: UUID) -> Rows:
    found = Right.objects.filter(member__person=person_id).order_by("-given_at")
    return found.values("subject_kind", "subject_id", "role", "given_at")


@hold("invitations", "Invitations to your address; their links are kept as hashes.", of_organizations=True)
def invitations(person_id: UUID) -> Rows:
    address = Person.objects.values_list("email", flat=True).get(pk=person_id)
    found = Invitation.objects.filter(email__iexact=address).order_by("-created_at")
    return found.values("email", "role", "created_at", "expires_at", "accepted_at", "revoked_at")


@hold(
    "vouchings", "Requests for an owner's word that it is you.", "organizations_vouching.person_id", of_organizations=True
)
def vouchings(person_id: UUID) -> Rows:
    found = Vouching.objects.filter(person=person_id).order_by("-asked_at")
    return found.values("asked_at", "until", "given_at", "ended_at")


@hold("membership-log", "What happened with your membership, whoever did it.", of_organizations=True)
def membership_log(person_id: UUID) -> Rows:
    mine = Membership.objects.filter(person=person_id).values("pk")
    return Announcement.objects.filter(subject_id__in=mine).order_by("-at", "pk").values("at", "name", "actor_kind")


leave(MADE, "organizations_service.made_by_id", "organizations_invitation.invited_by_id", "organizations_vouching.given_by_id")
