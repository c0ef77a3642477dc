from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from operant.panel.accounts import actions as accounts
from operant.platform import tenancy
from operant.platform.events import announce
from operant.platform.refusals import Refusal, TooMany

from .. import events, naming, queries, rules
from ..models import Membership, Organization, Role
from . import pacing
from .belonging import enroll

if TYPE_CHECKING:
    from operant.panel.accounts.models import Person

FOUNDED_A_DAY = 10


def found(*, name: str, owner: "Person", organization_id: UUID | None = None) -> Organization:
    """
    This function will create an organization with its first owner. Opens its own scope.

    :raises Invalid: when the name is none that can be shown.
    :raises TooMany: after ten within a day, unless the owner runs this installation.
    """
    organization_id, name = organization_id or uuid4(), naming.of_organization(name)
    _keep_to_a_pace(owner)
    with tenancy.organization_scope(organization_id, owner.pk):
        organization = _created(organization_id, name)
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
    # Not as this person: whoever runs the installation does it.
    with tenancy.organization_scope(tenancy.OPERATOR):
        enroll(person=person, role=Role.OWNER)
    return person


def _keep_to_a_pace(owner: "Person") -> None:
    # Each could invite strangers under a name of its own.
    is_free = pacing.has_room("found", actor_id=owner.pk, most=FOUNDED_A_DAY)
    if not (is_free or rules.is_operator(queries.memberships_of(owner.pk))):
        raise TooMany("That is ten organizations within a day, the most there can be. Go on tomorrow.", retry_after=3600)


def _created(organization_id: UUID, name: str) -> Organization:
    stem = slugify(name)[:32].strip("-") or "organization"
    for slug in (stem, *(f"{stem}-{number}" for number in range(2, 6)), f"{stem}-{uuid4().hex[:6]}"):
        try:
            # Row security hides whose slug it is: only the unique index can tell that it is taken.
            with transaction.atomic():
                return Organization.objects.create(id=organization_id, slug=slug, name=name)
        except IntegrityError:
            continue
    raise Refusal("An address for this organization could not be found. Try again.")
