"""pytest fixtures for every room."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from argon2 import PasswordHasher
from django.template.base import Template
from django.test import Client
from django.test.signals import template_rendered

from . import cast as casting
from . import reception as standing
from .cast import Cast
from .factors import proven


@pytest.fixture(scope="session", autouse=True)
def pages_alone(django_test_environment) -> None:
    """Clients of tests note the context of each page, and no more of each of its hundred parts: that took a while."""

    def noted(self, context):
        if context.template is self:
            template_rendered.send(sender=self, template=self, context=context)
        return self.nodelist.render(context)

    # The environment of Django's tests put one here that notes all, and puts back its own.
    Template._render = noted


@pytest.fixture
def cast(db, settings, monkeypatch) -> Cast:
    """The cast of operant.testing.cast, with hashing made cheap, sign-ups quick and an empty outbox."""
    monkeypatch.setattr("operant.panel.accounts.codes._hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    shutil.rmtree(settings.OUTBOX, ignore_errors=True)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SIGN_UP_SECONDS = 0
    return casting.ready()


@pytest.fixture
def signed_in(cast: Cast) -> Callable[..., Client]:
    """Return a function: a client in which that person of the cast is signed in, and `lately` proved themselves too."""

    def sign_in(person, *, lately: bool = False) -> Client:
        client = casting.signed_in(person)
        return proven(client, person) if lately else client

    return sign_in


@pytest.fixture
def reception(db) -> Iterator[None]:
    """The test itself reaches the tables about people; its requests and jobs do as they would anywhere."""
    with standing.held():
        yield


@pytest.fixture
def announced() -> Iterator[list]:
    """The events announced during the test, in order."""
    from operant.platform.events import announcing

    told: list = []

    def witness(event, row) -> None:
        told.append(event)

    announcing.WITNESSES.append(witness)
    yield told
    announcing.WITNESSES.remove(witness)
