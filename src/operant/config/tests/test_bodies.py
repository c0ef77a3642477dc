import asyncio

import pytest

from operant.config import bodies
from operant.testing import asgi


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(bodies, "MOST", 1000)


def test_a_body_that_says_it_is_too_large_is_not_read(db, small):
    answer = asgi.ask("POST", "/relay/hello", b"{}", content_length="1001")
    assert answer.status == 413
    assert answer.all("content-security-policy") != []


def test_a_body_that_does_not_say_how_large_it_is_ends_at_the_limit(db, small):
    assert asgi.ask("POST", "/relay/hello", b"x" * 1001, content_length="").status == 413


def test_a_body_within_the_limit_is_answered(db, small):
    assert asgi.ask("POST", "/relay/hello", b"x" * 1000).status == 422


def test_only_uploads_of_somebody_with_a_session_may_be_large(cast, small, settings):
    settings.FILE_LIMIT = 2000
    assert asgi.ask("POST", "/o/harbour/sources/", b"x" * 3000, cookie="ot-session=x").status != 413
    assert asgi.ask("POST", "/o/harbour/sources/", b"x" * 3300, cookie="ot-session=x").status == 413
    assert asgi.ask("POST", "/o/harbour/sources/", b"x" * 3000).status == 413
    assert asgi.ask("POST", "/o/harbour/dashboards/", b"x" * 1001, cookie="ot-session=x").status == 413


def test_a_body_that_trickles_is_refused(db, monkeypatch):
    monkeypatch.setattr(bodies, "GRACE_SECONDS", 0.05)
    told = []

    async def receive():
        if told == []:
            told.append("begun")
            return {"type": "http.request", "body": b"{", "more_body": True}
        return await asyncio.Event().wait()

    async def send(message):
        told.append(message)

    async def reading(scope, receive, send):
        while (await receive()).get("more_body"):
            continue

    scope = {"path": "/relay/hello", "headers": []}
    asyncio.run(bodies.bounded(reading, scope, receive, send, send))
    assert (told[1]["status"], told[2]["body"]) == (408, bodies.TOO_SLOW)


def test_a_client_that_stays_after_its_body_is_no_slow_one():
    messages = [{"type": "http.disconnect"}, {"type": "http.request", "body": b"{}", "more_body": False}]
    seen = []

    async def receive():
        await asyncio.sleep(0)
        return messages.pop()

    async def staying(scope, receive, send):
        seen.extend([await receive(), await receive()])

    asyncio.run(bodies.bounded(staying, {"path": "/live", "headers": []}, receive, None, None))
    assert [each["type"] for each in seen] == ["http.request", "http.disconnect"]
