"""Rewrite a CSV that breaks its own rules as one that keeps them, and say what was done to which line.

Short rows are filled up, rows with too many values or with broken quotes are left out and counted: nothing goes
without being told, and when more than one row in a hundred is bad the file is refused.
"""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..complaints import bad_file
from .dialect import Dialect

_TOLD = 3
_MOST_BAD_SHARE = 0.01


@dataclass
class _Found:
    rows: int = 0
    short: list[int] = field(default_factory=list)
    bad: list[tuple[int, str]] = field(default_factory=list)
    short_count: int = 0
    bad_count: int = 0

    def a_short(self, line: int) -> None:
        self.short_count += 1
        if len(self.short) < _TOLD:
            self.short.append(line)

    def a_bad(self, line: int, why: str) -> None:
        self.bad_count += 1
        if len(self.bad) < _TOLD:
            self.bad.append((line, why))


class _Lines:
    """The lines of a file, numbered, with the power to give some of them a second time."""

    def __init__(self, source: Iterator[str]) -> None:
        self._source, self._again = source, deque()
        self.number, self.held = 0, []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._source)
        self.number += 1
        self.held.append(line)
        return line

    def give_back(self, lines: list[str]) -> None:
        self._again.extendleft(reversed(lines))
        self.number -= len(lines)


def mend(path: str, dialect: Dialect, to: str) -> list[str]:
    """Write the rows after the header to `to` as plain comma-separated CSV; returns the warnings."""
    found = _Found()
    with open(path, encoding="utf-8", newline="") as source, open(to, "w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        for line, row in _rows(source, dialect, found):
            if line >= dialect.first_row and any(row):
                found.rows += 1
                fitted = _fit(row, dialect.width, line, found)
                if fitted is not None:
                    writer.writerow(fitted)
    _judge(found, dialect.width)
    return _told(found, dialect.width)


def _rows(source: Iterator[str], dialect: Dialect, found: _Found) -> Iterator[tuple[int, list[str]]]:
    lines = _Lines(source)
    options = {"delimiter": dialect.delimiter, "skipinitialspace": dialect.spaces}
    reader = csv.reader(lines, strict=True, **options)
    while True:
        lines.held.clear()
        first = lines.number + 1
        try:
            yield first, next(reader)
        except StopIteration:
            return
        except csv.Error:
            row = _second_look(lines, options, dialect.width)
            if row is not None:
                yield first, row
            elif first >= dialect.first_row:
                found.rows += 1
                found.a_bad(first, "a quotation mark that does not fit")


def _second_look(lines: _Lines, options: dict, width: int) -> list[str] | None:
    """Read the line at fault by itself, with a stray quotation mark taken as it stands; the others are read anew."""
    held = list(lines.held)
    lines.give_back(held[1:])
    if len(held) != 1:
        return None
    try:
        row = next(csv.reader(held, strict=False, **options))
    except (csv.Error, StopIteration):
        return None
    return row if len(row) == width else None


def _fit(row: list[str], width: int, line: int, found: _Found) -> list[str] | None:
    if len(row) < width:
        found.a_short(line)
        return row + [""] * (width - len(row))
    if any(cell.strip() for cell in row[width:]):
        found.a_bad(line, f"{len(row)} values for {width} columns")
        return None
    return row[:width]


def _judge(found: _Found, width: int) -> None:
    if not found.bad_count or found.bad_count <= found.rows * _MOST_BAD_SHARE:
        return
    line, why = found.bad[0]
    more = f" {found.bad_count:,} of {found.rows:,} rows have such a fault." if found.bad_count > 1 else ""
    raise bad_file(f"Line {line} cannot be read: {why}.{more} Mend the file and upload it again.", line)


def _told(found: _Found, width: int) -> list[str]:
    warnings = []
    if found.bad_count:
        listed = "; ".join(f"line {line}: {why}" for line, why in found.bad)
        warnings.append(f"{_rows_were(found.bad_count)} left out ({listed}{_and_more(found.bad_count)}).")
    if found.short_count:
        listed = ", ".join(f"line {line}" for line in found.short)
        warnings.append(
            f"{_rows_were(found.short_count)} shorter than {width} columns and filled up with empty values "
            f"({listed}{_and_more(found.short_count)})."
        )
    return warnings


def _rows_were(count: int) -> str:
    return "1 row was" if count == 1 else f"{count:,} rows were"


def _and_more(count: int) -> str:
    return "; …" if count > _TOLD else ""
