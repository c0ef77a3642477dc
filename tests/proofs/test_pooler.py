"""
Behind PgBouncer in transaction mode: connections are shared by whoever has a transaction, and nothing is left behind.

The whole proof is the suite itself with TEST_POOLER=1 (`make prove ONLY=pooler`). Here stand its control and what the
suite cannot see: that two clients really get the same connection.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections

from operant.cli.passwords import password
from operant.panel.organizations.models import Organization
from operant.platform import tenancy
from operant.platform.events.hints import CHANNEL
from operant.platform.live.hub import Hub
from operant.platform.queue import worker
from operant.testing import plugin, pooler

pytestmark = pytest.mark.skipif(not pooler.PROGRAM, reason=pooler.MISSING)


@pytest.fixture
def place():
    """Where PgBouncer answers, with one single connection to the server for all clients."""
    with pooler.pooled(plugin.ADMIN, {"ot_app": password(plugin.HOME, "ot_app")}, size=1) as running:
        yield running


@pytest.fixture
def client(place):
    def connect():
        secret = password(plugin.HOME, "ot_app")
        return psycopg.connect(pooler.address(place, "ot_app", secret, plugin.DATABASE), prepare_threshold=None)

    return connect


@pytest.fixture
def behind(place, django_db_setup, django_db_blocker):
    """Django's own connections, through PgBouncer, in transactions that are real."""
    kept = dict(connection.settings_dict)
    host, _, port = place.partition(":")
    with django_db_blocker.unblock():
        connection.close()
        # As DATABASE_DIRECT_URL has it: a statement that is kept would be looked for on another connection.
        options = {**kept["OPTIONS"], "prepare_threshold": None}
        connection.settings_dict.update(HOST=host, PORT=port, OPTIONS=options)
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict.update(kept)


def test_a_session_level_setting_reaches_the_next_client(client):
    """The control: this is what we never do."""
    with client() as first:
        first.execute("SET app.plain = 'of the first'")
    with client() as second:
        assert second.execute("SELECT current_setting('app.plain', true)").fetchone() == ("of the first",)
        second.execute("RESET ALL")


def test_a_scope_leaves_nothing_to_the_next_client(behind, client):
    with tenancy.organization_scope(tenancy.OPERATOR):
        assert Organization.objects.count() == 1
        pid = _pid()
    with client() as other:
        assert other.execute("SELECT pg_backend_pid()").fetchone() == (pid,)
        assert other.execute("SELECT current_setting('app.ctx', true), app.org()").fetchone() == ("", None)


def test_scopes_of_many_threads_share_one_connection(behind):
    def seen(number):
        organization = tenancy.OPERATOR if number % 2 else uuid4()
        try:
            with tenancy.organization_scope(organization):
                return [Organization.objects.count() for _ in range(3)] == [number % 2] * 3, _pid()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(_placed(seen), range(40)))
    assert {was_right for was_right, _ in answers} == {True}
    assert len({pid for _, pid in answers}) == 1


def test_hints_are_heard_past_the_pooler(client):
    async def story():
        hub, topic = Hub(), f"{uuid4()}/screens"
        listening = asyncio.create_task(hub.listen(settings.DATABASE_DIRECT))
        with hub.subscribe(frozenset([topic])) as subscription:
            assert await subscription.next(10) == [topic], "everybody is told when listening begins"
            await asyncio.to_thread(tell, topic)
            assert await subscription.next(10) == [topic]
        listening.cancel()

    def tell(topic):
        with client() as telling:
            telling.execute("SELECT pg_notify(%s, %s)", [CHANNEL, topic])

    asyncio.run(story())


def test_the_worker_listens_past_the_pooler(behind, client):
    async def listened():
        connector = worker.connector()
        await connector.open_async()
        try:
            row = await connector.execute_query_one_async("SELECT pg_backend_pid() AS pid")
        finally:
            await connector.close_async()
        return row["pid"]

    with client() as other:
        shared = other.execute("SELECT pg_backend_pid()").fetchone()[0]
        # The only connection behind the pooler is held by `other`: this would wait for it.
        assert asyncio.run(asyncio.wait_for(listened(), 20)) != shared


def _pid():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def _placed(work):
    """Each thread has connections of its own: they go where this one's go."""
    where = {key: connection.settings_dict[key] for key in ("HOST", "PORT")}

    def placed(number):
        connections["default"].settings_dict.update(where)
        return work(number)

    return placed
