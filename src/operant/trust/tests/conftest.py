from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pyrage.x25519 import Identity

from operant.demo import building
from operant.panel.accounts.sessions import SessionStore
from operant.platform import tenancy
from operant.platform.messaging.models import Message
from operant.testing import plugin

from . import installations
from .installations import Installation

PASSWORD = "a harbour in the morning"
MAILS = 30


@pytest.fixture(scope="session")
def filled(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Installation]:
    """The demo's two organizations with mails and a signed-in browser. Tests leave it as it is."""
    with django_db_blocker.unblock():
        made = installations.make("operant_trust", tmp_path_factory.mktemp("filled"), template=plugin.DATABASE)
        with made.served():
            building.build(PASSWORD)
            for organization in (building.HARBOUR, building.MEADOW):
                write_mails(organization, MAILS)
            SessionStore().save(must_create=True)
        yield made
        installations.drop(made.name)


def write_mails(organization, count: int) -> None:
    with tenancy.organization_scope(organization):
        Message.objects.bulk_create(
            Message(category="notice", template="invitation", recipient=f"{number}@harbour.example",
                    subject=f"Letter {number}", text="Tuesday at nine", html="", state="accepted", due_at=None)
            for number in range(count)
        )  # fmt: skip


@pytest.fixture
def installation(django_db_blocker, tmp_path) -> Iterator[Callable[..., Installation]]:
    """Make installations that are gone after the test."""
    made: list[Installation] = []

    def make(name: str, template: str = "") -> Installation:
        made.append(installations.make(f"operant_trust_{name}", tmp_path / name, template=template))
        return made[-1]

    with django_db_blocker.unblock():
        yield make
        for one in made:
            installations.drop(one.name)


@pytest.fixture(scope="session")
def identity() -> Identity:
    return Identity.generate()


@pytest.fixture(scope="session")
def backup(filled, identity, django_db_blocker, tmp_path_factory) -> Path:
    """A backup of `filled`."""
    from operant.trust.actions.backing_up import back_up

    path = tmp_path_factory.mktemp("backups") / "whole.backup"
    with django_db_blocker.unblock(), filled.served():
        back_up(filled.source, path, identity.to_public(), lambda line: None)
    return path
