"""
The cast that every test knows.

Organization *Harbour* with Ada (owner), Ann (admin), Ben (editor) and Cleo (viewer); organization *Meadow* with
Mallory, who must never see any of it.
"""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.middleware.csrf import CSRF_SECRET_LENGTH, CSRF_SESSION_KEY
from django.test import Client
from django.utils.crypto import get_random_string

from operant.panel.accounts.models import Person
from operant.panel.accounts.sessions import SessionStore
from operant.panel.organizations import actions
from operant.panel.organizations.models import Membership, Organization, Role
from operant.platform import clock, tenancy

from .kept import Kept

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


@tenancy.reception()
def person(name: str, organization: str) -> Person:
    """Return a verified person with a name and a mail address at `<organization>.example`."""
    email = f"{name.lower()}@{organization}.example"
    made = Person.objects.create_user(email, PASSWORD, name=name, id=uuid5(_SPACE, email))
    EmailAddress.objects.create(user=made, email=email, verified=True, primary=True)
    return made


@tenancy.reception()
def signed_in(person: Person, **browser: Any) -> Client:
    """Return a browser in which somebody is signed in: with what a session holds then, and without the way there."""
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(person.pk), person.get_session_auth_hash()
    session[CSRF_SESSION_KEY] = get_random_string(CSRF_SECRET_LENGTH)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session.create()
    client = Client(**browser)
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


_kept: list[Kept] = []


def ready() -> Cast:
    """Return the cast, in the transaction of a test."""
    # What is committed, or made at an hour that a test has chosen, is made for that test.
    if not connection.in_atomic_block or clock.is_frozen():
        return build()
    if not _kept:
        _kept.append(Kept(build, lambda cast: [cast.harbour.pk, cast.meadow.pk]))
        return deepcopy(_kept[0].made)
    return _kept[0].again()


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
