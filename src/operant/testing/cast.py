"""
The cast that every test knows.

Organization *Harbour* with Ada (owner), Ann (admin), Ben (editor) and Cleo (viewer); organization *Meadow* with
Mallory, who must never see any of it.
"""

from dataclasses import dataclass
from uuid import UUID, uuid5

from allauth.account.models import EmailAddress

from operant.panel.accounts.models import Person
from operant.panel.organizations import actions
from operant.panel.organizations.models import Membership, Organization, Role
from operant.platform import tenancy

PASSWORD = "correct horse battery"
_SPACE = UUID("5b0f2f0c-5d2c-4b5e-9d59-2f1f3f1b6c55")


@dataclass(frozen=True)
class Cast:
    """Everybody, and the two organizations they belong to."""

    harbour: Organization
    meadow: Organization
    ada: Person
    ann: Person
    ben: Person
    cleo: Person
    mallory: Person

    def at_harbour(self, person: Person | None = None):
        """Open Harbour's scope, acting as `person`."""
        return tenancy.organization_scope(self.harbour.pk, person.pk if person else None)

    def at_meadow(self, person: Person | None = None):
        """Open Meadow's scope, acting as `person`."""
        return tenancy.organization_scope(self.meadow.pk, person.pk if person else None)


def person(name: str, organization: str) -> Person:
    """Return a verified person with a name and a mail address at `<organization>.example`."""
    email = f"{name.lower()}@{organization}.example"
    made = Person.objects.create_user(email, PASSWORD, name=name, id=uuid5(_SPACE, email))
    EmailAddress.objects.create(user=made, email=email, verified=True, primary=True)
    return made


def build() -> Cast:
    """Return the cast, in the database."""
    ada, ann, ben, cleo = (person(name, "harbour") for name in ("Ada", "Ann", "Ben", "Cleo"))
    mallory = person("Mallory", "meadow")
    harbour = actions.found(name="Harbour", owner=ada)
    meadow = actions.found(name="Meadow", owner=mallory)
    with tenancy.organization_scope(harbour.pk, ada.pk):
        for member, role in ((ann, Role.ADMIN), (ben, Role.EDITOR), (cleo, Role.VIEWER)):
            Membership.objects.create(person=member, role=role)
    return Cast(harbour, meadow, ada, ann, ben, cleo, mallory)
