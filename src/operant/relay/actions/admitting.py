"""Ways into streams, many at a time: tickets that are issued, and those that are used up. Whatever else: `credentials`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from operant.platform import clock
from operant.platform.events.hints import CHANNEL
from operant.platform.ingest import Lane, spelled

from .. import tokens
from ..tokens import Access, Parsed
from . import telling

# A row with a generation is for a ticket, one without uses the ticket up, which is done once by whoever locks the screen first.
# Who is taken by neither is unpaired, has a ticket that is none, or is held by somebody else: asked alone, it is told which.
_STATEMENT = f"""
WITH told AS (
  SELECT n, s.id, s.organization_id, s.generation, given.generation IS NOT NULL AS is_issued, given.ticket, given.at, given.until,
    (s.connected_by = 'stream' AND s.connected_until > given.at) IS TRUE AS is_known
  FROM unnest(%s::uuid[], %s::uuid[], %s::int[], %s::bytea[], %s::timestamptz[], %s::timestamptz[])
  WITH ORDINALITY AS given (organization_id, screen_id, generation, ticket, at, until, n)
  JOIN relay_screen s ON s.organization_id = given.organization_id AND s.id = given.screen_id
  WHERE s.unpaired_at IS NULL
    AND CASE WHEN given.generation IS NOT NULL THEN s.generation = given.generation
        ELSE s.ticket_hash = given.ticket AND s.ticket_until > given.at END
  FOR NO KEY UPDATE OF s SKIP LOCKED
), done AS (
  UPDATE relay_screen s SET
    ticket_hash = CASE WHEN t.is_issued THEN t.ticket END, ticket_until = CASE WHEN t.is_issued THEN t.until END,
    connected_until = CASE WHEN t.is_issued THEN s.connected_until ELSE t.until END,
    connected_by = CASE WHEN t.is_issued THEN s.connected_by ELSE 'stream' END
  FROM told t WHERE s.id = t.id RETURNING t.*
), hinted AS (
  SELECT pg_notify('{CHANNEL}', organization_id || '/screens') FROM done WHERE NOT is_issued AND NOT is_known
  GROUP BY organization_id
)
SELECT n, generation, EXISTS (
  SELECT FROM relay_command c WHERE NOT done.is_issued AND c.organization_id = done.organization_id AND c.screen_id = done.id
    AND c.acknowledged_at IS NULL AND c.expires_at > done.at
), (SELECT count(*) FROM hinted) FROM done
"""


class Way(NamedTuple):
    """One row of the statement, each value as PostgreSQL spells it."""

    organization_id: str
    screen_id: str
    generation: str
    ticket: str
    at: str
    until: str


@dataclass(frozen=True)
class Admitted:
    """Whose stream was opened, until when it is believed to stand, and whether its screen was asked to do something."""

    access: Access
    noted: datetime
    is_asked: bool


WAYS: Lane[Way] = Lane("relay_screen, tickets,", _STATEMENT, subject=lambda row: row.screen_id, most_waiting=20_000)


async def issued(*, access: Access) -> str | None:
    """
    This function will issue one way into a screen's stream, as `credentials.issue_ticket` does. Needs no scope.

    It returns None when that has to be asked alone.

    :raises Unavailable: when nothing can be noted now.
    :raises TooMany: when the same screen asks too often at once.
    """
    ticket = tokens.ticket(access.organization_id, access.screen_id)
    until = clock.now() + tokens.TICKET_FOR
    told = await _put(access.organization_id, access.screen_id, access.generation, tokens.secret_of(ticket), until)
    return None if told is None else ticket


async def admitted(*, parsed: Parsed) -> Admitted | None:
    """
    This function will use up a ticket and note that its screen holds a stream. Needs no scope.

    It returns None when that has to be asked alone.

    :raises Unavailable: when nothing can be noted now.
    :raises TooMany: when the same screen asks too often at once.
    """
    until = clock.now() + telling.STREAM_FOR
    told = await _put(parsed.organization_id, parsed.screen_id, None, parsed.secret_hash, until)
    if told is None:
        return None
    generation, is_asked, _ = told
    return Admitted(Access(parsed.organization_id, parsed.screen_id, generation), until, is_asked)


async def _put(
    organization_id: UUID, screen_id: UUID, generation: int | None, ticket: bytes, until: datetime
) -> Sequence[Any] | None:
    if not WAYS.is_open:
        return None
    row = (organization_id, screen_id, generation, f"\\x{ticket.hex()}", clock.now(), until)
    return await WAYS.put(Way(*map(spelled, row)))
