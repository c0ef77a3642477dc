"""Stage's one way to data: a query goes to its place, an outcome comes out. Never inside a scope."""

import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from operant.platform.files import sandbox

from . import postgres

log = logging.getLogger("operant.stage")
PREVIEW = sandbox.Limits(rows=1_000)
REFRESH = sandbox.Limits()
OUR_FAULT = "The data could not be read because of a fault in Operant. It is tried again."


@dataclass(frozen=True)
class Outcome:
    """What a query gave: rows, or a sentence about why there are none."""

    columns: list[dict[str, str]] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    truncated: bool = False
    duration_ms: int = 0
    error: str = ""


@dataclass(frozen=True)
class FileTable:
    """An uploaded file as the table it became; DuckDB asks it in the sandbox."""

    name: str
    parquet: Path


Place = FileTable | postgres.Database


def ask(place: Place, sql: str, limits: sandbox.Limits) -> Outcome:
    """
    Return the answer to a query over one source.

    :raises sandbox.SandboxRefusal: when the query is wrong, too slow or too big, or the source cannot be reached.
    """
    if isinstance(place, postgres.Database):
        return Outcome(**postgres.ask(place, sql, limits))
    return Outcome(**vars(sandbox.query({place.name: place.parquet}, sql, limits)))


def outcome(place: Place, sql: str) -> Outcome:
    """Return the answer to a query, or the failure as an outcome."""
    try:
        return ask(place, sql, REFRESH)
    except sandbox.SandboxRefusal as error:
        return Outcome(error=error.message)
    except Exception:
        log.exception("A query could not be run.")
        return Outcome(error=OUR_FAULT)


def first_rows(place: Place, table: str, rows: int) -> Outcome:
    """Return the first rows of a table, spelled as SQL wants it, as they are, or the failure as an outcome."""
    return outcome(place, f"select * from {table} limit {int(rows)}")
