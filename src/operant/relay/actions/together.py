"""The same done to several screens in one transaction: all of it or nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from operant.panel.accounts.models import Person
from operant.platform.refusals import Refusal
from operant.stage.models import Dashboard

from ..models import Command, Group, Playlist, Screen, Site
from ..queries import playing
from . import alarming, keeping, places

MOST_AT_ONCE = 500
# Pictures are looked at on the page of each screen, and take up to 200 kB of the database each.
KINDS = tuple(each for each in Command.Kind if each != Command.Kind.SCREENSHOT)


@dataclass(frozen=True)
class Move:
    """Where screens are to be found from now on: what is not said stays as it is on each."""

    moves_site: bool = False
    site: Site | None = None
    moves_group: bool = False
    group: Group | None = None
    add: Sequence[str] = ()
    take: Sequence[str] = ()


def send_all(*, screens: Iterable[Screen], kind: str, by: Person) -> int:
    """
    This function will ask several screens to do something, and return how many.

    :raises Refusal: when they are too many at once, or asked for their pictures.
    """
    if kind not in KINDS:
        raise Refusal("A picture is asked of one screen at a time. Open the page of the screen, and ask there.")
    return sum(1 for each in _few(screens) if keeping.send(screen=each, kind=kind, by=by))


def assign_all(*, screens: Iterable[Screen], dashboard: Dashboard | None = None, playlist: Playlist | None = None) -> int:
    """
    This function will let several screens show a dashboard, a playlist or nothing, and return how many they are.

    :raises Refusal: when they are too many at once.
    :raises NotFound: when that was deleted meanwhile.
    """
    # In the one order in which all lock them.
    chosen = sorted(_few(screens), key=lambda each: each.pk)
    for each in chosen:
        keeping.assign(screen=each, dashboard=dashboard, playlist=playlist)
    return len(chosen)


def place_all(*, screens: Iterable[Screen], move: Move) -> int:
    """
    This function will put several screens at a site, into a group, or give them tags and take some away.

    :raises Refusal: when they are too many at once.
    :raises Invalid: when one of them would have too many tags.
    :raises NotFound: when the site or the group was deleted meanwhile.
    """
    chosen, taken = _few(screens), {tag.strip().casefold() for tag in move.take}
    where = {**({"site": move.site} if move.moves_site else {}), **({"group": move.group} if move.moves_group else {})}
    playing.hold(*where.values())
    held = Screen.objects.paired().filter(pk__in=[each.pk for each in chosen]).in_turn()
    for each in held:
        tags = [tag for tag in each.tags if tag.casefold() not in taken]
        places.place(screen=each, **where, tags=[*tags, *move.add])
    return len(chosen)


def mute_all(*, screens: Iterable[Screen], hours: int, by: Person) -> None:
    """
    This function will notify nobody of several screens for 8 or 24 hours, or of each again when these are none.

    :raises Refusal: when they are too many at once.
    :raises Invalid: when that is another number of hours.
    """
    chosen = _few(screens)
    if hours:
        alarming.mute(screens=chosen, hours=hours, by=by)
    else:
        alarming.unmute(screens=chosen, by=by)


def _few(screens: Iterable[Screen]) -> list[Screen]:
    chosen = list(screens)
    if len(chosen) > MOST_AT_ONCE:
        raise Refusal(f"At most {MOST_AT_ONCE} screens are changed at once. Choose fewer, by site or by group.")
    return chosen
