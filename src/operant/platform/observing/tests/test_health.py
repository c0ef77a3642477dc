"""Probes: alive without a database, ready only with everything, cheap under a flood."""

import asyncio
import json
import shutil
from collections import namedtuple

import pytest
from django.db import Error, connection

from operant.config import asgi
from operant.platform.live.hub import hub
from operant.platform.observing import health
from operant.testing.asgi import ask

Usage = namedtuple("Usage", "total used free")


@pytest.fixture(autouse=True)
def audited(monkeypatch):
    monkeypatch.setattr(asgi.AUDIT, "_is_done", True)
    monkeypatch.setattr(health, "KEPT_SECONDS", -1.0)


@pytest.fixture
def working(db):
    """An installation whose worker is alive."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")


def ready() -> tuple[int, list[str]]:
    answer = ask("GET", "/readyz")
    return answer.status, json.loads(answer.body).get("because", [])


def beat_stopped() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '31 seconds'")


def test_a_process_is_alive_without_asking_the_database(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        answer = ask("GET", "/healthz", host="somewhere.example", x_forwarded_for="1.2.3.4")
    told = json.loads(answer.body)
    assert answer.status == 200
    assert told == {"status": "alive", "instance": health.instance(), "seen": {"scheme": "http", "host": False, "proxies": 1}}
    assert answer.all("cache-control") == ["no-store"]


def test_probes_answer_head_too(working):
    assert (ask("HEAD", "/healthz").status, ask("HEAD", "/readyz").status) == (200, 200)


def test_an_installation_that_works_is_ready(working):
    assert ready() == (200, [])


def test_without_a_worker_it_is_not(db):
    assert ready() == (503, ["worker"])


def test_nor_when_the_worker_is_silent(working):
    beat_stopped()
    assert ready() == (503, ["worker"])


def test_nor_while_a_migration_is_missing(working):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'observing'")
    assert ready() == (503, ["migrations"])


def test_nor_with_a_full_disk(working, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda place: Usage(1 << 40, 1 << 40, 1000))
    assert ready() == (503, ["disk"])


def test_nor_when_the_database_is_away(working, monkeypatch):
    def away():
        raise Error("password=marzipan")

    monkeypatch.setattr(health.figures, "worker_silent_for", away)
    answer = ask("GET", "/readyz")
    assert (answer.status, json.loads(answer.body)) == (503, {"status": "not ready", "because": ["database"]})


def test_nor_while_it_stops_or_was_not_audited(working, monkeypatch):
    monkeypatch.setattr(hub, "closing", asyncio.Event())
    hub.closing.set()
    monkeypatch.setattr(asgi.AUDIT, "_is_done", False)
    assert ready() == (503, ["audit", "stopping"])
    assert ask("GET", "/healthz").status == 200


def test_a_flood_asks_once(monkeypatch):
    asked = []
    monkeypatch.setattr(health, "KEPT_SECONDS", 60.0)
    monkeypatch.setattr(health, "examine", lambda: asked.append(1) or [])
    probe = health.Readiness(list)
    statuses = []

    async def send(message):
        statuses.append(message.get("status"))

    async def flood():
        await asyncio.gather(*(probe({}, None, send) for _ in range(200)))

    asyncio.run(flood())
    assert (len(asked), [each for each in statuses if each]) == (1, [200] * 200)


def test_a_database_that_hangs_is_said_and_asked_once(monkeypatch):
    asked = []

    async def hanging(work):
        asked.append(1)
        await asyncio.Event().wait()

    monkeypatch.setattr(health, "in_thread", hanging)
    monkeypatch.setattr(health, "PATIENCE", 0.01)
    probe, told = health.Readiness(list), []

    async def send(message):
        told.append(message.get("status") or json.loads(message["body"])["because"])

    async def two():
        for _ in range(2):
            await probe({}, None, send)

    asyncio.run(two())
    assert (told, len(asked)) == ([503, ["database"], 503, ["database"]], 1)
