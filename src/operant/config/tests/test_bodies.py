import asyncio

import pytest

from operant.config import bodies
from operant.panel.accounts.sessions import SessionStore
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


@pytest.fixture
def ada(cast, small, settings, signed_in):
    """Ada's session cookie, where files of up to 2000 bytes are taken."""
    settings.FILE_LIMIT = 2000
    return f"ot-session={signed_in(cast.ada).cookies['ot-session'].value}"


def test_only_uploads_of_somebody_who_is_signed_in_may_be_large(ada):
    assert asgi.ask("POST", "/o/harbour/sources/", b"x" * 3000, cookie=ada).status != 413
    assert asgi.ask("POST", "/o/harbour/sources/", b"x" * 3300, cookie=ada).status == 413
    assert asgi.ask("POST", "/o/harbour/sources/", b"x" * 3000).status == 413
    assert asgi.ask("POST", "/o/harbour/sources/", b"x" * 3000, cookie="ot-session=x").status == 413
    assert asgi.ask("POST", "/o/harbour/dashboards/", b"x" * 1001, cookie=ada).status == 413


def test_a_session_that_nobody_signed_in_with_lets_nothing_large_in(ada, client):
    session = SessionStore()
    session["visited"] = True
    session.save()
    cookie = f"ot-session={session.session_key}"
    assert asgi.ask("POST", "/o/harbour/sources/", b"x" * 3000, cookie=cookie).status == 413


def test_no_more_large_bodies_come_at_once_than_the_disk_takes(ada, monkeypatch):
    monkeypatch.setattr(bodies, "MOST_LARGE", 0)
    answer = asgi.ask("POST", "/o/harbour/sources/", b"x" * 3000, cookie=ada)
    assert (answer.status, answer.all("retry-after")) == (503, ["10"])
    assert asgi.ask("POST", "/o/harbour/sources/", b"x" * 1000, cookie=ada).status != 503
    monkeypatch.setattr(bodies, "MOST_LARGE", 1)
    # The one place is free again after each, taken or too large.
    sizes = [3000, 3300, 3000]
    assert [asgi.ask("POST", "/o/harbour/sources/", b"x" * size, cookie=ada).status == 413 for size in sizes] == [
        False, True, False]  # fmt: skip


def test_a_small_body_costs_no_question(ada, django_assert_num_queries):
    async def reading(scope, receive, send):
        await receive()

    async def receive():
        return {"type": "http.request", "body": b"x" * 1000, "more_body": False}

    scope = {"path": "/o/harbour/sources/", "headers": [(b"content-length", b"1000"), (b"cookie", ada.encode())]}
    with django_assert_num_queries(0):
        asyncio.run(bodies.bounded(reading, scope, receive, None, None))


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
