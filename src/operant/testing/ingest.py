"""For tests whose rows must really be committed: batches are written over another connection than the test's."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

import psycopg
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connections, transaction

from operant.config import databases
from operant.platform import tenancy
from operant.platform.ingest import Lane
from operant.platform.live.hub import hub
from operant.platform.tenancy.models import isolated_models

from . import cast as casting
from . import plugin
from .cast import Cast
from .waiting import soon

PATIENCE = 30


def parameters() -> dict[str, Any]:
    """Return how the ingesting role connects."""
    found = databases.ingest(settings.OPERANT)
    assert found is not None
    return found


@contextmanager
def administrator() -> Iterator[psycopg.Connection]:
    """Connect to the test database as its server's administrator; what is done is rolled back."""
    with psycopg.connect(**{**plugin.ADMIN, "dbname": plugin.DATABASE}) as connection:
        yield connection
        connection.rollback()


@asynccontextmanager
async def open_lane(lane: Lane) -> AsyncIterator[asyncio.Task]:
    """Let a lane write inside the block."""
    running = asyncio.create_task(lane.run(parameters()))
    try:
        await soon(lambda: lane.is_connected)
        yield running
    finally:
        lane.close()
        await asyncio.wait_for(running, PATIENCE)


@asynccontextmanager
async def listening() -> AsyncIterator[None]:
    """Let the process hear hints inside the block."""
    running = asyncio.create_task(hub.listen(databases.direct(settings.OPERANT)))
    try:
        await soon(lambda: hub.is_listening)
        yield
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


@contextmanager
def committed() -> Iterator[Cast]:
    """The cast, committed; afterwards all rows of its organizations are removed."""
    _remove()
    try:
        yield casting.build()
    finally:
        _remove()
        cache.clear()


def _remove() -> None:
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        # References are checked at the commit, so the order of the tables does not matter.
        cursor.execute("SELECT set_config('app.migrating', 'on', true)")
        # What a session that was killed left behind goes too.
        cursor.execute("SELECT id FROM organizations_organization WHERE slug IN ('harbour', 'meadow')")
        organizations = [row[0] for row in cursor.fetchall()]
        # What people do about themselves is written down at the operator's, which stands in every database.
        for model in isolated_models(apps):
            is_itself = model.__name__ == "Organization"
            column, gone = ("id", organizations) if is_itself else ("organization_id", [*organizations, tenancy.OPERATOR])
            cursor.execute(f'DELETE FROM "{model._meta.db_table}" WHERE {column} = ANY(%s)', [gone])
        cursor.execute("DELETE FROM relay_pairing WHERE organization_id = ANY(%s)", [organizations])
        ids = [str(each) for each in [*organizations, tenancy.OPERATOR]]
        cursor.execute("DELETE FROM procrastinate_jobs WHERE args->>'organization_id' = ANY(%s)", [ids])
        # Under hashes of whom they count; the cast of the next run may have the same ids.
        cursor.execute("DELETE FROM accounts_tries")
        people = "SELECT id FROM accounts_person WHERE email ~ '@(harbour|meadow)[.]example$'"
        cursor.execute(f"DELETE FROM account_emailaddress WHERE user_id IN ({people})")
        cursor.execute(f"DELETE FROM accounts_mail_change WHERE person_id IN ({people})")
        cursor.execute(f"DELETE FROM accounts_person WHERE id IN ({people})")
