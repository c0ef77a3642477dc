"""What is different between the columns of two versions of a source, said in words. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WORDS = {
    "text": "text", "integer": "a whole number", "decimal": "a number", "float": "a number", "boolean": "yes or no",
    "date": "a date", "datetime": "a date with a time", "time": "a time", "json": "JSON",
}  # fmt: skip
_MOST_LISTED = 8
Types = Mapping[str, str]


@dataclass(frozen=True)
class Difference:
    """What became of the columns: those that came, those that went, and those of another type, as (name, before, after)."""

    came: tuple[str, ...] = ()
    went: tuple[str, ...] = ()
    turned: tuple[tuple[str, str, str], ...] = ()

    @property
    def may_break(self) -> bool:
        """Whether a query that worked before may not work any more."""
        return bool(self.went or self.turned)

    @property
    def sentences(self) -> list[str]:
        """What people read about it."""
        found = [f"{name} is gone." for name in self.went]
        found += [f"{name} was {WORDS.get(was, was)} and is {WORDS.get(now, now)} now." for name, was, now in self.turned]
        found += [f"{name} is new." for name in self.came]
        more = len(found) - _MOST_LISTED
        return found if more <= 0 else [*found[:_MOST_LISTED], f"And {more} more."]


def types(columns: Sequence[Mapping[str, Any]], listing: Sequence[Mapping[str, Any]] = ()) -> Types:
    """Return the type of each column by name; those of a database's tables are named with them."""
    within = {f"{table['name']}.{each['name']}": each["type"] for table in listing for each in table["columns"]}
    return {**{each["name"]: each["type"] for each in columns}, **within}


def difference(before: Types, after: Types) -> Difference:
    """Return what is different from one to the other, in the order in which columns stand."""
    return Difference(
        tuple(name for name in after if name not in before),
        tuple(name for name in before if name not in after),
        tuple((name, kind, after[name]) for name, kind in before.items() if after.get(name, kind) != kind),
    )
