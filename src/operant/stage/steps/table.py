"""A result as steps see it: columns with types, rows of cells, and how cells are read and written."""

import json
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from operant.platform.files.sandbox import SandboxRefusal
from operant.platform.files.sandbox.cell.names import distinct

Column = dict[str, str]
NUMERIC = {"integer", "decimal", "float"}
MOST_COLUMNS, MOST_CELLS = 500, 1_000_000
_SAFE_INTEGER = 2**53


class BadStep(SandboxRefusal):
    """A step that does not fit the rows it gets. `step` counts from 1."""

    code = "bad_step"
    step = 0

    def at(self, step: int) -> "BadStep":
        """Return the same, said of the step that it is."""
        said = BadStep(f"Step {step}: {self.message}")
        said.step = step
        return said


@dataclass(frozen=True)
class Table:
    """Columns and rows. Where it is `truncated`, there are more rows than these."""

    columns: list[Column]
    rows: list[list[Any]] = field(default_factory=list)
    truncated: bool = False

    def position(self, name: str) -> int:
        """
        Return where a column is.

        :raises BadStep: when there is none of that name.
        """
        for position, column in enumerate(self.columns):
            if column["name"] == name:
                return position
        known = ", ".join(f"“{each['name']}”" for each in self.columns[:8])
        raise BadStep(f"There is no column “{name}” here. There is: {known or 'none'}.")

    def type(self, name: str) -> str:
        """Return a column's type."""
        return self.columns[self.position(name)]["type"]

    def numbers(self, name: str) -> list[Decimal | None]:
        """
        Return the figures of a column.

        :raises BadStep: when it holds none.
        """
        if self.type(name) not in NUMERIC:
            raise BadStep(f"The column “{name}” holds no numbers.")
        position = self.position(name)
        return [number(row[position]) for row in self.rows]

    def keys(self, names: list[str]) -> list[tuple]:
        """Return for each row what it has in these columns, as something that rows can be told apart by."""
        places = [(self.position(name), self.type(name)) for name in names]
        return [tuple(key_of(row[position], type) for position, type in places) for row in self.rows]


def made(columns: list[Column], rows: list[list[Any]]) -> Table:
    """
    Return a table whose columns have names of their own.

    :raises BadStep: when it is larger than a result may be.
    """
    if len(columns) > MOST_COLUMNS or len(columns) * len(rows) > MOST_CELLS:
        raise BadStep(f"This makes {len(columns):,} columns of {len(rows):,} rows, more than can be shown.")
    names = distinct([each["name"] for each in columns])
    return Table([{**each, "name": name} for each, name in zip(columns, names, strict=True)], rows)


def number(cell: Any) -> Decimal | None:
    """Return a cell as a number, or None where it is none."""
    if cell is None or isinstance(cell, bool):
        return None
    try:
        found = Decimal(str(cell))
    except InvalidOperation:
        return None
    # What no figure on a wall is, and would take the reach of decimals.
    return found if found.is_finite() and abs(found.adjusted()) <= 400 else None


def written(value: Decimal | None, type: str) -> Any:
    """Return a number as a cell of this type has it."""
    if value is None:
        return None
    if type == "float":
        return float(value) if abs(value) < Decimal("1e308") else None
    if type == "integer":
        whole = int(value)
        return whole if abs(whole) <= _SAFE_INTEGER else str(whole)
    return format(value, "f")


def key_of(cell: Any, type: str) -> Any:
    """Return what a cell is told apart by: numbers by what they are, however they are written."""
    if type in NUMERIC:
        return number(cell)
    return json.dumps(cell, sort_keys=True) if type == "json" else cell
