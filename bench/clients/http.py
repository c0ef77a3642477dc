"""As much of HTTP as a screen needs, on asyncio's streams."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any


class Connection:
    """One kept connection that asks for JSON, one request at a time."""

    def __init__(self, port: int, access: str) -> None:
        self.port, self.access, self.turn = port, access, asyncio.Lock()
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None
        self.closed = False

    async def request(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Return the status and the answer's JSON."""
        async with self.turn:
            if self.closed:
                raise ConnectionError("The connection was closed.")
            sent = json.dumps(body).encode() if body is not None else b""
            head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self.access}\r\n"
            kind = f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n" if method == "POST" else ""
            return await self._exchanged(f"{head}{kind}\r\n".encode() + sent)

    async def _exchanged(self, request: bytes) -> tuple[int, Any]:
        was_kept = self.writer is not None
        try:
            if self.writer is None:
                self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
            self.writer.write(request)
            return await self._answer()
        except (OSError, asyncio.IncompleteReadError):
            self._drop()
        except asyncio.CancelledError:
            # Its answer would be taken for that of the next request.
            self._drop()
            raise
        # Servers close what is idle; a browser then asks once more over a new connection.
        return await self._exchanged(request) if was_kept and not self.closed else (0, None)

    def close(self) -> None:
        self.closed = True
        self._drop()

    def reopen(self) -> None:
        self.closed, self.turn = False, asyncio.Lock()

    def _drop(self) -> None:
        if self.writer:
            self.writer.close()
        self.reader = self.writer = None

    async def _answer(self) -> tuple[int, Any]:
        head = (await self.reader.readuntil(b"\r\n\r\n")).lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        body = await self.reader.readexactly(length)
        return int(head[9:12]), json.loads(body) if body.startswith((b"{", b"[")) else None


class Events:
    """One event stream."""

    def __init__(self, port: int, path: str) -> None:
        self.port, self.path = port, path
        self.writer: asyncio.StreamWriter | None = None

    async def each(self, opened: asyncio.Future) -> AsyncIterator[tuple[str, Any]]:
        """Say that the stream is open, then give its events until it ends."""
        reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.writer.write(f"GET {self.path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n".encode())
        if b" 200 " not in await reader.readline():
            opened.set_exception(ConnectionError("The stream was refused."))
            return
        await reader.readuntil(b"\r\n\r\n")
        opened.set_result(None)
        kind = ""
        while line := await reader.readline():
            name, _, value = line.decode().rstrip("\r\n").partition(": ")
            if name == "event":
                kind = value
            elif name == "data":
                yield kind, json.loads(value)

    def close(self) -> None:
        if self.writer:
            self.writer.close()
