"""Stage's one way to data: a query goes to its place, an outcome comes out. Never inside a scope."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from operant.platform.files import sandbox

from . import binding, mysql, postgres, steps
from .calls import Database
from .calls import ask as ask_database

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
    """What is kept here as a table, like an uploaded file; DuckDB asks it in the sandbox."""

    name: str
    parquet: Path


@dataclass(frozen=True)
class DatabaseFile:
    """A database file of SQLite that was uploaded; SQLite asks it in the sandbox."""

    path: Path


Place = FileTable | DatabaseFile | Database


class Replaced(sandbox.SandboxRefusal):
    """The table was put in place anew between its being looked up and its being read: look it up again."""

    status = 409
    code = "source_replaced"


def _ask_file(
    place: FileTable | DatabaseFile, sql: str, limits: sandbox.Limits, values: Sequence[binding.Value]
) -> dict[str, Any]:
    try:
        if isinstance(place, DatabaseFile):
            return vars(sandbox.ask_database(place.path, sql, limits, values))
        return vars(sandbox.query({place.name: place.parquet}, sql, limits, values))
    except FileNotFoundError:
        raise Replaced("New data came at this very moment. Try again.") from None


_DIALECTS = {
    FileTable: binding.DUCKDB, DatabaseFile: binding.SQLITE, postgres.Database: binding.POSTGRES, mysql.Database: binding.MYSQL,
}  # fmt: skip


def ask(place: Place, sql: str, limits: sandbox.Limits, given: binding.Given = ()) -> Outcome:
    """
    Return the answer to a query over one source, asked with the values of its parameters.

    :raises sandbox.SandboxRefusal: when the query is wrong, too slow or too big, or the source cannot be reached.
    """
    bound = binding.bound(sql, given, _DIALECTS[type(place)])
    asked = ask_database if isinstance(place, Database) else _ask_file
    try:
        return Outcome(**asked(place, bound.sql, limits, bound.values))
    except sandbox.BadQuery as error:
        raise bound.placed(error) from None


def stepped(found: Outcome, described: Sequence[dict[str, Any]]) -> Outcome:
    """
    Return an answer as its steps make it, or why they cannot.

    The error of a failed one stays.
    """
    if found.error or not described:
        return found
    try:
        made = steps.taken(steps.Table(found.columns, found.rows, found.truncated), described)
    except steps.BadStep as error:
        return Outcome(error=error.message, duration_ms=found.duration_ms)
    return replace(found, columns=made.columns, rows=made.rows, truncated=made.truncated)


def outcome(place: Place, sql: str, given: binding.Given = ()) -> Outcome:
    """
    Return the answer to a query, or the failure as an outcome.

    :raises Replaced: when there is a newer table than that of the place.
    """
    started = time.perf_counter()
    try:
        return ask(place, sql, REFRESH, given)
    except Replaced:
        raise
    except sandbox.SandboxRefusal as error:
        return failed(error.message, started)
    except Exception:
        log.exception("A query could not be run.")
        return failed(OUR_FAULT, started)


def failed(sentence: str, started: float) -> Outcome:
    """Return the outcome of a query that failed, and was begun when `time.perf_counter` said so."""
    return Outcome(error=sentence, duration_ms=round((time.perf_counter() - started) * 1000))


def first_rows(table: str, rows: int) -> str:
    """Return the query for the first rows of a table, spelled as SQL wants it, as they are."""
    return f"select * from {table} limit {int(rows)}"
