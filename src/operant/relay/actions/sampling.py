"""The many heartbeats that say nothing new: together with others, in one statement. All others go to `hearing`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from operant.platform import clock
from operant.platform.ingest import Lane, spelled
from operant.platform.tenancy.ids import parse_public_id

from ..program import NO_TURNS, Shows
from ..queries.devices import Asking
from ..tokens import Access
from ..wire import Heartbeat
from . import hearing

# Half of what a result is watched for: whoever beats every 30 seconds never lets one run out.
WATCHED_AGAIN_AFTER = timedelta(seconds=45)
MOST_WATCHED = 10_000

# A screen is left to `hearing` when anything that people see of it would change, when it said goodbye, when somebody
# else holds its row, or when it beats too fast. Taken or not, a row never keeps the batch waiting. Mostly nothing that an
# index holds is written: `due_at` may come too early, and `watching` then sees that the screen was heard. That a screen
# with a playlist turned is nothing new: both versions are among those that take turns there.
_STATEMENT = f"""
WITH beat AS (
  SELECT *, CASE WHEN painted_at < at THEN painted_at WHEN painted_at IS NOT NULL THEN at END AS rendered_at
  FROM unnest(%s::timestamptz[], %s::int[], %s::uuid[], %s::uuid[], %s::int[], %s::int[], %s::text[], %s::int[],
              %s::uuid[], %s::timestamptz[], %s::text[])
  WITH ORDINALITY AS given
    (at, generation, organization_id, screen_id, width, height, engine, major, version, painted_at, turns, n)
), nothing_new AS (
  SELECT beat.* FROM relay_screen s JOIN beat ON s.organization_id = beat.organization_id AND s.id = beat.screen_id
  WHERE s.unpaired_at IS NULL AND s.left_at IS NULL AND s.generation = beat.generation AND s.state = 'online'
    AND s.viewport_width = beat.width AND s.viewport_height = beat.height
    AND s.browser_engine = beat.engine AND s.browser_major = beat.major
    AND (s.rendered_version_id IS NOT DISTINCT FROM beat.version OR (
      coalesce(s.playlist_id, s.schedule_id) IS NOT NULL AND beat.turns <> '{NO_TURNS}'
      AND beat.turns::uuid[] @> ARRAY[s.rendered_version_id, beat.version]))
    AND (s.pace_at IS NULL OR s.pace_at <= beat.at + interval '{hearing.BURST.total_seconds()} s')
  FOR NO KEY UPDATE OF s SKIP LOCKED
), heard AS (
  UPDATE relay_screen s SET
    last_seen_at = b.at, rendered_at = b.rendered_at, rendered_version_id = b.version,
    pace_at = greatest(s.pace_at, b.at) + interval '{hearing.ONE_BEAT.total_seconds()} s'
  FROM nothing_new b WHERE s.id = b.screen_id
  RETURNING b.*, s.dashboard_id, s.playlist_id, s.schedule_id, s.time_zone, s.held, s.name, s.theme, s.variables,
    s.glass, s.takeover_id
), sampled AS (
  INSERT INTO relay_heartbeat (organization_id, screen_id, at, viewport_width, viewport_height, browser_engine,
                               browser_major, version, painted_at, errors)
  SELECT organization_id, screen_id, at, width, height, engine, major, version, rendered_at, 0 FROM heard
  ON CONFLICT DO NOTHING
)
SELECT n, dashboard_id, playlist_id, schedule_id, time_zone, held, name, theme, variables, glass, takeover_id FROM heard
"""


class Beat(NamedTuple):
    """One row of the statement, each value as PostgreSQL spells it."""

    at: str
    generation: str
    organization_id: str
    screen_id: str
    width: str
    height: str
    engine: str
    major: str
    version: str
    painted_at: str
    turns: str


HEARTBEATS: Lane[Beat] = Lane("relay_heartbeat", _STATEMENT, subject=lambda row: row.screen_id)
_watched: dict[Asking, datetime] = {}


class Said(NamedTuple):
    """What a heartbeat says: the version, and what stands in its row beside its time and the credential's generation."""

    version: UUID | None
    row: tuple[str, ...] | None  # None when it has to be heard by itself


@dataclass(slots=True, eq=False)
class Habit:
    """
    What this process remembers of one screen, whatever tokens it shows: when it is expected next, what it said last, as
    bytes too, what it was told, and which versions take turns on it. Mostly the next heartbeat is the same.
    """

    expected_at: datetime | None = None
    body: bytes = b""
    said: Said | None = None
    told: tuple[object, bytes] = (None, b"")
    turns: str = NO_TURNS


@dataclass(slots=True)
class Device:
    """Whose heartbeats come with one access token."""

    access: Access
    habit: Habit


class Heard(NamedTuple):
    """What a screen shows now: what its answer is made of, beside the dashboard's own part."""

    shows: Shows
    name: str
    theme: str
    variables: str
    glass: str
    takeover_id: UUID | None


def said(access: Access, beat: Heartbeat) -> Said:
    """Return what a heartbeat of this screen says."""
    version = version_of(beat)
    if version is None or beat.errors:
        return Said(None, None)
    glass, shows = beat.viewport, beat.browser
    row = (
        access.organization_id, access.screen_id, glass.w, glass.h, shows.engine, shows.major, version.id, beat.rendered.at
    )  # fmt: skip
    return Said(version.id, tuple(spelled(value) for value in row))


async def sample(*, device: Device, said: Said) -> Heard | None:
    """
    This function will store a heartbeat that says nothing new; None when it has to be heard by itself. Needs no scope.

    :raises TooMany: when the screen says so more than once a second on average.
    :raises Unavailable: when nothing can be stored now.
    """
    now = clock.now()
    device.habit.expected_at = hearing.paced(device.habit.expected_at, now)
    if said.row is None or not HEARTBEATS.is_open:
        return None
    told = await HEARTBEATS.put(Beat(now.isoformat(), str(device.access.generation), *said.row, spelled(device.habit.turns)))
    return Heard(Shows(*told[:5]), *told[5:]) if told else None


def must_be_watched(watching: Asking) -> bool:
    """Return whether it is time that one heartbeat keeps these versions watched. Of many at once, the first is told so."""
    if not watching:
        return False
    now, before = clock.now(), _watched.get(watching)
    if before is not None and timedelta() <= now - before < WATCHED_AGAIN_AFTER:
        return False
    if len(_watched) >= MOST_WATCHED:
        _watched.clear()
    _watched[watching] = now
    return True


def nobody_watched(watching: Asking) -> None:
    """Say that it came to nothing, so that the next heartbeat is told to do it."""
    _watched.pop(watching, None)


class Version(NamedTuple):
    """The version a heartbeat names, or none."""

    id: UUID | None


def version_of(beat: Heartbeat) -> Version | None:
    """Return the version that a heartbeat says was painted; None when what it says is no version's name."""
    return _version(beat.rendered.version)


@lru_cache(maxsize=2000)
def _version(public: str | None) -> Version | None:
    try:
        return Version(parse_public_id("ver", public) if public else None)
    except ValueError:
        return None
