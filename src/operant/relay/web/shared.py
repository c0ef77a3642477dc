"""
What the screens of one dashboard have in common, read once for all of them until a hint says that it may have changed.

A process remembers only while it listens, and nothing longer than `SECONDS`: hints make it fast, and whatever became of
them, what is old is not told for long. Which screen asks, and what hangs on it, is never remembered (`placing`).
"""

import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID

from operant.platform.events.hints import addressed
from operant.platform.ingest import Memory
from operant.platform.live.hub import hub
from operant.stage import queries as stage
from operant.stage.queries import Mark

from ..actions import telling
from ..actions.telling import Edition
from ..program import Shows
from ..queries import devices, placing, takeovers
from ..queries.devices import Asking, Board
from ..queries.placing import Place
from ..queries.takeovers import Over
from ..tokens import Access
from .turns import in_scope

SECONDS = 15
Value = TypeVar("Value")
Keys = tuple[str, ...]
Marks = dict[str, Mark]
Scenes = tuple[tuple[UUID, str], ...]
BOARDS: Memory[Board] = Memory(most=10_000, topics=("dashboard:", "organization", "playlist:", "schedule:"))
# What lies over screens never changes: it only ends, and then no screen has it.
OVERS: Memory[Over] = Memory(most=1_000, topics=())
KEYS: Memory[Keys] = Memory(most=10_000, topics=())
EDITIONS: Memory[Edition] = Memory(most=500, topics=("dashboard:", "source:"))
ROUNDS: Memory[list[Edition]] = Memory(most=100, topics=("dashboard:", "source:"))
MARKS: Memory[Marks] = Memory(most=2_000, topics=("data:", "dashboard:", "source:"))
for memory in (BOARDS, EDITIONS, ROUNDS, MARKS):
    hub.follow(memory.hear)


async def place(access: Access) -> Place:
    """
    Return what hangs where an access token comes from, as the database has it now.

    :raises Refusal: when the screen may not ask any more.
    """
    found = await placing.together(access)
    return found or await in_scope(access.organization_id, lambda: placing.alone(access))


async def board(organization_id: UUID, shows: Shows) -> Board:
    """Return what every screen that is set to this is told of it."""
    return await _recalled(BOARDS, (organization_id, shows), lambda: devices.board(organization_id, shows))


def known_board(organization_id: UUID, shows: Shows) -> Board | None:
    """Return the same if it is remembered."""
    return BOARDS.get(_now(organization_id, shows)) if hub.is_listening else None


async def over(organization_id: UUID, takeover_id: UUID) -> Over:
    """Return what lies over screens because of a takeover."""
    read = lambda: in_scope(organization_id, lambda: takeovers.over(takeover_id))  # noqa: E731
    return OVERS.get(takeover_id) or await OVERS.recall(takeover_id, organization_id, read)


async def asked(access: Access, place: Place, board: Board) -> Asking:
    """Return what a screen may ask for: of all that it should show, what it still shows, and what lies over it."""
    shown = board.shown(place.variables, place.rendered_id)
    if place.takeover_id is None:
        return shown
    return shown | (await over(access.organization_id, place.takeover_id)).asking(place.variables)


async def edition(organization_id: UUID, version_id: UUID, variables: str) -> Edition:
    """Return a version as screens with these values are handed it; its data is fetched from now on."""

    def read() -> Edition:
        return telling.edition(version_id=version_id, variables=variables)

    return await _handed(EDITIONS, (organization_id, (version_id, variables)), read)


async def editions(organization_id: UUID, asking: Scenes, watched: Asking) -> list[Edition]:
    """Return several at once; the data of those that are to be watched is fetched from now on."""

    def read() -> list[Edition]:
        return telling.editions(asking=asking, watched=watched)

    return await _handed(ROUNDS, (organization_id, (asking, watched)), read)


async def _handed(memory: Memory[Value], key: tuple[UUID, Any], ask: Callable[[], Value]) -> Value:
    async def read() -> Value:
        found = await in_scope(key[0], ask)
        # Results that nobody had asked for are there from now on, and whoever asks next must find them.
        MARKS.hear(addressed(key[0], "data:"))
        return found

    return await _shared(memory, key, read)


async def keys(organization_id: UUID, asking: Asking) -> Keys:
    """Return the data that these versions show where their variables are set like this."""

    # A version never changes, so neither do its keys.
    def read() -> Keys:
        return tuple(devices.keys_of(asking))

    return KEYS.get(asking) or await KEYS.recall(asking, organization_id, lambda: in_scope(organization_id, read))


async def marks(organization_id: UUID, keys: Keys) -> Marks:
    """Return which answer each of these results holds; unknown ones are left out."""
    if not keys:
        return {}
    found = await _recalled(MARKS, (organization_id, keys), lambda: stage.marks(keys))
    if len(found) < len(keys):
        # Nobody is told when a result is made.
        MARKS.forget(_now(organization_id, keys))
    return found


async def texts(organization_id: UUID, marks: Marks) -> dict[str, bytes]:
    """Return these results as JSON by key. Each is written once, however many screens are sent it."""
    found = {key: TEXTS.get(mark) for key, mark in marks.items()}
    missing = tuple(key for key, text in found.items() if text is None)
    if missing:
        asked = (organization_id, missing, tuple(marks[key] for key in missing))
        found |= await READ.recall(asked, organization_id, lambda: _read(organization_id, missing))
    return {key: text for key, text in found.items() if text is not None}


async def _read(organization_id: UUID, keys: Keys) -> dict[str, bytes]:
    read = await in_scope(organization_id, lambda: stage.marked_texts(keys))
    for mark, text in read.values():
        TEXTS.put(mark, text)
    return {key: text for key, (_, text) in read.items()}


async def _recalled(memory: Memory[Value], key: tuple[UUID, Any], ask: Callable[[], Value]) -> Value:
    return await _shared(memory, key, lambda: in_scope(key[0], ask))


async def _shared(memory: Memory[Value], key: tuple[UUID, Any], read: Callable[[], Awaitable[Value]]) -> Value:
    if not hub.is_listening:
        return await read()
    now = _now(*key)
    found = memory.get(now)
    return found if found is not None else await memory.recall(now, key[0], read)


def _now(organization_id: UUID, what: Any) -> tuple[UUID, Any, int]:
    # Each organization at its own moment: what all forget at once, all would read at once, and every screen would wait.
    return organization_id, what, int(time.monotonic() / SECONDS + organization_id.int % 997 / 997)


class Texts:
    """Results as bytes, at most so many in all; those that were put in first go first."""

    def __init__(self, most: int) -> None:
        self._most, self._size = most, 0
        self._kept: dict[Mark, bytes] = {}

    def get(self, mark: Mark) -> bytes | None:
        return self._kept.get(mark)

    def put(self, mark: Mark, text: bytes) -> None:
        self._size += len(text) - len(self._kept.pop(mark, b""))
        self._kept[mark] = text
        while self._size > self._most:
            self._size -= len(self._kept.pop(next(iter(self._kept))))


TEXTS = Texts(64_000_000)
# Two that ask for the same at the same time share one reading; what was read is kept above.
READ: Memory[dict[str, bytes]] = Memory(most=1, topics=())
