"""A sheet of an Excel workbook to a table. Its cells say what they are: nothing is guessed from how they are written."""

import contextlib
import csv
import datetime as dt
import functools
import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import python_calamine

from ..complaints import Complaint, bad_file
from ..engine import Engine, path_of, quoted
from . import csv_file, dialect, names, workbook
from .kinds import NOTHING
from .table import Plan, Planned, unreadable

_SHEET = "sheet.csv"
_SAMPLE_ROWS = 1000
# From here on a number of Excel is no longer exact.
_MOST_WHOLE = 2**53
# What all values of a column are, as the column's type and the SQL of a value.
_TYPES = {
    frozenset({"whole"}): ("integer", "TRY_CAST({c} AS BIGINT)"),
    frozenset({"number"}): ("float", "TRY_CAST({c} AS DOUBLE)"),
    frozenset({"whole", "number"}): ("float", "TRY_CAST({c} AS DOUBLE)"),
    frozenset({"boolean"}): ("boolean", "TRY_CAST({c} AS BOOLEAN)"),
    frozenset({"date"}): ("date", "TRY_CAST({c} AS DATE)"),
    frozenset({"datetime"}): ("datetime", "TRY_CAST({c} AS TIMESTAMP)"),
    frozenset({"date", "datetime"}): ("datetime", "TRY_CAST({c} AS TIMESTAMP)"),
    frozenset({"time"}): ("time", "TRY_CAST({c} AS TIME)"),
    frozenset({"duration"}): ("float", "TRY_CAST({c} AS DOUBLE)"),
}


@dataclass
class _Column:
    """What was met in one column."""

    kinds: set[str] = field(default_factory=set)
    nothings: int = 0

    @property
    def made(self) -> tuple[str, str]:
        return _TYPES.get(frozenset(self.kinds), ("text", "{c}"))


def plan(engine: Engine, descriptor: int, limits: dict, chosen: str = "") -> Plan:
    sheets, taken, extent = workbook.look(descriptor, limits, chosen)
    sheet = _opened(descriptor, taken.name)
    if sheet.width > limits["columns"]:
        raise bad_file(f"The sheet “{taken.name}” has {sheet.width:,} columns; at most {limits['columns']} can be read.")
    labels, passed, titles = _header(sheet)
    found = [_Column() for _ in range(sheet.width)]
    row_bytes = _write(sheet, passed, found)
    del sheet  # its memory is wanted for what follows
    staged = csv_file.stage(engine, _SHEET, len(found), limits, row_bytes)
    named = names.name_all((labels or []) + [""] * (len(found) - len(labels or [])), engine.reserved)
    planned, kept = [], []
    for number, ((name, label), column) in enumerate(zip(named, found, strict=True)):
        if column.kinds or column.nothings or (labels and number < len(labels) and labels[number].strip()):
            type_, sql = column.made
            money = extent.currencies.get(number, "") if extent.width == len(found) and type_ in {"integer", "float"} else ""
            planned.append(Planned(name, label, type_, sql.replace("{c}", f"c{number}"), f"c{number}", money))
            kept.append(column)
    warnings = [*_told_sheets(sheets, chosen), *csv_file.told(titles, bool(labels), "row", "sheet"), *_told_errors(extent.errors)]
    return Plan(
        f"SELECT * FROM {quoted(staged)}", planned, warnings, unreadable, row_bytes,
        guessed=functools.partial(_told_types, planned, kept), sheets=tuple(each.name for each in sheets),
    )  # fmt: skip


def _opened(descriptor: int, name: str) -> python_calamine.CalamineSheet:
    try:
        with _unheard():
            return python_calamine.CalamineWorkbook.from_path(path_of(descriptor)).get_sheet_by_name(name)
    except python_calamine.PasswordError:
        raise bad_file("The workbook has a password. Save it without one and upload that.") from None
    except (MemoryError, KeyboardInterrupt, SystemExit, Complaint):
        raise
    except BaseException:
        # A fault within the library is no Exception.
        raise bad_file(workbook.DAMAGED) from None


@contextlib.contextmanager
def _unheard() -> Iterator[None]:
    """Keep what the library writes about a fault within it out of the server's log: it would be pages about somebody's file."""
    heard, (reading, writing) = os.dup(2), os.pipe()
    os.close(reading)
    os.dup2(writing, 2)
    os.close(writing)
    try:
        yield
    finally:
        os.dup2(heard, 2)
        os.close(heard)


def _header(sheet: python_calamine.CalamineSheet) -> tuple[list[str] | None, int, int]:
    """Return the labels, if there are any, how many rows stand before the first of values, and how many of them are titles."""
    sample = []
    for row in _rows(sheet):
        sample.append(_trimmed([_text(value) for value in row]))
        if len(sample) > _SAMPLE_ROWS:
            break
    if not sample:
        raise bad_file("The sheet holds no values.")
    labels, titles = dialect.header(sample)
    return labels, titles + bool(labels), titles


def _trimmed(row: list[str]) -> list[str]:
    end = max((number for number, text in enumerate(row, 1) if text), default=0)
    return row[:end]


def _rows(sheet: python_calamine.CalamineSheet) -> Iterator[list]:
    """Rows with something in them."""
    return (row for row in sheet.iter_rows() if any(value != "" for value in row))


def _write(sheet: python_calamine.CalamineSheet, passed: int, found: list[_Column]) -> int:
    """Write the rows of values as CSV, noting what each column holds; returns what a row takes in memory."""
    size = count = 0
    with open(_SHEET, "w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        for number, row in enumerate(_rows(sheet)):
            if number >= passed:
                written = [_noted(value, column) for value, column in zip(row, found, strict=True)]
                writer.writerow(written)
                count += 1
                size += sum(map(len, written)) + 16 * len(written)
    return size // max(1, count)


def _noted(value, column: _Column) -> str:
    text = _text(value)
    if isinstance(value, str) and text in NOTHING:
        column.nothings += 1
    elif text:
        column.kinds.add(_kind(value))
    return text


def _kind(value) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "whole" if _is_whole(value) else "number"
    if isinstance(value, dt.timedelta):
        return "duration"
    if isinstance(value, dt.date | dt.time):
        return type(value).__name__
    return "text"


def _is_whole(value: float) -> bool:
    return abs(value) <= _MOST_WHOLE and value == int(value)


def _text(value) -> str:
    """A value as text that says the same."""
    if isinstance(value, str):
        return value.replace("\0", "") if value.strip() else ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.timedelta):
        return _text(value.total_seconds())
    if isinstance(value, int | float):
        return str(int(value)) if _is_whole(value) else repr(value)
    return str(value)


def _told_sheets(sheets: list[workbook.Sheet], chosen: str) -> list[str]:
    # Whoever chose one knows that there are others.
    if len(sheets) == 1 or chosen:
        return []
    return [f"The first sheet, “{sheets[0].name}”, was read. Left out: {workbook.listed(sheets[1:])}."]


def _told_errors(count: int) -> list[str]:
    if not count:
        return []
    told = "One cell holds an error such as #N/A and is" if count == 1 else f"{count:,} cells hold errors such as #N/A and are"
    return [f"{told} empty in the table."]


def _told_types(planned: list[Planned], found: list[_Column], pinned: Collection[str]) -> list[str]:
    free = [(column, met) for column, met in zip(planned, found, strict=True) if column.name not in pinned]
    durations = [column.label for column, met in free if met.kinds == {"duration"}]
    mixed = [column.label for column, met in free if column.type == "text" and met.kinds - {"text"}]
    nothings = [column.label for column, met in free if column.type != "text" and met.nothings]
    return [
        *csv_file.listed("Durations were read as seconds", durations),
        *csv_file.listed("Values of several kinds were read as text", mixed),
        *csv_file.listed("Marks such as NA or - were read as empty", nothings),
    ]
