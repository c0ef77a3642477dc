"""
What the house holds about a person: one register, which each room fills in its `privacy.py`.

A *holding* is one kind of rows about a person, as the copy that they ask for shows them: never a secret, and never
what only concerns others. A column that names a person and is in no holding stands in `LEFT` with the reason;
tests/house/test_holdings.py sees to it that no such column is forgotten.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

Rows = Iterable[dict[str, Any]]
Reading = Callable[[UUID], Rows]


@dataclass(frozen=True)
class Holding:
    """One kind of what is held: in words, from which columns (`table.column`), and how a person's rows are read."""

    name: str
    what: str
    columns: tuple[str, ...]
    of_organizations: bool
    rows: Reading

    @property
    def title(self) -> str:
        """Its name as a heading."""
        return self.name.replace("-", " ").capitalize()


LEFT: dict[str, str] = {}
"""Columns that name a person and whose rows are in no copy, with the reason."""
MADE = "says who made what is the organization's; that they made it stands among their acts"
_HOLDINGS: dict[str, Holding] = {}


def hold(name: str, what: str, *columns: str, of_organizations: bool = False) -> Callable[[Reading], Reading]:
    """
    Declare a holding; the function below it returns a person's rows, newest first.

    It is called at the reception, or, where it is `of_organizations`, in the scope of each one in turn.
    """

    def declared(rows: Reading) -> Reading:
        _HOLDINGS[name] = Holding(name, what, columns, of_organizations, rows)
        return rows

    return declared


def leave(because: str, *columns: str) -> None:
    """Say why the rows of columns that name a person are in no copy."""
    LEFT.update(dict.fromkeys(columns, because))


def holdings() -> list[Holding]:
    """Return every holding, by name."""
    return [_HOLDINGS[name] for name in sorted(_HOLDINGS)]
