import asyncio

import uvicorn
from uvicorn.server import ServerState

from operant.config import heads
from operant.config.heads import MOST_BYTES, BoundedHeads


class Line(asyncio.Transport):
    """What the protocol writes to."""

    def __init__(self):
        super().__init__()
        self.sent, self.is_closed = b"", False

    def write(self, data):
        self.sent += data

    def close(self):
        self.is_closed = True

    def pause_reading(self):
        pass  # it asks to, and we go on as a rude client does

    def is_closing(self):
        return self.is_closed


def fed(*pieces):
    """Return the line after these pieces came, and the paths of the requests that were understood."""
    paths = []

    async def app(scope, receive, send):
        paths.append(scope["path"])
        await asyncio.Event().wait()

    async def feeding():
        config = uvicorn.Config(app, lifespan="off", log_config=None)
        config.load()
        protocol, line = BoundedHeads(config=config, server_state=ServerState(), app_state={}), Line()
        protocol.connection_made(line)
        for piece in pieces:
            if not line.is_closed:
                protocol.data_received(piece)
        await asyncio.sleep(0)
        return line, line.is_closed  # when the loop ends, every request does, and its line with it

    return *asyncio.run(feeding()), paths


def test_a_head_that_does_not_end_is_refused():
    line, is_closed, paths = fed(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ", *[b"a" * 65536] * 100)
    assert line.sent.startswith(b"HTTP/1.1 400") and is_closed and paths == []


def test_a_long_body_is_no_head():
    head = b"POST /sources HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % (2 * MOST_BYTES)
    _, is_closed, paths = fed(head, *[b"a" * 65536] * (2 * MOST_BYTES // 65536))
    assert paths == ["/sources"] and not is_closed


def waited_for(monkeypatch, *pieces):
    """Return what the server sent on a line that it closed because after these pieces nothing came."""

    async def waiting():
        config = uvicorn.Config(lambda *_: None, lifespan="off", log_config=None)
        config.load()
        protocol, line = BoundedHeads(config=config, server_state=ServerState(), app_state={}), Line()
        protocol.connection_made(line)
        for piece in pieces:
            protocol.data_received(piece)
        while not line.is_closed:
            await asyncio.sleep(0)
        return line.sent

    monkeypatch.setattr(heads, "MOST_SECONDS", 0.01)
    return asyncio.run(waiting())


def test_a_head_that_trickles_is_refused(monkeypatch):
    sent = waited_for(monkeypatch, b"GET / HTTP/1.1\r\nHost:")
    assert sent.endswith(b"The head of this request came too slowly.")


def test_a_line_on_which_nothing_comes_is_closed_without_a_word(monkeypatch):
    assert waited_for(monkeypatch) == b""


def test_a_head_that_came_is_waited_for_no_more():
    async def coming():
        config = uvicorn.Config(_never, lifespan="off", log_config=None)
        config.load()
        protocol = BoundedHeads(config=config, server_state=ServerState(), app_state={})
        protocol.connection_made(Line())
        before = protocol._late
        protocol.data_received(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return before.cancelled(), protocol._late

    assert asyncio.run(coming()) == (True, None)


async def _never(scope, receive, send):
    await asyncio.Event().wait()
