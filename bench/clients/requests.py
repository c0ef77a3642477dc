"""Requests as fast as they are answered: N connections that are kept open, each with one request at a time."""

import asyncio
import itertools
import time
from collections.abc import Iterator

import uvloop

from bench.clients.talking import heard, say
from bench.timing import percentile


class Asking(asyncio.Protocol):
    """One connection: it sends the next prepared request when the last one was answered."""

    def __init__(self, run: "Run") -> None:
        self.run, self.buffer, self.began, self.first = run, b"", 0.0, True

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        self._next()

    def data_received(self, received: bytes) -> None:
        self.buffer += received
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return
        self.run.note(head, time.perf_counter() - self.began)
        self.buffer = b""
        self._next()

    def connection_lost(self, failure: Exception | None) -> None:
        self.run.lost(failure)

    def _next(self) -> None:
        self.began = time.perf_counter()
        may_ask = self.began < self.run.until or (self.first and self.run.once)
        request = next(self.run.requests, None) if may_ask else None
        self.first = False
        if request is None:
            self.transport.close()
        else:
            self.transport.write(request)


class Run:
    """One round: its deadline, its requests and what came back."""

    def __init__(self, requests: Iterator[bytes], seconds: float, clients: int, once: bool) -> None:
        self.requests, self.until, self.open, self.once = requests, time.perf_counter() + seconds, clients, once
        self.took: list[float] = []
        self.refused: dict[str, int] = {}
        self.over = asyncio.get_running_loop().create_future()

    def note(self, head: bytes, seconds: float) -> None:
        status = head[9:12].decode()
        if status[0] == "2":
            self.took.append(seconds)
        else:
            self.refused[status] = self.refused.get(status, 0) + 1

    def lost(self, failure: Exception | None) -> None:
        self.open -= 1
        if not self.open and not self.over.done():
            self.over.set_result(None)


async def run(requests: Iterator[bytes], port: int, clients: int, seconds: float, once: bool) -> dict[str, object]:
    loop, began, computed = asyncio.get_running_loop(), time.perf_counter(), time.process_time()
    this = Run(requests, seconds, clients, once)
    await asyncio.gather(*(loop.create_connection(lambda: Asking(this), "127.0.0.1", port) for _ in range(clients)))
    await asyncio.wait_for(this.over, seconds + 60)
    took = time.perf_counter() - began
    return {
        "a_second": len(this.took) / took, "p50": percentile(this.took, 0.5) * 1000 if this.took else None,
        "p99": percentile(this.took, 0.99) * 1000 if this.took else None,
        "last": max(this.took, default=0.0) * 1000, "refused": this.refused,
        "busy": (time.process_time() - computed) / took,
    }  # fmt: skip


def _length(head: bytes) -> int:
    lower = head.lower()
    at = lower.find(b"content-length:")
    return int(lower[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0


def main() -> None:
    spec = heard()
    requests = itertools.cycle(spec["requests"])
    while True:
        # To warm up, each request is sent once, however long that takes.
        is_warming = heard() == "each once"
        if is_warming:
            say(uvloop.run(run(iter(spec["requests"]), spec["port"], spec["clients"], 60.0, False)))
            continue
        say(uvloop.run(run(requests, spec["port"], spec["clients"], spec["seconds"], "once" in spec)))


if __name__ == "__main__":
    main()
