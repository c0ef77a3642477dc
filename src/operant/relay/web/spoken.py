"""
What streams tell screens, as bytes. What many screens are told is written once and sent as it is to all of them.

Only `deploy` has an `id`, the checksum of that screen's manifest: an event stream keeps the last one it saw, so all others may be
the same for every screen of a board.
"""

import json
from functools import lru_cache
from typing import Any

from operant.platform.live import asgi

# Stands for a checksum, in which letters and digits are all there is.
HERE = "$"
PING = asgi.event("ping", "{}")
# Streams that end together come back apart: so many milliseconds for each, which is what opening one costs at most.
BACK_MILLISECONDS, LONGEST_BACK = 3, 30_000


def deploy(version: str | None, etag: str) -> bytes:
    """Return that there is something else to show. Only the checksum is a screen's own: what stands around it is written once."""
    before, between, after = _around(version)
    own = etag.encode()
    return b"%b%b%b%b%b" % (before, own, between, own, after)


@lru_cache(maxsize=2000)
def _around(version: str | None) -> list[bytes]:
    return asgi.event("deploy", _json({"version": version, "etag": HERE}), identity=HERE).split(HERE.encode())


@lru_cache(maxsize=20_000)
def data(key: str, seq: int, within: int) -> bytes:
    """Return that there is a new answer, to be asked for at some moment within these milliseconds."""
    return asgi.event("data", _json({"key": key, "seq": seq, "within": within}))


def command(public_id: str, kind: str) -> bytes:
    """Return what a screen is asked to do."""
    return asgi.event("command", _json({"id": public_id, "kind": kind}))


@lru_cache(maxsize=100)
def bye(streams: int) -> bytes:
    """Return that this process ends, with so many streams: each is to come back at some moment within these milliseconds."""
    return asgi.event("bye", _json({"within": min(LONGEST_BACK, max(1, streams) * BACK_MILLISECONDS)}))


def _json(told: dict[str, Any]) -> str:
    return json.dumps(told, separators=(",", ":"))
