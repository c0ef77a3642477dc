"""How much of a request's head is taken in: the server's own parser keeps growing with whatever is sent."""

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# What one read from the network may hold comes on top, so no honest request with its body at once is near it.
MOST_BYTES = 512 * 1024


class BoundedHeads(HttpToolsProtocol):
    """Refuse requests whose line and headers do not end."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head, self._in_head = 0, True

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head += len(data)
            if self._head > MOST_BYTES:
                self.send_400_response("The head of this request is too large.")
                return
        super().data_received(data)

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._head, self._in_head = 0, True
        super().on_message_complete()
