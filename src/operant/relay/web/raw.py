"""What the raw ASGI functions of this room share: bodies and refusals."""

from operant.platform.live.asgi import Receive, Send
from operant.platform.refusals import Refusal

from ..wire import MOST_BYTES
from . import answers

JSON = b"application/json"


async def body(receive: Receive) -> bytes:
    """Return a request's body, or as much of it as shows that it is too long."""
    raw = b""
    while len(raw) <= MOST_BYTES:
        message = await receive()
        raw += message.get("body", b"")
        if not message.get("more_body", False):
            break
    return raw


async def refuse(send: Send, refusal: Refusal) -> None:
    """Send a refusal as a device reads it."""
    response = answers.refused(refusal)
    wait = response.headers.get("Retry-After")
    headers = [
        (b"content-type", JSON),
        (b"cache-control", b"no-store"),
        (b"content-length", str(len(response.content)).encode()),
    ]
    headers += [(b"retry-after", wait.encode())] if wait else []
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})
