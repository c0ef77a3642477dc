"""The whole program as a server calls it: raw routes, static files and Django behind one function."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from asgiref.sync import async_to_sync
from django.core.signals import request_finished, request_started
from django.db import close_old_connections


@dataclass(frozen=True)
class Answer:
    """What the program answered; of a stream, what came until its client left."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        """Return every value of one header."""
        return [value for header, value in self.headers if header == name.lower()]

    @property
    def cookies(self) -> set[str]:
        """Return the names of the cookies that were set."""
        return {value.partition("=")[0] for value in self.all("set-cookie")}


def ask(method: str, address: str, body: bytes = b"", **headers: str) -> Answer:
    """Send one request through the ASGI program; header names are written with underscores."""
    from operant.config.asgi import application

    sent: list[dict[str, Any]] = []
    with _connection_kept():
        async_to_sync(_exchange)(application, scope(method, address, body, **headers), body, sent)
    start = next(message for message in sent if message["type"] == "http.response.start")
    pairs = [(name.decode().lower(), value.decode()) for name, value in start["headers"]]
    return Answer(start["status"], pairs, b"".join(message.get("body", b"") for message in sent))


def scope(method: str, address: str, body: bytes = b"", **headers: str) -> dict[str, Any]:
    """Return a request as a server hands it over."""
    parts = urlsplit(address)
    named = {"host": "localhost", "content_length": str(len(body))} | headers
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": parts.path, "raw_path": parts.path.encode(), "query_string": parts.query.encode(), "root_path": "",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in named.items()],
        "client": ("127.0.0.1", 50000), "server": ("localhost", 80),
    }  # fmt: skip


async def _exchange(application: Any, scope: dict[str, Any], body: bytes, sent: list[dict[str, Any]]) -> None:
    waiting, left = [{"type": "http.request", "body": body, "more_body": False}], asyncio.Event()

    async def receive() -> dict[str, Any]:
        if not waiting:
            await left.wait()
            return {"type": "http.disconnect"}
        return waiting.pop()

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)
        if message.get("more_body"):
            left.set()

    await application(scope, receive, send)


@contextmanager
def _connection_kept() -> Iterator[None]:
    # The test's own transaction lives on it.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
