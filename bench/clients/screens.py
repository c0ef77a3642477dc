"""
Many screens in one process: each speaks the device protocol as the player does, and paints nothing.

Words: `ready` (say that it runs), `open` (connect all), `settle` (each says what it shows), `painted` (wait for a version),
`figures` (wait for new data), `beat` (go on for some seconds with heartbeats), `drop` (lose every connection), `back` (return
at once, as after a power cut), `move` (once the server has ended every stream, go to another port when it said).
"""

import asyncio
import contextlib
import random
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import uvloop

from bench.clients.http import Connection, Events
from bench.clients.talking import heard, say
from bench.processes import more_files

AT_ONCE, OPENING = 40, 120.0
BEAT = {"viewport": {"w": 1920, "h": 1080}, "browser": {"engine": "Chromium", "major": 120}, "errors": []}


class Screen:
    """One device: a connection for what it asks, a stream for what it is told, and what it shows."""

    def __init__(self, crowd: "Crowd", access: str) -> None:
        self.crowd, self.port = crowd, crowd.port
        self.asking = Connection(crowd.port, access)
        self.spare = Connection(crowd.port, access)
        self.version: str | None = None
        self.etag = ""
        self.seen: dict[str, int] = {}
        self.painted: dict[str, float] = {}
        self.refreshed: list[float] = []
        self.within = 0
        self.listening: asyncio.Task | None = None
        self.beating: asyncio.Task | None = None

    async def open(self, port: int = 0) -> None:
        self.port = port or self.port
        status, ticket = await self.asking.request("POST", "/relay/ticket")
        if status != 200:
            raise ConnectionError(f"A ticket was answered with {status}.")
        opened = asyncio.get_running_loop().create_future()
        self.listening = asyncio.create_task(self._listen(ticket["ticket"], opened))
        await asyncio.wait_for(opened, 60)
        await self._manifest()

    async def beat(self) -> int:
        rendered = {"version": self.version, "at": datetime.now(UTC).isoformat() if self.version else None}
        # A browser opens another connection rather than let a heartbeat wait for a manifest.
        line = self.spare if self.asking.turn.locked() else self.asking
        status, _ = await line.request("POST", "/relay/heartbeat", {**BEAT, "rendered": rendered})
        return status

    async def settle(self) -> None:
        # The first heartbeat with a version is news; from the second on it is what a standing fleet sends.
        for _ in range(2):
            while await self.beat() != 200:
                await asyncio.sleep(1)

    async def keep_beating(self, every: float) -> None:
        await asyncio.sleep(random.random() * every)
        while True:
            began = time.monotonic()
            self.crowd.statuses.append(await self.beat())
            await asyncio.sleep(max(0.0, began + every * random.uniform(0.8, 1.2) - time.monotonic()))

    def close(self) -> None:
        for task in (self.listening, self.beating):
            if task:
                task.cancel()
        for line in (self.asking, self.spare):
            line.close()

    async def _listen(self, ticket: str, opened: asyncio.Future) -> None:
        events = Events(self.port, f"/relay/stream?ticket={ticket}&after={self.etag}")
        try:
            async for kind, told in events.each(opened):
                if kind == "deploy" and told["etag"] != self.etag:
                    await self._manifest()
                elif kind == "bye":
                    self.within = told["within"]
                elif kind == "data" and self.seen.get(told["key"]) != told["seq"]:
                    # The player waits as long, so that a thousand screens do not ask at once.
                    await asyncio.sleep(0.01 + random.random() * told["within"] / 1000)
                    await self._data([told["key"]])
        except (OSError, asyncio.IncompleteReadError) as error:
            # Whoever waits for it tries again at once, as a browser does.
            if not opened.done():
                opened.set_exception(ConnectionError(str(error)))
        finally:
            events.close()

    async def _manifest(self) -> None:
        status, manifest = await self.asking.request("GET", "/relay/manifest")
        if status == 200 and manifest["etag"] != self.etag:
            self.etag = manifest["etag"]
            if manifest["data"]:
                await self._data(list(manifest["data"].values()))
            self.version = manifest["version"]
            self.painted.setdefault(self.version or "", time.monotonic())
            self.crowd.changed.set()

    async def _data(self, keys: list[str]) -> None:
        status, answer = await self.asking.request("GET", f"/relay/data?keys={','.join(keys)}")
        for result in answer["results"] if status == 200 else []:
            if result["seq"] != self.seen.get(result["key"]) and result["state"] == "ok":
                self.refreshed.append(time.monotonic())
            self.seen[result["key"]] = result["seq"]
        self.crowd.changed.set()


class Crowd:
    """All screens of a process."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self.port = spec["port"]
        self.screens = [Screen(self, access) for access in spec["tokens"]]
        self.changed = asyncio.Event()
        self.statuses: list[int] = []

    async def ready(self) -> int:
        return len(self.screens)

    async def open(self, at_once: int = AT_ONCE) -> int:
        return await self._each(lambda screen: screen.open(), at_once)

    async def settle(self) -> int:
        return await self._each(lambda screen: screen.settle())

    async def _each(self, act: Callable[[Screen], Awaitable[None]], at_once: int = AT_ONCE) -> int:
        places = asyncio.Semaphore(at_once)

        async def one(screen: Screen) -> None:
            async with places:
                await act(screen)

        acting = [asyncio.create_task(one(screen)) for screen in self.screens]
        done, late = await asyncio.wait(acting, timeout=OPENING)
        for each in late:
            each.cancel()
        return sum(each.exception() is None for each in done)

    async def painted(self, version: str, since: float) -> list[float]:
        await self._until(lambda: all(version in screen.painted for screen in self.screens), 60)
        return [screen.painted[version] - since for screen in self.screens if version in screen.painted]

    async def figures(self, since: float) -> list[float]:
        def first(screen: Screen) -> float | None:
            return next((at for at in screen.refreshed if at >= since), None)

        await self._until(lambda: all(first(screen) for screen in self.screens), 60)
        return [at - since for at in map(first, self.screens) if at]

    async def beat(self, every: float, seconds: float) -> dict[str, Any]:
        self.statuses, before = [], sum(len(screen.refreshed) for screen in self.screens)
        for screen in self.screens:
            screen.beating = screen.beating or asyncio.create_task(screen.keep_beating(every))
        await asyncio.sleep(seconds)
        alive = sum(not screen.listening.done() for screen in self.screens if screen.listening)
        return {
            "beats": len(self.statuses), "refused": sum(status != 200 for status in self.statuses), "streams": alive,
            "refreshed": sum(len(screen.refreshed) for screen in self.screens) - before,
        }  # fmt: skip

    async def drop(self) -> int:
        for screen in self.screens:
            screen.close()
        await asyncio.sleep(1)
        return len(self.screens)

    async def back(self) -> list[float]:
        began, took, opening = time.monotonic(), [], []

        async def reopened(screen: Screen) -> None:
            # As patiently as the player, which tries again after 1, 2, 4… seconds.
            for seconds in (1, 2, 4, 8, 16, 30):
                with contextlib.suppress(OSError, TimeoutError):
                    await screen.open()
                    return
                await asyncio.sleep(seconds * random.uniform(0.5, 1.5))

        async def one(screen: Screen) -> None:
            # What the player does when its link returns: a stream and a heartbeat, a moment apart.
            for line in (screen.asking, screen.spare):
                line.reopen()
            opening.append(asyncio.create_task(reopened(screen)))
            await asyncio.sleep(0.3 + random.random() * 1.7)
            while await screen.beat() != 200:
                await asyncio.sleep(random.uniform(1, 3))
            took.append(time.monotonic() - began)

        coming = [asyncio.create_task(one(screen)) for screen in self.screens]
        _, late = await asyncio.wait(coming, timeout=60)
        for each in [*late, *opening]:
            each.cancel()
        return took

    async def move(self, port: int) -> tuple[list[float], int]:
        """Return how long after the first stream ended each screen was heard at another port, and the longest spread told."""
        moving = [screen for screen in self.screens if screen.listening and not screen.listening.done()]
        await asyncio.wait([screen.listening for screen in moving], timeout=60, return_when=asyncio.FIRST_COMPLETED)
        began, took = time.monotonic(), []

        async def one(screen: Screen) -> None:
            await asyncio.wait([screen.listening], timeout=60)
            await asyncio.sleep(random.random() * screen.within / 1000)
            for line in (screen.asking, screen.spare):
                line.close()
                line.reopen()
                line.port = port
            for seconds in (1, 2, 4, 8, 16):
                with contextlib.suppress(OSError, TimeoutError):
                    await screen.open(port)
                    break
                await asyncio.sleep(seconds * random.uniform(0.75, 1.25))
            while await screen.beat() != 200:
                await asyncio.sleep(random.uniform(1, 3))
            took.append(time.monotonic() - began)

        coming = [asyncio.create_task(one(screen)) for screen in moving]
        _, late = await asyncio.wait(coming, timeout=OPENING)
        for each in late:
            each.cancel()
        return took, max(screen.within for screen in moving)

    async def _until(self, true: Any, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not true() and time.monotonic() < end:
            self.changed.clear()
            try:
                await asyncio.wait_for(self.changed.wait(), 1)
            except TimeoutError:
                continue


async def main() -> None:
    more_files()
    crowd = Crowd(heard())
    while True:
        word, *values = await asyncio.to_thread(heard)
        say(await getattr(crowd, word)(*values))


if __name__ == "__main__":
    uvloop.run(main())
