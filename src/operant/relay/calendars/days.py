from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Self

DAY, MIDNIGHT = timedelta(days=1), time(0)
MOST_NAME = 120


@dataclass(frozen=True, order=True)
class Day:
    """A day, or several in a row, on which something is different: all day long, or between two times of each of them."""

    first_on: date
    last_on: date
    starts_at: time
    ends_at: time
    name: str

    @property
    def is_whole(self) -> bool:
        return self.starts_at == self.ends_at == MIDNIGHT

    def __str__(self) -> str:
        """Return the text that `parse` reads."""
        return f"{self.first_on} {self.last_on} {self.starts_at:%H:%M} {self.ends_at:%H:%M} {self.name}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """
        Return the day that a text says.

        :raises ValueError: when it says none.
        """
        first, last, starts, ends, name = text.split(" ", 4)
        return cls(*map(date.fromisoformat, (first, last)), *map(time.fromisoformat, (starts, ends)), name[:MOST_NAME])


def joined(days: Iterable[Day]) -> list[Day]:
    """Return days in their order; those that follow each other and say the same are one."""
    found: dict[tuple[str, time, time], list[Day]] = {}
    for each in sorted(set(days)):
        runs = found.setdefault((each.name, each.starts_at, each.ends_at), [])
        if runs and each.first_on <= runs[-1].last_on + DAY:
            runs[-1] = replace(runs[-1], last_on=max(runs[-1].last_on, each.last_on))
        else:
            runs.append(each)
    return sorted(day for runs in found.values() for day in runs)
