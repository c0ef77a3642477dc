"""Waiting until something is so: tests never guess how long it takes."""

import asyncio
import socket
import time
from collections.abc import Callable
from typing import Any

PATIENCE = 60


def until(seen: Callable[[], Any], what: str = "it", within: float = PATIENCE, *, every: float = 0.02) -> Any:
    """Wait until the function returns something true, and return that. What is dear to ask is asked less often."""
    begun = time.monotonic()
    while not (found := seen()):
        assert time.monotonic() - begun < within, f"{what} did not come within {within:g} s"
        time.sleep(every)
    return found


async def soon(seen: Callable[[], Any], what: str = "it", within: float = PATIENCE) -> Any:
    """Wait until the function returns something true while others go on, and return that."""
    begun = time.monotonic()
    while not (found := seen()):
        assert time.monotonic() - begun < within, f"{what} did not come within {within:g} s"
        await asyncio.sleep(0.01)
    return found


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
