from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction

from operant.platform import clock, messaging, tenancy
from operant.platform.events import announce
from operant.platform.refusals import Gone, NotAllowed, Refusal, TooMany

from .. import events, queries, rules, tokens
from ..models import INVITATION_VALID_FOR, Invitation, Membership, Organization, Role
from . import pacing
from .belonging import enroll, standing

if TYPE_CHECKING:
    from operant.panel.accounts.models import Person

INVITATIONS_A_DAY = 50
MOST_SENDINGS = 5
SENT_AGAIN_AFTER = timedelta(minutes=5)


def invite(*, by: Membership, email: str, role: Role) -> Invitation:
    """
    This function will offer a place to a mail address and send it the link.

    It is taken back when the inviter may not offer it any more.

    :raises NotAllowed: when the role is above the inviter's own.
    :raises Refusal: when the person is a member, or has an open invitation.
    :raises TooMany: after fifty mails within a day, by the organization or by the inviter anywhere.
    """
    by = standing(by)
    if not rules.give_role(by, role):
        raise NotAllowed(f"You cannot give the role {role}: it is more than your own.")
    email = email.strip().lower()
    if Membership.objects.filter(person__email__iexact=email).exists():
        raise Refusal(f"{email} is a member already.")
    _keep_to_a_pace(by)
    expired = Invitation.objects.filter(email__iexact=email, expires_at__lte=clock.now())
    expired.filter(accepted_at=None, revoked_at=None).update(revoked_at=clock.now())
    token, secret_hash = tokens.issue(by.organization_id)
    invitation = _offered(by, email, role, secret_hash)
    announce(events.MemberInvited(email=email, role=role), about=invitation)
    _send_link(invitation, token, by)
    return invitation


def resend(*, by: Membership, invitation: Invitation) -> Invitation:
    """
    This function will send an invitation again, with a new link that works for a week; the link before is dead.

    From then on it is the sender's invitation.

    :raises Gone: when it was accepted or revoked before.
    :raises NotAllowed: when it offers a role above the sender's own.
    :raises TooMany: within five minutes of the last mail, after five, and after as many as `invite` sends.
    """
    by = standing(by)
    if not rules.give_role(by, Role(invitation.role)):
        raise NotAllowed(f"You cannot offer the role {invitation.role}: it is more than your own.")
    _keep_to_a_pace(by, besides=invitation)
    token, secret_hash = tokens.issue(by.organization_id)
    now = clock.now()
    renewed = invitation.renew(
        by=by, secret_hash=secret_hash, at=now, after=now - SENT_AGAIN_AFTER, most=MOST_SENDINGS,
    )  # fmt: skip
    invitation.refresh_from_db()
    if not renewed:
        _say_why_not(invitation)
    announce(events.InvitationSentAgain(email=invitation.email), about=invitation)
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


def _keep_to_a_pace(by: Membership, *, besides: Invitation | None = None) -> None:
    # An organization's name and a stranger's address are all it takes to make this house write to somebody, and whoever
    # founds organizations has many names. An organization counts addresses, and whoever writes to them every mail.
    sent = Invitation.objects.filter(sent_at__gt=clock.now() - timedelta(days=1)).exclude(pk=besides and besides.pk)
    may = pacing.has_room("invite", actor_id=by.person_id or by.pk, most=INVITATIONS_A_DAY)
    if sent.count() >= INVITATIONS_A_DAY or not may:
        raise TooMany("That is fifty invitations within a day, the most there can be. Go on tomorrow.", retry_after=3600)


def _offered(by: Membership, email: str, role: Role, secret_hash: bytes) -> Invitation:
    try:
        with transaction.atomic():
            return Invitation.objects.create(
                email=email, role=role, secret_hash=secret_hash, expires_at=clock.now() + INVITATION_VALID_FOR,
                **Invitation.offered_by(by),
            )
    except IntegrityError:
        raise Refusal(f"{email} has an open invitation already. Send that again, or take it back.") from None


def _say_why_not(invitation: Invitation) -> None:
    if invitation.accepted_at or invitation.revoked_at:
        raise Gone("This invitation was accepted or taken back already.")
    if invitation.sendings >= MOST_SENDINGS:
        raise TooMany(
            f"{invitation.email} got {MOST_SENDINGS} mails already. Take the invitation back and make another.",
            retry_after=3600,
        )
    wait = invitation.sent_at + SENT_AGAIN_AFTER - clock.now()
    raise TooMany(
        f"{invitation.email} got a mail less than five minutes ago. Send another when those have passed.",
        retry_after=max(1, round(wait.total_seconds())),
    )


def _send_link(invitation: Invitation, token: str, by: Membership) -> None:
    messaging.send_mail(
        to=invitation.email, template="invitation", category="account",
        context={
            "organization": queries.organization().name, "inviter": by.name, "role": invitation.role,
            "link": f"{settings.PUBLIC_URL}/invitations/{token}", "expires_at": invitation.expires_at,
        },
    )
