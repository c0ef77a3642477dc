"""Open streams, many at a time: those that go on, and those that ended. Whatever else people would see: `telling`."""

from datetime import datetime
from typing import NamedTuple

from operant.platform import clock
from operant.platform.events.hints import CHANNEL
from operant.platform.ingest import Lane, spelled

from ..tokens import Access
from . import telling

# Of a stream that ends, `noted` is until when it was believed to stand: a newer one of the same screen has another, and
# stands. One that goes on is left to `telling` when its screen was not connected a moment ago, which people would see.
_STATEMENT = f"""
WITH told AS (
  SELECT n, s.id, s.organization_id, given.until
  FROM unnest(%s::uuid[], %s::uuid[], %s::int[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[])
  WITH ORDINALITY AS given (organization_id, screen_id, generation, at, noted, until, n)
  JOIN relay_screen s ON s.organization_id = given.organization_id AND s.id = given.screen_id
  WHERE s.unpaired_at IS NULL AND s.generation = given.generation AND s.connected_by = 'stream'
    AND CASE WHEN given.until IS NULL THEN s.connected_until = given.noted ELSE s.connected_until > given.at END
  FOR NO KEY UPDATE OF s SKIP LOCKED
), noted AS (
  UPDATE relay_screen s SET connected_until = t.until, connected_by = CASE WHEN t.until IS NULL THEN '' ELSE 'stream' END
  FROM told t WHERE s.id = t.id RETURNING n, t.organization_id, t.until
), hinted AS (
  SELECT pg_notify('{CHANNEL}', organization_id || '/screens') FROM noted WHERE until IS NULL GROUP BY organization_id
)
SELECT n, (SELECT count(*) FROM hinted) FROM noted
"""


class Stream(NamedTuple):
    """One row of the statement, each value as PostgreSQL spells it."""

    organization_id: str
    screen_id: str
    generation: str
    at: str
    noted: str
    until: str


STREAMS: Lane[Stream] = Lane("relay_screen, streams,", _STATEMENT, subject=lambda row: row.screen_id, most_waiting=20_000)


async def goes_on(*, access: Access, noted: datetime) -> datetime | None:
    """
    This function will note that a stream still stands, and return until when that is believed. Needs no scope.

    It returns None when that has to be noted alone.

    :raises Unavailable: when nothing can be noted now.
    """
    now = clock.now()
    return await _noted(access, now, noted, now + telling.STREAM_FOR)


async def ended(*, access: Access, noted: datetime) -> bool:
    """This function will note that a stream ended; False when that has to be noted alone. Needs no scope."""
    return await _noted(access, clock.now(), noted, None) is not None


async def _noted(access: Access, now: datetime, noted: datetime, until: datetime | None) -> datetime | None:
    if not STREAMS.is_open:
        return None
    row = (access.organization_id, access.screen_id, access.generation, now, noted, until)
    taken = await STREAMS.put(Stream(*map(spelled, row)))
    return None if taken is None else until or now
