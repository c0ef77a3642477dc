from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from django.core.cache import cache

from operant.panel.audit import actions
from operant.panel.audit.queries import exporting
from operant.panel.organizations import actions as organizations
from operant.panel.organizations.models import Membership, Role
from operant.platform import tenancy
from operant.platform.events.actors import coming_from
from operant.testing import ingest, plugin
from operant.testing.cast import Cast

TEXT = 'qu"ote \\ }],[" },"personal":[ ünï 🙂'


def busy(cast: Cast) -> None:
    """Let things happen in Harbour that have personal values of one, of two and of nobody."""
    with cast.at_harbour(cast.ada), coming_from("203.0.113.7"):
        by = Membership.objects.select_related("person").get(person=cast.ada)
        ben = Membership.objects.select_related("person").get(person=cast.ben)
        organizations.change_settings(organization=cast.harbour, name=f"Harbour {TEXT}")
        organizations.invite(by=by, email="dora@harbour.example", role=Role.VIEWER)
        organizations.change_role(by=by, member=ben, role=Role.ADMIN)
    with cast.at_harbour():
        organizations.enroll(person=cast.mallory, role=Role.VIEWER)


def sealed(cast: Cast, *, marked: bool = True) -> None:
    """Seal what waits in Harbour, and sign a checkpoint."""
    with cast.at_harbour():
        actions.seal()
        if marked:
            actions.mark()


def exported(organization_id: UUID) -> list[bytes]:
    """Return an organization's log, line by line."""
    return [line for page in exporting.pages(organization_id) for line in page]


@pytest.fixture
def log(cast) -> list[bytes]:
    """Harbour's log as a file has it: entries, checkpoints between and after them, personal values of several people."""
    busy(cast)
    sealed(cast)
    with cast.at_harbour(cast.ann):
        actions.note_export(by="Ann", form="JSON lines")
    sealed(cast)
    return exported(cast.harbour.pk)


@pytest.fixture
def committed(settings, django_db_setup, django_db_blocker) -> Iterator[Cast]:
    """The cast, really committed, for what others than ot_app do to the database."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_db_blocker.unblock():
        cache.clear()
        with ingest.committed() as made:
            yield made


@pytest.fixture
def superuser() -> Iterator[psycopg.Connection]:
    """Whoever may do everything to the database, as somebody who wants to rewrite what happened."""
    with psycopg.connect(**{**plugin.ADMIN, "dbname": plugin.DATABASE}, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


def operator_scope():
    return tenancy.organization_scope(tenancy.OPERATOR)
