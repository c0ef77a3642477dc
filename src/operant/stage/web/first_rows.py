"""The first rows of an answer, as a page shows them."""

import json
from decimal import InvalidOperation
from typing import Any

from operant.platform import reading

from .. import columns
from ..engine import Outcome

LONGEST = 160
# From here on a float is no whole number any more.
_EXACT = 2**53


def lines(outcome: Outcome) -> list[list[tuple[dict[str, str], Any]]]:
    """
    Return each row as its columns with what stands there.

    Figures are written as the reader does, JSON as it is, and as much of it as fits a cell.
    """
    return [[(column, _shown(column, cell)) for column, cell in zip(outcome.columns, row, strict=True)] for row in outcome.rows]


def _shown(column: columns.Column, cell: Any) -> Any:
    if column["type"] in columns.FIGURES and cell is not None and not columns.is_naming(column):
        return _figure(cell)
    if not isinstance(cell, dict | list):
        return cell
    text = json.dumps(cell, ensure_ascii=False)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _figure(cell: int | float | str) -> str:
    if isinstance(cell, str):
        return _parted(cell)
    return reading.number(int(cell) if abs(cell) < _EXACT and cell == int(cell) else cell)


def _parted(text: str) -> str:
    try:
        return reading.figure(text)
    except InvalidOperation:
        # SQLite keeps words in columns of numbers.
        return text
