from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import chain
from uuid import UUID

import psycopg
from django.db import connection, transaction
from psycopg.pq import TransactionStatus

from operant.platform import trail

from . import signing


class NestedScope(RuntimeError):
    """A scope was opened inside another; the inner context would leak outward."""


class NoScope(RuntimeError):
    """An organization's rows were asked for outside a scope."""


@dataclass(frozen=True)
class _Scope:
    organization_id: UUID | None
    person_id: UUID | None


_current: ContextVar[_Scope | None] = ContextVar("tenancy scope", default=None)
_at_reception: ContextVar[bool] = ContextVar("tenancy reception", default=False)
# There is one reception: what is signed is that this transaction stands at it.
_RECEPTION = UUID(int=0)


@contextmanager
def organization_scope(organization_id: UUID, person_id: UUID | None = None) -> Iterator[None]:
    """
    Open the outermost transaction, seeing one organization's rows and, when given, one person's memberships.

    :raises NestedScope: when a scope is open already.
    """
    with _scope(_Scope(UUID(str(organization_id)), person_id)):
        yield


@contextmanager
def person_scope(person_id: UUID) -> Iterator[None]:
    """
    Open the outermost transaction, seeing what belongs to one person across organizations: memberships.

    :raises NestedScope: when a scope is open already.
    """
    with _scope(_Scope(None, person_id)):
        yield


@contextmanager
def reception() -> Iterator[None]:
    """
    Let a block, or the function it decorates, read and write the tables about people (`policies.PEOPLE`).

    It opens no transaction: inside one it holds until the block ends, scopes that open inside have it, and a statement
    of its own has it for itself (`guard`). For the room that looks after people, and for nothing that a page composes.
    """
    if _at_reception.get():
        yield
        return
    token, is_within = _at_reception.set(True), connection.in_atomic_block
    try:
        if is_within:
            stand_at_reception()
        yield
    finally:
        _at_reception.reset(token)
        # What is broken is rolled back, and takes the setting along.
        if is_within and connection.in_atomic_block and not connection.needs_rollback and not _is_broken():
            _apply({signing.RECEPTION: ""})


def stand_at_reception() -> None:
    """Let the transaction that is open reach the tables about people."""
    _apply({signing.RECEPTION: signing.signed(signing.RECEPTION, _RECEPTION)})


def is_at_reception() -> bool:
    """Return whether this code may reach the tables about people."""
    return _at_reception.get()


def is_open() -> bool:
    """Return whether a scope is open here."""
    return _current.get() is not None


def current_organization_id() -> UUID:
    """
    Return the organization of the open scope.

    :raises NoScope: outside one.
    """
    scope = _current.get()
    if scope is None or scope.organization_id is None:
        raise NoScope("No organization is in scope: open organization_scope() first.")
    return scope.organization_id


def current_person_id() -> UUID | None:
    """Return the person the open scope acts for, or None for jobs, screens and outside a scope."""
    scope = _current.get()
    return scope.person_id if scope else None


@contextmanager
def _scope(scope: _Scope) -> Iterator[None]:
    if _current.get() is not None:
        raise NestedScope("A scope is open already: finish it before opening another.")
    with transaction.atomic(durable=True):
        _set(scope)
        token = _current.set(scope)
        trail.note(**{name: str(value) for name, value in vars(scope).items() if value})
        try:
            yield
        finally:
            _current.reset(token)
    # Only under a test's own transaction is there still one open: what the scope set must not outlive it.
    if connection.in_atomic_block and not connection.needs_rollback:
        _set(_Scope(None, None))


def _is_broken() -> bool:
    # A statement failed and nobody has rolled back yet: whatever is asked now would only hide why.
    return connection.connection.info.transaction_status == TransactionStatus.INERROR


def _set(scope: _Scope) -> None:
    _apply({
        signing.ORGANIZATION: signing.signed(signing.ORGANIZATION, scope.organization_id),
        signing.PERSON: signing.signed(signing.PERSON, scope.person_id),
        signing.RECEPTION: signing.signed(signing.RECEPTION, _RECEPTION if _at_reception.get() else None),
    })


def _apply(values: dict[str, str]) -> None:
    # Checked once and remembered (decision 0048), whatever the session said of it before.
    values = {**{signing.SEEN[name]: "" for name in values}, **values}
    settings = ", ".join("set_config(%s, %s, true)" for _ in values)
    connection.ensure_connection()
    # Bound by the server: Django pastes values into the statement, and pg_stat_activity shows those of every session
    # to each of the same role. A context that is seen works for whoever saw it until it is over. Never prepared: whoever
    # injects could put a statement of their own in its place, which the next scope on this connection would tell its context.
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(f"SELECT {settings}, app.remember()", list(chain.from_iterable(values.items())), prepare=False)
