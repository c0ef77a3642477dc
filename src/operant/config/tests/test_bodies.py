import asyncio
import json

import pytest
from asgiref.sync import async_to_sync
from django.db import OperationalError, connection

from operant.config import bodies, uploads
from operant.panel.accounts.sessions import SessionStore
from operant.testing import api, asgi


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
    monkeypatch.setattr(uploads, "MOST", 0)
    answer = asgi.ask("POST", "/o/harbour/sources/", b"x" * 3000, cookie=ada)
    assert (answer.status, answer.all("retry-after")) == (503, ["10"])
    assert asgi.ask("POST", "/o/harbour/sources/", b"x" * 1000, cookie=ada).status != 503
    assert asgi.ask("POST", "/o/harbour/dashboards/", b"x" * 3000, cookie=ada).status == 413
    monkeypatch.setattr(uploads, "MOST", 1)
    # The one place is free again after each, taken or too large.
    sizes = [3000, 3300, 3000]
    assert [asgi.ask("POST", "/o/harbour/sources/", b"x" * size, cookie=ada).status == 413 for size in sizes] == [
        False, True, False]  # fmt: skip


def large(*shown, path="/o/harbour/sources/"):
    """The answers to large bodies that come one inside the other: none of them ends before the last has begun."""
    told = []

    async def staying(scope, receive, send):
        await receive()
        told.append("taken")
        await ask(scope["left"])

    async def receive():
        return {"type": "http.request", "body": b"x" * 3000, "more_body": False}

    async def refuse(message):
        told.append(message.get("status") or message["body"].decode())

    async def ask(left):
        if left:
            named = [(b"content-length", b"3000"), *left[0]]
            scope = {"path": path, "headers": named, "left": left[1:]}
            await bodies.bounded(staying, scope, receive, refuse, refuse)

    async_to_sync(ask)(shown)
    return told


def test_nobody_holds_every_place(ada, cast, signed_in):
    ben = f"ot-session={signed_in(cast.ben).cookies['ot-session'].value}"
    adas, bens = [(b"cookie", ada.encode())], [(b"cookie", ben.encode())]
    assert large(adas, adas, adas, bens) == ["taken", "taken", 429, uploads.TOO_MANY_OF_YOURS]
    assert large(adas, adas, bens, bens) == ["taken"] * 4
    assert (uploads._running, dict(uploads._senders)) == (0, {})


def test_the_tokens_of_a_person_share_the_places(ada, cast):
    shown = [
        [(b"authorization", f"Bearer {api.made(cast.at_harbour, cast.ada, name=name)[1]}".encode())] for name in "abc"
    ]
    *taken, status, problem = large(*shown, path="/api/v1/sources")
    assert (taken, status) == (["taken"] * 2, 429)
    assert (json.loads(problem)["code"], json.loads(problem)["detail"]) == ("too_many", uploads.TOO_MANY_OF_YOURS)


@pytest.mark.parametrize(("path", "kind"), [
    ("/api/v1/sources", "application/problem+json"), ("/o/harbour/sources/", "text/plain; charset=utf-8"),
])  # fmt: skip
def test_while_the_database_is_away_a_large_body_is_to_be_sent_again(ada, cast, path, kind):
    def away(*asked):
        raise OperationalError("the connection is lost")

    token = api.made(cast.at_harbour, cast.ada)[1]
    with connection.execute_wrapper(away):
        answer = asgi.ask("POST", path, b"x" * 3000, cookie=ada, authorization=f"Bearer {token}")
    assert (answer.status, answer.all("retry-after"), answer.all("content-type")) == (503, ["10"], [kind])
    assert answer.body.decode().count(uploads.AWAY) == 1


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
    assert (told[1]["status"], told[2]["body"]) == (408, bodies.TOO_SLOW.encode())


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
