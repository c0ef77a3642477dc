"""Stage's one way to DuckDB: a query goes into the sandbox, an outcome comes out. Never inside a scope."""

import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection

from operant.platform.files import sandbox

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


def ask(table: str, parquet: Path, sql: str, limits: sandbox.Limits) -> Outcome:
    """
    Return the answer to a query over one table.

    :raises sandbox.SandboxRefusal: when the query is wrong, too slow or too big.
    """
    _give_connection_back()
    found = sandbox.query({table: parquet}, sql, limits)
    return Outcome(found.columns, found.rows, found.truncated, found.duration_ms)


def outcome(table: str, parquet: Path, sql: str) -> Outcome:
    """Return the answer to a query, or the failure as an outcome."""
    try:
        return ask(table, parquet, sql, REFRESH)
    except sandbox.SandboxRefusal as error:
        return Outcome(error=error.message)
    except Exception:
        log.exception("A query could not be run in the sandbox.")
        return Outcome(error=OUR_FAULT)


def _give_connection_back() -> None:
    # A query may wait ten seconds for its place: twenty waiting ones would hold every connection of the process.
    if not connection.in_atomic_block:
        connection.close()


def first_rows(table: str, parquet: Path, rows: int) -> Outcome:
    """Return a table's first rows as they are, or the failure as an outcome."""
    return outcome(table, parquet, f'select * from "{table}" limit {int(rows)}')
