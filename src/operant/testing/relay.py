"""A television for tests: it speaks the device protocol and remembers what it was given."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from asgiref.sync import async_to_sync
from django.http import QueryDict
from django.test import Client
from django.utils.datastructures import CaseInsensitiveMapping

from operant.config.asgi import RAW, SHORT
from operant.platform import clock, tenancy
from operant.relay import devices as agents
from operant.relay.actions import credentials, pairing
from operant.relay.models import Screen
from operant.relay.wire import HelloBody

AGENT = (
    "Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/120.0.6099.270 Safari/537.36 WebAppManager"
)


class Tv:
    """One device. Each method is one request; answers of refused ones are returned like all others."""

    def __init__(self, *, address: str = "10.0.0.7") -> None:
        self.client = Client(headers={"user-agent": AGENT}, REMOTE_ADDR=address)
        self.address, self.hello = address, {}
        self.access = self.refresh = self.screen = ""

    def say_hello(self, **body: Any) -> Any:
        response = self.post("hello", {"viewport": {"w": 1920, "h": 1080}, **body})
        self.hello = response.json()
        return response

    def ask_pairing(self) -> Any:
        response = self.post("pairing", {"device": self.hello["device"], "secret": self.hello["secret"]})
        if response.status_code == 200:
            self._keep(response.json())
        return response

    def renew(self, refresh: str = "") -> Any:
        response = self.post("token", {"refresh": refresh or self.refresh})
        if response.status_code == 200:
            self._keep(response.json())
        return response

    def get(self, path: str, **headers: str) -> Any:
        address, _, query = f"/relay/{path}".partition("?")
        headers = {"authorization": f"Bearer {self.access}", **headers}
        if ("GET", address) in SHORT.by_key:
            return call("GET", address, query=query, headers=headers)
        return self.client.get(address, query_params=QueryDict(query), headers=headers)

    def post(self, path: str, body: Any) -> Any:
        address, raw = f"/relay/{path}", body if isinstance(body, str | bytes) else json.dumps(body)
        headers = {"authorization": f"Bearer {self.access}"} if self.access else {}
        if ("POST", address) in SHORT.by_key:
            return call("POST", address, headers=headers)
        return self.client.post(address, raw, content_type="application/json", headers=headers)

    def beat(self, body: dict[str, Any] | bytes | None = None, **changes: Any) -> "Answer":
        raw = body if isinstance(body, bytes) else json.dumps(heartbeat(**changes) if body is None else body).encode()
        return call("POST", "/relay/heartbeat", raw, headers={"authorization": f"Bearer {self.access}"})

    def _keep(self, told: dict[str, Any]) -> None:
        self.access, self.refresh = told["access"], told["refresh"]
        self.screen = told.get("screen", self.screen)


class Answer:
    """What a raw ASGI function answered."""

    def __init__(self, messages: list[dict[str, Any]]) -> None:
        self.status_code = messages[0]["status"]
        self.headers = CaseInsensitiveMapping({name.decode(): value.decode() for name, value in messages[0]["headers"]})
        self.content = b"".join(message.get("body", b"") for message in messages[1:])

    def json(self) -> Any:
        return json.loads(self.content)


def heartbeat(**changes: Any) -> dict[str, Any]:
    """Return the body of a healthy heartbeat, with these parts changed."""
    rendered = changes.pop("version", None)
    return {
        "viewport": {"w": 1920, "h": 1080},
        "browser": {"engine": "Chromium", "major": 120},
        "rendered": {"version": rendered, "at": clock.now().isoformat() if rendered else None},
        "errors": [],
        **changes,
    }


def fault(code: str = "script_error", message: str = "x is undefined", count: int = 1) -> dict[str, Any]:
    """Return one client error as a screen reports it."""
    now = clock.now().isoformat()
    return {"code": code, "message": message, "count": count, "first": now, "last": now}


def paired(tv: Tv, scope: Callable[..., Any], by: Any, *, name: str = "Lobby", dashboard: Any = None) -> Screen:
    """Take a television through the whole pairing, as its requests would, and return its screen."""
    seen = HelloBody.model_validate({"viewport": {"w": 1920, "h": 1080}})
    device = pairing.hello(body=seen, device=agents.read(AGENT), address=tv.address).device
    with scope(by):
        screen = pairing.pair(device=device, name=name, dashboard=dashboard, by=by)
    device.refresh_from_db()
    with tenancy.organization_scope(screen.organization_id):
        given = credentials.exchange(pairing=device)
    assert given
    tv.access, tv.refresh, tv.screen = given.access, given.refresh, screen.public_id
    return screen


def call(
    method: str, path: str, body: bytes = b"", *, query: str = "", headers: dict[str, str] | None = None
) -> Answer:
    """Send one request past Django, to a raw route that answers at once."""
    return async_to_sync(calling)(method, path, body, query=query, headers=headers)


async def calling(
    method: str, path: str, body: bytes = b"", *, query: str = "", headers: dict[str, str] | None = None
) -> Answer:
    """Do the same among others at once."""
    messages: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        messages.append(message)

    pairs = [(name.encode(), value.encode("latin-1")) for name, value in (headers or {}).items()]
    scope = _scope(method, path, query, pairs)
    assert await SHORT.answered(scope, receive, send) or await RAW.answered(scope, receive, send)
    return Answer(messages)


async def beating(access: str, **changes: Any) -> Answer:
    """Send one heartbeat among others at once."""
    body = json.dumps(heartbeat(**changes)).encode()
    return await calling("POST", "/relay/heartbeat", body, headers={"authorization": f"Bearer {access}"})


class Listening:
    """One open stream of a screen: what it was told, and what happens between."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.status = 0
        self._leave = asyncio.Event()
        self._told = asyncio.Event()

    async def __aenter__(self) -> "Listening":
        scope = _scope("GET", "/relay/stream", self.query, [])
        self._task = asyncio.create_task(RAW.answered(scope, self._receive, self._send))
        return self

    async def __aexit__(self, *failure: Any) -> None:
        self._leave.set()
        await asyncio.wait_for(self._task, 5)

    async def until(self, count: int) -> list[tuple[str, dict[str, Any]]]:
        """Wait until so many events came in all."""
        while len(self.events) < count:
            self._told.clear()
            await asyncio.wait_for(self._told.wait(), 5)
        return self.events

    async def over(self) -> None:
        """Wait until the stream ended by itself."""
        await asyncio.wait_for(asyncio.shield(self._task), 5)

    async def _receive(self) -> dict[str, Any]:
        await self._leave.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        self.status = message.get("status", self.status)
        for block in message.get("body", b"").decode().split("\n\n"):
            fields = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line)
            if "event" in fields:
                self.events.append((fields["event"], json.loads(fields["data"])))
        self._told.set()


def _scope(method: str, path: str, query: str, headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    return {"type": "http", "method": method, "path": path, "query_string": query.encode(), "headers": headers}
