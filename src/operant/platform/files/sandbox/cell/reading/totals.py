"""A last row that sums up those above it, as people write under tables: whoever adds a column up counts everything twice."""

import math
import re

from ..engine import Engine, named

_SAYING = re.compile(
    r"\W*((grand|sub|all|in)[ -]?)?(totals?|sum|summe|gesamt(summe)?|insgesamt|totale|totaal|suma|somme|итого|всего)\W*", re.I
)
_FIGURES = {"integer", "decimal", "float"}
_MOST_TEXTS, _MOST_FIGURES = 5, 50
# Sums of floats depend on the order in which they were added up, and people round them.
_NEAR = 1e-6


def told(engine: Engine, table: str, columns: list[tuple[str, str]], rows: int) -> list[str]:
    """Return what is to be known of the last of so many rows of a table, given the name and type of each column."""
    texts = [named(name) for name, kind in columns if kind == "text"][:_MOST_TEXTS]
    figures = [named(name) for name, kind in columns if kind in _FIGURES][:_MOST_FIGURES]
    if rows < 3 or not texts or not figures:
        return []
    last = engine.rows(f"SELECT {', '.join([*texts, *figures])} FROM {table} LIMIT 1 OFFSET {rows - 1}")[0]
    said = next((each for each in last[: len(texts)] if each and _SAYING.fullmatch(each)), "")
    if not said:
        return []
    sums = engine.rows(f"SELECT {', '.join(f'sum({each})' for each in figures)} FROM {table}")[0]
    if not any(_is_sum(whole, each) for whole, each in zip(sums, last[len(texts) :], strict=True)):
        return []
    return [
        f"The last row, “{said.strip()}”, holds the sums of those above it: a total of all rows counts everything twice. "
        "Delete it in the file, or leave it out in queries."
    ]


def _is_sum(whole: float | None, last: float | None) -> bool:
    return bool(whole and last) and math.isclose(float(whole), 2 * float(last), rel_tol=_NEAR)
