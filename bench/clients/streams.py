"""N open event streams: how long after a NOTIFY the last of them has the event."""

import asyncio
import time

import psycopg
import uvloop

from bench.clients.talking import heard, say
from bench.processes import more_files

AT_ONCE = 100


class Stream(asyncio.Protocol):
    """One stream: it counts an event whenever the marker arrives."""

    def __init__(self, crowd: "Crowd") -> None:
        self.crowd, self.opened, self.tail = crowd, asyncio.get_running_loop().create_future(), b""

    def connection_made(self, transport: asyncio.Transport) -> None:
        transport.write(self.crowd.request)

    def data_received(self, received: bytes) -> None:
        if not self.opened.done():
            self.opened.set_result(received.startswith(b"HTTP/1.1 200"))
        elif self.crowd.marker in received:
            self.crowd.note()

    def connection_lost(self, failure: Exception | None) -> None:
        if not self.opened.done():
            self.opened.set_result(False)
        self.crowd.lost += 1


class Crowd:
    def __init__(self, request: bytes, marker: bytes) -> None:
        self.request, self.marker, self.lost, self.count, self.wanted = request, marker, 0, 0, 0
        self.all_told = asyncio.Event()

    def note(self) -> None:
        self.count += 1
        if self.count >= self.wanted:
            self.all_told.set()

    async def open(self, port: int, clients: int) -> int:
        loop, streams = asyncio.get_running_loop(), []
        for first in range(0, clients, AT_ONCE):
            many = range(first, min(first + AT_ONCE, clients))
            pairs = [loop.create_connection(lambda: Stream(self), "127.0.0.1", port) for _ in many]
            made = [protocol for _, protocol in await asyncio.gather(*pairs)]
            await asyncio.wait_for(asyncio.gather(*(each.opened for each in made)), 120)
            streams += [each for each in made if each.opened.result()]
        return len(streams)

    async def told(self, notifying: psycopg.Connection, channel: str, topic: str, streams: int) -> float:
        self.count, self.wanted = 0, streams
        self.all_told.clear()
        began = time.perf_counter()
        notifying.execute("SELECT pg_notify(%s, %s)", [channel, topic])
        await asyncio.wait_for(self.all_told.wait(), 60)
        return (time.perf_counter() - began) * 1000


async def main() -> None:
    more_files()
    spec = heard()
    crowd = Crowd(spec["request"], spec["marker"])
    open_ = await crowd.open(spec["port"], spec["clients"])
    heard()
    say(open_)
    with psycopg.connect(spec["dsn"], autocommit=True) as notifying:
        while await asyncio.to_thread(heard) == "go":
            say(await crowd.told(notifying, spec["channel"], spec["topic"], open_ - crowd.lost))


if __name__ == "__main__":
    uvloop.run(main())
