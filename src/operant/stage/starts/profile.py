"""What is read of a table before something is offered: how many different values its columns have, and from when to when."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from .. import columns
from ..columns import Column
from ..dialects import Dialect

# Read as they come: enough to tell a category from a name, and quick in anybody's database.
SAMPLED = 10_000
MOST_COLUMNS = 60
MOST_VALUES = 6
FEW = 12
_RANGED = columns.TIMES | columns.FIGURES


@dataclass(frozen=True)
class Profile:
    """What was read; without any of it, types and names must do. One that `is_empty` was asked, and has no rows."""

    rows: int = 0
    distinct: dict[str, int] = field(default_factory=dict)
    ranges: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    is_empty: bool = False

    @property
    def is_read(self) -> bool:
        return self.rows > 0

    def days(self, name: str) -> int | None:
        """Return from its first to its last moment how many days there are."""
        low, high = (str(each or "")[:10] for each in self.ranges.get(name, ("", "")))
        try:
            return (date.fromisoformat(high) - date.fromisoformat(low)).days
        except ValueError:
            return None

    def is_level(self, name: str) -> bool:
        """Whether figures lie close together and far from nothing, as temperatures and concentrations do, and amounts do not."""
        try:
            low, high = (float(each) for each in self.ranges[name])
        except (KeyError, TypeError, ValueError):
            return False
        return self.distinct.get(name, 0) >= FEW and 0 < low < high < 2 * low


def question(table: str, known: list[Column], dialect: Dialect) -> str:
    """Return the one query that a profile is read from."""
    parts = ["count(*) as n"]
    for at, each in enumerate(_asked(known)):
        name = dialect.name(each["name"])
        parts.append(f"count(distinct {name}) as d{at}")
        if each["type"] in _RANGED:
            parts += [f"min({name}) as a{at}", f"max({name}) as b{at}"]
    names = ", ".join(dialect.name(each["name"]) for each in _asked(known)) or "1 as one"
    return f"select {', '.join(parts)}\nfrom (select {names} from {table} limit {SAMPLED}) as looked_at"


def values_question(table: str, column: Column, dialect: Dialect) -> str:
    """Return the query for the values that a column has most often, none among them, and one more than are named."""
    name = dialect.name(column["name"])
    return (
        f"select {name} as value, count(*) as n\nfrom (select {name} from {table} limit {SAMPLED}) as looked_at\n"
        f"group by {name}\norder by 2 desc, 1\nlimit {MOST_VALUES + 1}"
    )


def read(names: list[Column], row: list[Any], known: list[Column]) -> Profile:
    """Return the profile that the answer to `question` says."""
    found = dict(zip((each["name"].lower() for each in names), row, strict=True))
    asked = list(enumerate(_asked(known)))
    distinct = {each["name"]: int(found[f"d{at}"] or 0) for at, each in asked}
    ranges = {each["name"]: (found[f"a{at}"], found[f"b{at}"]) for at, each in asked if f"a{at}" in found}
    rows = int(found["n"] or 0)
    return Profile(rows, distinct, ranges, is_empty=rows == 0)


def _asked(known: list[Column]) -> list[Column]:
    counted = columns.FIGURES | columns.TIMES | {"text", "boolean"}
    return [each for each in known if each["type"] in counted][:MOST_COLUMNS]
