"""Which screen asks, and what hangs on it: decided by the database each time, for all who ask at once together."""

from typing import NamedTuple
from uuid import UUID

from operant.platform.ingest import Lane, spelled

from ..program import Shows
from ..tokens import Access
from . import devices

# Nothing of a screen is remembered: whoever was unpaired, or shows an earlier credential, is in no answer.
_STATEMENT = """
SELECT n, s.dashboard_id, s.playlist_id, s.schedule_id, s.time_zone, s.held, s.name, s.theme, s.variables, s.rendered_version_id,
  s.glass, s.takeover_id
FROM unnest(%s::uuid[], %s::uuid[], %s::int[]) WITH ORDINALITY AS asking (organization_id, screen_id, generation, n)
JOIN relay_screen s ON s.organization_id = asking.organization_id AND s.id = asking.screen_id
WHERE s.unpaired_at IS NULL AND s.generation = asking.generation
"""


class Asking(NamedTuple):
    """One row of the statement, each value as PostgreSQL spells it."""

    organization_id: str
    screen_id: str
    generation: str


class Place(NamedTuple):
    """What is a screen's own of that which it shows."""

    shows: Shows
    name: str
    theme: str
    variables: str
    rendered_id: UUID | None
    glass: str
    takeover_id: UUID | None


# Reading waits for nobody's disk, and a hint wakes the streams of a whole fleet at once.
PLACES: Lane[Asking] = Lane("relay_screen, read,", _STATEMENT, subject=lambda row: row.screen_id, most_waiting=20_000)


async def together(access: Access) -> Place | None:
    """
    Return the place of the screen that an access token belongs to; None when it has to be asked alone. Needs no scope.

    :raises Unavailable: when nothing can be read now.
    :raises TooMany: when the same screen asks too often at once.
    """
    if not PLACES.is_open:
        return None
    told = await PLACES.put(Asking(*map(spelled, (access.organization_id, access.screen_id, access.generation))))
    return Place(Shows(*told[:5]), *told[5:]) if told else None


def alone(access: Access) -> Place:
    """
    Return the same, inside the organization's scope.

    :raises Unpaired: when it was unpaired.
    :raises Expired: when the token is of an earlier generation of its credential.
    """
    screen = devices.screen(access)
    own = (screen.name, screen.theme, screen.variables, screen.rendered_version_id, screen.glass, screen.takeover_id)
    return Place(screen.shows, *own)
