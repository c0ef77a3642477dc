import asyncio

import pytest

from operant.config.bodies import Bounded


async def app(scope, receive, send):
    """Read everything first, as Django does."""
    while (message := await receive()).get("more_body"):
        continue
    if message["type"] != "http.disconnect":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def ask():
    """Return a function that sends pieces of a body and returns the status and how many were taken."""
    bounded = Bounded(app, small=10, file=100, cookie="ot-session", secured=lambda scope, send: send)

    def asked(path, pieces, method="POST", **headers):
        left, sent = list(pieces), []

        async def receive():
            return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

        async def send(message):
            sent.append(message)

        named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        asyncio.run(bounded({"type": "http", "method": method, "path": path, "headers": named}, receive, send))
        return sent[0]["status"], len(pieces) - len(left)

    return asked


def test_what_fits_passes(ask):
    assert ask("/accounts/login/", [b"12345", b"12345"], content_length="10") == (200, 2)


def test_what_announces_too_much_is_refused_unread(ask):
    assert ask("/accounts/login/", [b"1" * 11], content_length="11") == (413, 0)


def test_what_announces_nothing_ends_at_the_limit(ask):
    assert ask("/relay/hello", [b"1" * 6] * 50) == (413, 2)


def test_only_uploads_of_somebody_with_a_session_may_be_large(ask):
    path, body = "/o/harbour/sources/", [b"1" * 100]
    assert ask(path, body, cookie="ot-session=x") == (200, 1)
    assert ask(path, body) == (413, 1)
    assert ask(path, body, method="PUT", cookie="ot-session=x") == (413, 1)
    assert ask("/o/harbour/people/", body, cookie="ot-session=x") == (413, 1)
    assert ask(path, [b"1" * 1_000_101], cookie="ot-session=x") == (413, 1)
