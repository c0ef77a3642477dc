"""A stream that is written to at the moment its event comes: no task wakes for it, so thousands are told at once."""

import asyncio
import types
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Line:
    """
    One open stream and the bytes on their way to it.

    What comes while the client reads too slowly is kept once per event.
    """

    __slots__ = ("topics", "_send", "_event_of", "_ping", "_every", "_timer", "_writing", "_kept", "is_over")

    def __init__(
        self, topics: frozenset[str], send: Send, event_of: Callable[[str], bytes], *, ping: bytes, every: float
    ) -> None:
        self.topics, self._send, self._event_of = topics, send, event_of
        self._ping, self._every = ping, every
        self._writing: asyncio.Task[None] | None = None
        self._kept: dict[bytes, None] | None = None
        self.is_over = False
        self._timer = asyncio.get_running_loop().call_later(every, self._pulse)

    def push(self, topic: str) -> None:
        """Write the event of a topic."""
        self._write(self._event_of(topic))

    def end(self) -> None:
        """Say that nothing more comes; a server then tells whoever receives that the client is gone."""
        if not self.is_over:
            self.is_over = True
            self._timer.cancel()
            if self._writing is None:
                self._begin({"type": "http.response.body", "body": b""})

    def _pulse(self) -> None:
        self._write(self._ping)
        self._timer = asyncio.get_running_loop().call_later(self._every, self._pulse)

    def _write(self, body: bytes) -> None:
        if self.is_over:
            return
        if self._writing is None:
            self._begin({"type": "http.response.body", "body": body, "more_body": True})
        else:
            self._kept = self._kept or {}
            self._kept[body] = None

    def _begin(self, message: dict[str, Any]) -> None:
        # A server's send waits only while its client reads too slowly; until then it needs no task to end.
        sending = self._send(message)
        try:
            waiting = sending.send(None)  # type: ignore[attr-defined]
        except StopIteration:
            return
        except OSError:
            # The client left, which `receive` is about to say.
            self.is_over = True
            self._timer.cancel()
            return
        self._writing = asyncio.ensure_future(_resumed(sending, waiting))  # type: ignore[arg-type]
        self._writing.add_done_callback(self._written)

    def _written(self, done: asyncio.Task[None]) -> None:
        self._writing = None
        if done.cancelled() or done.exception() is not None:
            self.is_over = True
            self._timer.cancel()
        elif self.is_over:
            self._begin({"type": "http.response.body", "body": b""})
        elif self._kept:
            kept, self._kept = b"".join(self._kept), None
            self._write(kept)


async def _resumed(sending: Coroutine[Any, Any, None], waiting: Any) -> None:
    await _rest(sending, waiting)


@types.coroutine
def _rest(sending: Coroutine[Any, Any, None], waiting: Any) -> Generator[Any, Any, None]:
    yield waiting
    yield from sending
