"""A database that does not keep organizations apart is served by nobody."""

import asyncio

import pytest
from asgiref.sync import async_to_sync
from django.db import OperationalError, connections

from operant.config import asgi, auditing
from operant.platform.observing import errors, figures, jobs
from operant.platform.observing.models import Failure
from operant.platform.queue import worker
from operant.platform.tenancy import audit
from operant.testing.queue import run_chore

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

@pytest.fixture
def broken(monkeypatch):
    """A policy that shows everything to everybody, in the owner's transaction, through which the audit then looks."""
    owner = connections["owner"]
    with owner.cursor() as cursor:
        cursor.execute('ALTER POLICY tenant ON "stage_dashboard" USING (true)')
    for module in (auditing, worker, jobs):
        monkeypatch.setattr(module, "connection", owner)


def began() -> list[dict]:
    """Begin the web process and end it again; return what it told its server."""
    told, waiting = [], [{"type": "lifespan.shutdown"}, {"type": "lifespan.startup"}]

    async def receive():
        return waiting.pop()

    async def send(message):
        told.append(message)

    async_to_sync(asgi.application)({"type": "lifespan"}, receive, send)
    return told


@pytest.fixture(autouse=True)
def unaudited(monkeypatch):
    monkeypatch.setattr(asgi, "AUDIT", auditing.Audit())
    monkeypatch.setattr(asgi, "_close_streams_on", lambda number: None)
    monkeypatch.setattr(errors, "keeper", errors.Keeper())


def test_web_begins_over_a_sound_database():
    assert [each["type"] for each in began()] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert asgi.AUDIT.troubles == []


def test_web_does_not_begin_over_a_broken_one_and_says_why(broken):
    (failed,) = began()
    assert failed["type"] == "lifespan.startup.failed"
    assert failed["message"].startswith("Nothing is served, because organizations would not be kept apart: stage_dashboard.tenant")
    assert asgi.AUDIT.troubles == ["audit"]


def test_the_worker_does_not_begin_over_a_broken_one(broken, monkeypatch):
    monkeypatch.setattr(worker.asyncio, "run", lambda work: pytest.fail("it began"))
    with pytest.raises(audit.NotIsolated, match="stage_dashboard.tenant"):
        worker.run_worker()


def test_the_nightly_audit_tells_whoever_runs_the_installation(broken):
    run_chore("observing.audit")
    assert figures.HOLES._value.get() == 1
    errors.keeper.write()
    (found,) = Failure.objects.filter(kind="operant.tenancy")
    assert "stage_dashboard.tenant" in found.message


def test_a_database_that_is_away_is_audited_when_it_comes_back(monkeypatch):
    answers = [OperationalError(), OperationalError(), None]

    async def looking(work):
        answer = answers.pop(0)
        if answer:
            raise answer

    monkeypatch.setattr(auditing, "in_thread", looking)
    monkeypatch.setattr(auditing, "RETRY_SECONDS", 0.0)

    async def beginning():
        audited = auditing.Audit()
        task = await audited.begin()
        assert audited.troubles == ["audit"]
        await task
        return audited.troubles

    assert asyncio.run(beginning()) == []


def test_one_that_comes_back_broken_ends_the_process(monkeypatch):
    answers, ended = [OperationalError(), audit.NotIsolated("stage_dashboard.tenant")], []

    async def looking(work):
        raise answers.pop(0)

    monkeypatch.setattr(auditing, "in_thread", looking)
    monkeypatch.setattr(auditing, "RETRY_SECONDS", 0.0)
    monkeypatch.setattr(auditing.os, "kill", lambda *how: ended.append(how))

    async def beginning():
        audited = auditing.Audit()
        await (await audited.begin())
        return audited.troubles

    assert asyncio.run(beginning()) == ["audit"]
    assert len(ended) == 1


