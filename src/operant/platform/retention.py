"""
How long what is kept: one register for the whole house.

Each kind is declared once, beside the code that lets it go; that code asks its kind since when, and the operator's page
shows them all. What nobody deletes by the clock is declared as well, with the words that say when it goes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from operant.platform import clock


@dataclass(frozen=True)
class Kind:
    """One kind of what is kept: how long, from when on that counts, and the chore that lets it go."""

    name: str
    what: str
    kept: timedelta | None
    since: str
    chore: str = ""

    @property
    def cutoff(self) -> datetime:
        """The instant before which nothing of this kind is kept any more."""
        if self.kept is None:
            raise ValueError(f"{self.name} is kept {self.since}, which no clock knows.")
        return clock.now() - self.kept

    @property
    def period(self) -> str:
        """How long it is kept, in words."""
        if self.kept is None:
            return self.since[:1].upper() + self.since[1:]
        amount, unit = (self.kept.days, "day") if self.kept >= timedelta(days=2) else (self.kept // timedelta(hours=1), "hour")
        return f"{amount} {unit}{'' if amount == 1 else 's'} {self.since}"


_KINDS: dict[str, Kind] = {}


def keep(name: str, what: str, *, kept: timedelta | None, since: str, chore: str = "") -> Kind:
    """
    Declare a kind of what is kept and return it.

    `since` completes the period (“90 days *after they last happened*”); without a period it says all of it.
    """
    _KINDS[name] = Kind(name, what, kept, since, chore)
    return _KINDS[name]


def kinds() -> list[Kind]:
    """Return every kind, what goes first before the rest."""
    return sorted(_KINDS.values(), key=lambda each: (each.kept is None, each.kept or timedelta(0), each.what))
