"""
What a screen with a playlist or a schedule shows over the coming days: pure, and the same for every screen set to the same.

A round is turned by the clock, not by the screen: its place is the time since 1970 modulo its length. So screens with one
playlist turn in step, one that starts late joins in, and the server knows what is on without being told.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
NO_TURNS = "{}"


class Shows(NamedTuple):
    """
    What a screen is set to: usually a dashboard, or a playlist, or nothing; and the schedule that knows otherwise.

    `time_zone` is its own; an empty one is the organization's. `held` are the versions it shows in place of published ones.
    """

    dashboard_id: UUID | None = None
    playlist_id: UUID | None = None
    schedule_id: UUID | None = None
    time_zone: str = ""
    held: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether it is one dashboard, or nothing, at all times."""
        return self.playlist_id is None and self.schedule_id is None

    @property
    def anywhere(self) -> "Shows":
        """The same without its zone and what it is held at: what is shown at some time."""
        return self._replace(time_zone="", held="")


@dataclass(frozen=True)
class Scene:
    """A published dashboard with what its variables are set to meanwhile."""

    dashboard_id: UUID
    version_id: UUID
    name: str
    noted: str
    values: str


@dataclass(frozen=True)
class Turn:
    """A scene, by its number, and for how long it is on."""

    scene: int
    seconds: int


@dataclass(frozen=True)
class Switch:
    """From when on which round turns; None shows nothing, and so it was wanted."""

    at: datetime
    round: int | None


@dataclass(frozen=True)
class Program:
    """
    Scenes, the rounds that they stand in, and when which round is on.

    A round without turns has nothing to show yet. `topics` are the hints after which it may be another one.
    """

    scenes: tuple[Scene, ...]
    rounds: tuple[tuple[Turn, ...], ...]
    switches: tuple[Switch, ...]
    topics: frozenset[str] = field(default=frozenset(), compare=False, repr=False)

    @cached_property
    def versions(self) -> frozenset[UUID]:
        """Return the versions of all its scenes."""
        return frozenset(each.version_id for each in self.scenes)

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def checksum(self) -> str:
        """Return one short text: equal as long as the same is on at the same times."""
        return hashlib.sha256(repr(self).encode()).hexdigest()

    @cached_property
    def _hash(self) -> int:
        # Looked up for each of its screens, and it may have thousands of switches.
        return hash((self.scenes, self.rounds, self.switches))

    @cached_property
    def turns(self) -> str:
        """Return the same as PostgreSQL spells an array."""
        return "{" + ",".join(sorted(map(str, self.versions))) + "}"

    def scene_at(self, at: datetime) -> Scene | None:
        """Return what is on at a moment, or None for nothing."""
        found, _ = self._on(at)
        return None if found is None else self.scenes[found]

    def scenes_between(self, since: datetime, until: datetime) -> set[Scene]:
        """Return what is on at some time between two moments."""
        return {scene for scene, _, _ in self.runs(since, until) if scene}

    def runs(self, since: datetime, until: datetime) -> Iterator[tuple[Scene | None, datetime, datetime]]:
        """Yield what is on between two moments, or None for nothing, from when until when, one after the other."""
        while since < until:
            found, end = self._on(since)
            yield (None if found is None else self.scenes[found]), since, end
            since = end

    def _on(self, at: datetime) -> tuple[int | None, datetime]:
        switch, until = self._switch(at)
        turns = self.rounds[switch.round] if switch and switch.round is not None else ()
        if not turns:
            return None, until
        length = sum(each.seconds for each in turns) * 1000
        place = (at - EPOCH) // MILLISECOND % length
        for turn in turns:
            if place < turn.seconds * 1000:
                break
            place -= turn.seconds * 1000
        # Whole milliseconds of a moment are cut off, so the end is never before it.
        return turn.scene, min(until, at + timedelta(milliseconds=max(1, turn.seconds * 1000 - place)))

    def _switch(self, at: datetime) -> tuple[Switch | None, datetime]:
        found, until = (self.switches[0] if self.switches else None), datetime.max.replace(tzinfo=UTC)
        for each in self.switches[1:]:
            if each.at > at:
                return found, each.at
            found = each
        return found, until


def said(program: Program) -> Mapping[str, object]:
    """Return rounds and switches as screens are told them."""
    return {
        "rounds": [[{"scene": each.scene, "seconds": each.seconds} for each in turns] for turns in program.rounds],
        "switches": [{"at": each.at.isoformat(), "round": each.round} for each in program.switches],
    }
