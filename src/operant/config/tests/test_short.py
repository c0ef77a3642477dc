import asyncio

import pytest
from asgiref.sync import async_to_sync

from operant.config import short
from operant.platform.live.asgi import Answer


class Client:
    """Somebody who sends these pieces of a body, and then nothing more."""

    def __init__(self, *pieces):
        self.pieces, self.sent = list(pieces), []

    async def receive(self):
        if not self.pieces:
            await asyncio.Event().wait()
        body, more = self.pieces.pop(0)
        if body is None:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": body, "more_body": more}

    async def send(self, message):
        self.sent.append(message)


@pytest.fixture
def given():
    """What the route was given."""
    return []


@pytest.fixture
def ask(given):
    async def route(scope, body):
        given.append(body)
        return Answer(200, b"{}", [(b"content-type", b"application/json")])

    routes = short.Routes({("POST", "/beat"): route}, headers=lambda scope: [(b"x-more", b"1")], trusted_proxies=0)

    def asking(client, *, method="POST", path="/beat"):
        scope = {"type": "http", "method": method, "path": path, "headers": []}
        return async_to_sync(routes.answered)(scope, client.receive, client.send)

    return asking


def test_a_body_in_pieces_is_one(ask, given):
    client = Client((b"a", True), (b"b", True), (b"c", False))
    assert ask(client) is True
    assert given == [b"abc"]
    start, end = client.sent
    headers = dict(start["headers"])
    assert (start["status"], headers[b"content-length"], headers[b"x-more"]) == (200, b"2", b"1")
    assert end == {"type": "http.response.body", "body": b"{}"}


@pytest.mark.parametrize(("method", "path"), [("GET", "/beat"), ("POST", "/beat/"), ("POST", "/other")])
def test_all_else_is_left_to_others(ask, given, method, path):
    client = Client()
    assert (ask(client, method=method, path=path), client.sent, given) == (False, [], [])


def test_a_body_that_does_not_end_is_refused(ask, given, monkeypatch):
    monkeypatch.setattr(short, "MOST_SECONDS", 0.05)
    client = Client((b"a", True))
    assert ask(client) is True
    assert (client.sent[0]["status"], client.sent[1]["body"], given) == (408, short.TOO_SLOW.encode(), [])


def test_of_a_large_body_as_much_is_read_as_shows_it(ask, given):
    client = Client(*[(b"a" * 40_000, True)] * 5)
    ask(client)
    assert (given, len(client.pieces)) == ([b"a" * 80_000], 3)


def test_whoever_left_in_the_middle_is_not_heard(ask, given):
    client = Client((b"a", True), (None, False))
    assert (ask(client), client.sent, given) == (True, [], [])
