"""pytest fixtures for every room."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from argon2 import PasswordHasher
from django.test import Client

from . import cast as casting
from .cast import Cast


@pytest.fixture
def cast(db, settings, monkeypatch) -> Cast:
    """The cast of operant.testing.cast, with hashing made cheap, sign-ups quick and an empty outbox."""
    monkeypatch.setattr("operant.panel.accounts.codes._hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    shutil.rmtree(settings.OUTBOX, ignore_errors=True)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SIGN_UP_SECONDS = 0
    return casting.build()


@pytest.fixture
def signed_in(cast: Cast) -> Callable[..., Client]:
    """Return a function: a client in which that person of the cast is signed in."""

    def sign_in(person) -> Client:
        client = Client()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


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
