"""The first rows of an answer, as a page shows them."""

import json
from typing import Any

from ..engine import Outcome

LONGEST = 160


def lines(outcome: Outcome) -> list[list[tuple[dict[str, str], Any]]]:
    """Return each row as its columns with what stands there; JSON as it is written, and as much of it as fits a cell."""
    return [[(column, _shown(cell)) for column, cell in zip(outcome.columns, row, strict=True)] for row in outcome.rows]


def _shown(cell: Any) -> Any:
    if not isinstance(cell, dict | list):
        return cell
    text = json.dumps(cell, ensure_ascii=False)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"
