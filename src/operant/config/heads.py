"""
How much of a request's head is taken in, and how slowly: the server's own parser keeps growing with whatever is sent,
and waits for ever for the rest.
"""

from asyncio import TimerHandle
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# What one read from the network may hold comes on top, so no honest request with its body at once is near it.
MOST_BYTES = 512 * 1024
MOST_SECONDS = 20.0


class BoundedHeads(HttpToolsProtocol):
    """Refuse requests whose line and headers do not end, or not in time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head, self._in_head = 0, True
        self._late: TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head += len(data)
            if self._head > MOST_BYTES:
                self.send_400_response("The head of this request is too large.")
                return
        super().data_received(data)
        # Mostly a request comes whole, and needs no clock.
        if self._in_head and self._head:
            self._wait()

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._wait_no_more()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._head, self._in_head = 0, True
        super().on_message_complete()

    def _wait(self) -> None:
        self._late = self._late or self.loop.call_later(MOST_SECONDS, self._refuse)

    def _wait_no_more(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _refuse(self) -> None:
        self._late = None
        is_answering = self.cycle is not None and not self.cycle.response_complete
        if self.transport.is_closing():
            return
        if is_answering:
            self.cycle.keep_alive = False  # the answer before it is not cut off
        elif not self._head:
            # Browsers open lines ahead of their requests: a word on one would be taken for the answer to the next of these,
            # while of one that is closed without a word they know that nothing was heard there, and ask again.
            self.transport.close()
        else:
            self.send_400_response("The head of this request came too slowly.")
