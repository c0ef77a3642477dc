"""Rows on their way into a file, one at a time, so that there may be far more of them than fit into an answer."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from operant.platform.files.sandbox import Limits, TooBig

MOST_ROW = 2_000_000
"""Bytes of one row: what reads the file takes lines of so many, however many of its characters are written as six."""
_BUFFER = 1 << 20
_MOST_DIGITS, _FEW_DIGITS = 38, 18
_MOST_SIGNED = 2**63 - 1


@dataclass
class Noted:
    """
    A column, and what its values need to be kept as they are.

    `is_instant` says of a moment that it is one in every zone. `whole` and `scale` are the most digits that stood before and
    behind the point of a decimal, `highest` is the largest of the integers that are written as text.
    """

    name: str
    type: str
    is_instant: bool = False
    whole: int = 0
    scale: int = 0
    highest: int = 0

    def note(self, value: Any) -> None:
        """Take one value into account."""
        if self.type == "decimal":
            whole, _, part = value.lstrip("-").partition(".")
            self.whole, self.scale = max(self.whole, len(whole.lstrip("0"))), max(self.scale, len(part))
        elif self.type == "time" and not ("00" <= value[:2] <= "23" and value[2:3] == ":"):
            self.type = "text"  # a length of time, or the end of a day: no clock shows either
        elif self.type == "integer" and isinstance(value, str):
            self.highest = max(self.highest, int(value))

    @property
    def exact(self) -> str:
        """Return the type of DuckDB that holds every value that was noted, or nothing where its type's usual one does."""
        if self.type == "datetime":
            return "" if self.is_instant else "TIMESTAMP"
        if self.type == "integer" and self.highest > _MOST_SIGNED:
            return "UBIGINT" if self.highest < 2**64 else "VARCHAR"
        if self.type == "decimal" and (digits := self.whole + self.scale):
            if digits > _MOST_DIGITS:
                return "VARCHAR"
            return f"DECIMAL({_FEW_DIGITS if digits <= _FEW_DIGITS else _MOST_DIGITS}, {self.scale})"
        return ""

    def told(self) -> dict[str, str]:
        """Return the column as the answer of a call has it."""
        exact = self.exact
        return {"name": self.name, "type": "text" if exact == "VARCHAR" else self.type, "exact": exact}


class Pour:
    """
    A file that takes rows: one JSON object a line, its keys `c0`, `c1` and so on.

    `limits` say how many rows and bytes may come to stand in it.
    """

    def __init__(self, descriptor: int, limits: Limits) -> None:
        self._file, self._limits = os.fdopen(descriptor, "wb", buffering=_BUFFER), limits
        self._columns: list[Noted] = []
        self._noted: list[tuple[int, Noted]] = []
        self._keys: list[str] = []
        self._rows = self._bytes = 0

    def begin(self, columns: Sequence[Noted]) -> None:
        """Say what the rows consist of."""
        self._columns = list(columns)
        self._keys = [f"c{number}" for number in range(len(columns))]
        self._noted = [(at, each) for at, each in enumerate(columns) if each.type in {"decimal", "time", "integer"}]

    def put(self, row: Sequence[Any]) -> None:
        """
        Write one row.

        :raises TooBig: when it is one too many.
        """
        if self._rows == self._limits.rows:
            raise TooBig(f"It gives more than {self._limits.rows:,} rows. Take fewer: filter them, or add them up.")
        for at, each in self._noted:
            if row[at] is not None:
                each.note(row[at])
        line = json.dumps(dict(zip(self._keys, row, strict=True)), ensure_ascii=False).encode(errors="replace") + b"\n"
        self._rows, self._bytes = self._rows + 1, self._bytes + len(line)
        if self._bytes > self._limits.bytes:
            raise TooBig(f"It gives more than {self._limits.bytes // 1_000_000:,} MB. Take fewer columns or rows.")
        self._file.write(line)

    def end(self) -> dict[str, Any]:
        """Return what came: the columns, and how many rows."""
        self._file.close()
        return {"columns": [each.told() for each in self._columns], "rows": self._rows}


def too_large() -> TooBig:
    """Return the refusal of a single row that is too large for the file."""
    return TooBig(f"A single row is larger than {MOST_ROW:,} bytes.")
