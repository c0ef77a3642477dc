"""How a CSV is cut: its delimiter, its header, its decimal sign. Decided on the first megabyte."""

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass

from ..complaints import bad_file
from . import kinds

_SAMPLE_BYTES, _SAMPLE_ROWS = 1 << 20, 1000
# A comma is the delimiter only where nothing better divides the rows: decimal commas look like one.
_DELIMITERS = "\t;|,"
_MOST_TITLES = 20
# One value; a quote that is never closed is noticed after this much.
MOST_VALUE = 4 << 20
csv.field_size_limit(MOST_VALUE)


@dataclass
class Dialect:
    """What the first megabyte says about the file."""

    delimiter: str
    width: int
    labels: list[str] | None
    rows: list[list[str]]
    first_row: int
    decimal_comma: bool
    spaces: bool
    plain_start: bool
    titles: int
    row_bytes: int


def find(path: str) -> Dialect:
    text, whole = _sample(path)
    marked = re.match(r"sep=(.)\r?\n", text)
    spaces = re.search(r'[,;|\t] +"', text) is not None
    delimiter = marked[1] if marked else _delimiter(text, spaces)
    numbered = _numbered_rows(text, delimiter, spaces, whole)
    if not numbered:
        raise bad_file("The file holds no rows.")
    width = _usual_width(numbered)
    titles = 1 if marked else _titles(numbered, width)
    line, first = numbered[titles]
    rows = [row for _, row in numbered[titles:]]
    decimal_comma = _decimal_comma(rows[1:] or rows, delimiter)
    labels = first if _is_header(first, rows[1:], decimal_comma) else None
    width = max(width, len(first) if labels else 0)
    return Dialect(
        delimiter=delimiter,
        width=width,
        labels=labels,
        rows=rows[1:] if labels else rows,
        first_row=line + 1 if labels else line,
        decimal_comma=decimal_comma,
        spaces=spaces,
        plain_start=line == 1 and not titles,
        titles=0 if marked else titles,
        # DuckDB keeps 16 bytes for each text beside the text itself.
        row_bytes=sum(len(cell) + 16 for row in rows for cell in row) // max(1, len(rows)),
    )


def header(rows: list[list[str]]) -> tuple[list[str] | None, int]:
    """The labels of rows that are cut already, if they have any, and how many of the rows stand above the table."""
    numbered = list(enumerate(rows, 1))
    titles = _titles(numbered, _usual_width(numbered))
    first, rest = rows[titles], rows[titles + 1 :]
    return (first if _is_header(first, rest, decimal_comma=False) else None), titles


def _sample(path: str) -> tuple[str, bool]:
    with open(path, "rb") as source:
        data = source.read(_SAMPLE_BYTES + 1)
    return data[:_SAMPLE_BYTES].decode(errors="ignore"), len(data) <= _SAMPLE_BYTES


def _numbered_rows(text: str, delimiter: str, spaces: bool, whole: bool) -> list[tuple[int, list[str]]]:
    """Rows with the number of their last line, without blank ones and without a last one that was cut off."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=spaces)
    rows = []
    try:
        for row in reader:
            if any(row):
                rows.append((reader.line_num, row))
            if len(rows) > _SAMPLE_ROWS:
                return rows
    except csv.Error:
        pass
    return rows if whole or len(rows) < 2 else rows[:-1]


def _delimiter(text: str, spaces: bool) -> str:
    best, best_share = ",", 0.0
    for delimiter in _DELIMITERS:
        widths = [len(row) for _, row in _numbered_rows(text, delimiter, spaces, True)]
        if not widths:
            continue
        width, times = Counter(widths).most_common(1)[0]
        if width > 1 and times / len(widths) > best_share + 0.001:
            best, best_share = delimiter, times / len(widths)
    return best


def _usual_width(numbered: list[tuple[int, list[str]]]) -> int:
    return Counter(len(row) for _, row in numbered).most_common(1)[0][0]


def _titles(numbered: list[tuple[int, list[str]]], width: int) -> int:
    """How many lines stand above the table: shorter than it, with at most one thing in them."""
    for position, (_, row) in enumerate(numbered[:_MOST_TITLES]):
        if len(row) == width or sum(map(bool, row)) > 1:
            return position
    return 0


def _decimal_comma(rows: list[list[str]], delimiter: str) -> bool:
    comma = point = 0
    for row in rows:
        for cell in row:
            cell = cell.strip()
            if kinds.COMMA.fits(cell) and re.search(r",(\d{1,2}|\d{4,})$", cell):
                comma += 1
            elif kinds.POINT_GROUPED.fits(cell) and re.search(r"\.(\d{1,2}|\d{4,})$", cell):
                point += 1
    return comma > point if comma or point else delimiter == ";"


def _is_header(first: list[str], rows: list[list[str]], decimal_comma: bool) -> bool:
    filled = [cell.strip() for cell in first if cell.strip()]
    if len(filled) * 2 < len(first) or max(map(len, filled)) > 500 or _comes_again(first, rows):
        return False
    if not any(kind.fits(cell) for cell in filled for kind in kinds.kinds(decimal_comma)):
        return True
    return bool(rows) and _stands_out(first, rows, decimal_comma)


def _comes_again(first: list[str], rows: list[list[str]]) -> bool:
    """Whether most of the first row's cells stand in their columns again: then they are values like the others."""
    below = [row for row in rows if row != first]
    again = [n for n, cell in enumerate(first) if cell and any(n < len(row) and row[n] == cell for row in below)]
    return len(again) * 2 > len(first)


def _stands_out(first: list[str], rows: list[list[str]], decimal_comma: bool) -> bool:
    """A first row with values in it is a header where years head the columns (2024, 2025) that hold other things."""
    years = {cell.strip() for cell in first if re.fullmatch(r"(19|20)\d\d", cell.strip())}
    others = [cell for cell in first if cell.strip() not in years]
    if any(kind.fits(cell.strip()) for cell in others for kind in kinds.kinds(decimal_comma)):
        return False
    below = [row[position].strip() for row in rows[:50] for position in range(len(first)) if position < len(row)]
    return bool(years) and sum(bool(re.fullmatch(r"(19|20)\d\d", cell)) for cell in below) * 2 < len(below)
