"""Whether this process lives (`/healthz`) and may be sent requests (`/readyz`), in raw ASGI before Django."""

import asyncio
import hmac
import json
import logging
import shutil
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader

from . import figures, peers
from .threads import in_thread

log = logging.getLogger("operant.health")
SILENT_SECONDS = 30
FULL_BYTES = 200 << 20
KEPT_SECONDS = 1.0
PATIENCE = 3.0
JSON = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]


@cache
def instance() -> str:
    """Return what tells this installation from every other one; it proves nothing and opens nothing."""
    return hmac.digest(settings.SECRET_KEY.encode(), b"operant instance", "sha256").hex()[:16]


async def alive(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """`GET /healthz`: the process answers. It says how the request arrived, so that a proxy in between can be checked."""
    seen = {
        "scheme": "https" if peers.is_secure(scope, trusted=settings.TRUSTED_PROXIES) else "http",
        "host": peers.header(scope, b"host").rsplit(":", 1)[0].lower() in settings.ALLOWED_HOSTS,
        "proxies": len([hop for hop in peers.header(scope, b"x-forwarded-for").split(",") if hop.strip()]),
    }
    await _answer(send, 200, {"status": "alive", "instance": instance(), "seen": seen})


class Readiness:
    """
    `GET /readyz`: whether requests may be sent here, and in short words why not.

    Looked up at most once a second, by one at a time, however many ask. `troubles` are of the process itself.
    """

    auth = "public"

    def __init__(self, troubles: Callable[[], list[str]]) -> None:
        self._troubles, self._found = troubles, ["starting"]
        self._at, self._looking = 0.0, None

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer one probe."""
        because = [*self._troubles(), *await self._looked()]
        body = {"status": "not ready", "because": because} if because else {"status": "ready"}
        await _answer(send, 503 if because else 200, body)

    async def _looked(self) -> list[str]:
        if self._looking is None and time.monotonic() - self._at > KEPT_SECONDS:
            self._looking = asyncio.create_task(self._look())
        if self._looking is not None:
            # A database that hangs must not make the probe hang, nor be asked by each of them.
            await asyncio.wait([self._looking], timeout=PATIENCE)
        if self._looking is not None and time.monotonic() - self._at > KEPT_SECONDS + PATIENCE:
            return ["database"]
        return self._found

    async def _look(self) -> None:
        try:
            self._found = await in_thread(examine)
            self._at = time.monotonic()
        except Exception:
            log.exception("It could not be found out whether this installation is ready.")
        finally:
            self._looking = None


def examine() -> list[str]:
    """Return in short words what keeps this installation from working."""
    found = [] if shutil.disk_usage(_existing(Path(settings.HOME))).free > FULL_BYTES else ["disk"]
    try:
        age = figures.worker_silent_for()
        found += [] if age is not None and age < SILENT_SECONDS else ["worker"]
        found += [] if _wanted() <= _applied() else ["migrations"]
    except Error:
        found.append("database")
    return found


def _existing(folder: Path) -> Path:
    return folder if folder.exists() else _existing(folder.parent)


@cache
def _wanted() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)


def _applied() -> set[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return set(cursor.fetchall())


async def _answer(send: Any, status: int, told: dict[str, Any]) -> None:
    body = json.dumps(told).encode()
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*JSON, length]})
    await send({"type": "http.response.body", "body": body})
