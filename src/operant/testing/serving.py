"""A web process as it is served, which can be killed, and what an outsider is told by it."""

import http.client
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .waiting import free_port, until

SERVED = "operant.config.asgi:application"


@dataclass(frozen=True)
class Told:
    """An answer that came whole; its status is 0 when none did."""

    status: int = 0
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


@contextmanager
def web(application: str = SERVED, folder: Path | None = None) -> Iterator[tuple[subprocess.Popen, int]]:
    """Serve on a port of its own; an application of the test's own lies in `folder`."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", application, "--port", str(port), "--log-level", "error"]
    found = ["--app-dir", str(folder)] if folder else []
    process = subprocess.Popen([*command, *found], env={**os.environ, "OPERANT_POOL": "20"})
    try:
        until(lambda: process.poll() is not None or ask(port, "GET", "/healthz").status == 200, "a web process")
        assert process.poll() is None, "the web process ended by itself"
        yield process, port
    finally:
        process.kill()
        process.wait()


def ask(port: int, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Told:
    """Send one request over a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return Told(answer.status, answer.read(), tuple(answer.getheaders()))
    except (OSError, http.client.HTTPException):
        return Told()
    finally:
        connection.close()
