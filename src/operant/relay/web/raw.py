"""How the raw ASGI functions of this room answer."""

from operant.platform.live.asgi import Answer
from operant.platform.refusals import Refusal

from . import answers

JSON = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]


def refused(refusal: Refusal) -> Answer:
    """Return a refusal as a device reads it."""
    response = answers.refused(refusal)
    wait = response.headers.get("Retry-After")
    return Answer(refusal.status, response.content, [*JSON, (b"retry-after", wait.encode())] if wait else JSON)
