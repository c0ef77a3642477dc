"""Owners' word for a member who lost their second factor: asked in every organization of that person, given in each."""

from uuid import UUID

from django.conf import settings
from django.urls import reverse

from operant.panel.accounts import queries as accounts
from operant.panel.accounts.actions import recovery
from operant.platform import clock, messaging, tenancy
from operant.platform.events import announce
from operant.platform.refusals import Gone, NotAllowed

from .. import events, queries
from ..models import Membership, Role, Vouching


def ask(*, recovery_id: UUID, person_id: UUID) -> None:
    """This function will ask the owners of every organization a person belongs to. Opens a scope for each."""
    asked = accounts.open_recovery(recovery_id)
    if asked is None:
        return
    for member in queries.memberships_of(person_id):
        with tenancy.organization_scope(member.organization_id):
            row, is_new = Vouching.objects.get_or_create(
                recovery=recovery_id, defaults={"person": asked.person, "asked_at": asked.asked_at, "until": asked.due_at}
            )
            if is_new:
                announce(events.VouchingAsked(name=asked.person.name), about=row)
                _write("vouching_asked", row)


def give(*, vouching: Vouching, by: Membership) -> None:
    """
    This function will note an owner's word that a member is who they say.

    :raises NotAllowed: for oneself.
    :raises Gone: when it was given before, or is no longer needed.
    """
    if vouching.person_id == by.person_id:
        raise NotAllowed("Another owner confirms that it is you.")
    if not vouching.give(by=by, at=clock.now()):
        raise Gone("This was confirmed already, or is no longer needed.")
    announce(
        events.VouchingGiven(
            recovery_id=str(vouching.recovery), person_id=str(vouching.person_id), name=vouching.person.name,
            given_by=by.person.name,
        ),
        about=vouching,
    )


def settle(*, recovery_id: UUID, person_id: UUID) -> None:
    """
    This function will let a person in once an owner of every organization they belong to has vouched for them.

    Opens a scope for each of them, and then the operator's.
    """
    members = queries.memberships_of(person_id)
    if members and all(_is_given(each.organization_id, recovery_id) for each in members):
        with tenancy.organization_scope(tenancy.OPERATOR):
            recovery.finish(recovery_id=recovery_id)


def end(*, recovery_id: UUID, person_id: UUID, is_done: bool) -> None:
    """This function will tell the owners who were asked how it ended. Opens a scope for each organization."""
    for member in queries.memberships_of(person_id):
        with tenancy.organization_scope(member.organization_id):
            row = Vouching.objects.select_related("person").filter(recovery=recovery_id, ended_at=None).first()
            if row and Vouching.objects.filter(pk=row.pk, ended_at=None).moved(ended_at=clock.now()):
                outcome = "it was removed" if is_done else "the request was canceled"
                announce(events.VouchingEnded(name=row.person.name, outcome=outcome), about=row)
                _write("vouching_ended", row, is_done=is_done)


def _is_given(organization_id: UUID, recovery_id: UUID) -> bool:
    with tenancy.organization_scope(organization_id):
        return Vouching.objects.filter(recovery=recovery_id, given_at__isnull=False, ended_at=None).exists()


def _write(template: str, row: Vouching, **more: bool) -> None:
    organization = queries.organization()
    context = {
        "name": row.person.name, "email": row.person.email, "organization": organization.name, "until": row.until,
        "link": settings.PUBLIC_URL + reverse("people", args=[organization.slug]), **more,
    }
    for owner in queries.members_from(Role.OWNER):
        if owner.person_id != row.person_id:
            messaging.send_mail(
                to=owner.person.email, template=template, category="security", person_id=owner.person_id, context=context
            )
