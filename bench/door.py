"""A port on loopback that leads to the house's database server, which itself listens on a socket in a folder only."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator


@contextlib.contextmanager
def opened(port: int, path: str) -> Iterator[None]:
    """Lead this port to the socket at a path, meanwhile."""
    loop, is_open = asyncio.new_event_loop(), threading.Event()

    async def serve() -> None:
        async with await asyncio.start_server(lambda *ends: _carried(path, *ends), "127.0.0.1", port):
            is_open.set()
            await asyncio.Event().wait()

    def run() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(serving)
        loop.close()

    serving = loop.create_task(serve())
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    is_open.wait(10)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(serving.cancel)
        thread.join(10)


async def _carried(path: str, outside: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
    inside, forth = await asyncio.open_unix_connection(path)
    await asyncio.gather(_pour(outside, forth), _pour(inside, back))


async def _pour(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while piece := await source.read(1 << 16):
            target.write(piece)
            await target.drain()
    target.close()
