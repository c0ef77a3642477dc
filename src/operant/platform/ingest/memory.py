import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar
from uuid import UUID

Value = TypeVar("Value")


class Memory(Generic[Value]):
    """
    What one process remembers of organizations, until a hint says that it may have changed.

    Hints are those of `platform/live`; `topics` are the beginnings of those that count. It holds at most `most` values
    and drops the oldest.
    """

    def __init__(self, *, most: int, topics: tuple[str, ...]) -> None:
        self._most, self._topics = most, topics
        self._kept: dict[Hashable, tuple[str, int, Value]] = {}
        self._reading: dict[tuple[Hashable, int], asyncio.Task[Value]] = {}
        self._changes: dict[str, int] = {}
        self._count = self._since = 0

    def now(self) -> int:
        """Return a mark of this moment: take it before you read what you will keep."""
        return self._count

    def keep(self, key: Hashable, value: Value, organization_id: UUID, read_at: int) -> None:
        """Remember a value that was read after the mark `read_at`. What changed since then is never remembered."""
        while len(self._kept) >= self._most:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = (str(organization_id), read_at, value)

    def get(self, key: Hashable) -> Value | None:
        """Return what is remembered, if nothing was heard of its organization since it was read."""
        found = self._kept.get(key)
        if found is None:
            return None
        organization, read_at, value = found
        if read_at < self._since or read_at < self._changes.get(organization, 0):
            del self._kept[key]
            return None
        return value

    def forget(self, key: Hashable) -> None:
        """Let the next who asks read it anew."""
        self._kept.pop(key, None)

    async def recall(self, key: Hashable, organization_id: UUID, read: Callable[[], Awaitable[Value]]) -> Value:
        """Return what is remembered, or else what `read` finds: once, however many ask at the same time."""
        value = self.get(key)
        if value is not None:
            return value
        # Who asks after a change never gets what somebody began to read before it.
        moment = (key, self._count)
        if moment not in self._reading:
            self._reading[moment] = asyncio.ensure_future(self._read(key, organization_id, read))
            self._reading[moment].add_done_callback(lambda done: self._reading.pop(moment))
        return await asyncio.shield(self._reading[moment])

    async def _read(self, key: Hashable, organization_id: UUID, read: Callable[[], Awaitable[Value]]) -> Value:
        read_at = self.now()
        value = await read()
        self.keep(key, value, organization_id, read_at)
        return value

    def hear(self, addressed: str | None) -> None:
        """Take in a hint with its organization; None says that some may have been missed."""
        organization, _, topic = (addressed or "").partition("/")
        if addressed is None or len(self._changes) >= self._most:
            self._forget_everything()
        elif topic.startswith(self._topics):
            self._count += 1
            self._changes[organization] = self._count

    def _forget_everything(self) -> None:
        self._count += 1
        self._since = self._count
        self._kept.clear()
        self._changes.clear()

    def __len__(self) -> int:
        return len(self._kept)
