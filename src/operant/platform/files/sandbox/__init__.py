"""People's files and people's SQL, read by a separate process that can do nothing else.

Every call gets a fresh process: its files are handed to it already open, it has no network, no environment, no other
file, limited memory, time and disk, and it ends with its one answer. `strength()` says which of the kernel's walls
this machine offers; DuckDB's own settings and the reading of the SQL (`cell.grammar`) stand in front of them.
"""

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from . import runner
from .cell import paths
from .outcomes import (
    BadFile,
    BadQuery,
    Busy,
    Column,
    Converted,
    FileLimits,
    Limits,
    Listed,
    NoSuchSheet,
    Picked,
    Result,
    SandboxBroken,
    SandboxRefusal,
    Stored,
    TooBig,
    TooSlow,
)

__all__ = [
    "BadFile", "BadQuery", "Column", "Converted", "FileLimits", "Limits", "Listed", "NoSuchSheet", "Picked", "Result",
    "SandboxBroken", "SandboxRefusal", "Stored", "Busy", "TooBig", "TooSlow", "ask_database", "check_expression", "convert",
    "gather", "get_ready", "list_database", "pick", "query", "strength", "tabulate",
]  # fmt: skip


def query(
    tables: dict[str, Path], sql: str, limits: Limits | None = None, values: Sequence[tuple[str, str | None]] = ()
) -> Result:
    """Run one SELECT over Parquet files; raises BadQuery, TooSlow or TooBig.

    `tables` are the names the SQL may use, and their files (made by `convert`). At most `limits.rows` rows and about
    `limits.bytes` bytes come back, `truncated` says whether there were more. `values` are bound to $1, $2 and so on: each
    the name of its kind (text, integer, decimal, date, boolean) and how it is written, or None for NULL.
    """
    limits = limits or Limits()
    job = {"task": "query", "tables": list(tables), "sql": sql, "values": [list(each) for each in values]}
    with runner.private_folder() as folder:
        return Result(**runner.run(job, list(tables.values()), folder, limits))


def list_database(path: Path, limits: Limits | None = None) -> Listed:
    """Return what can be read in a database file of SQLite; raises BadFile, TooSlow or TooBig."""
    with runner.private_folder() as folder:
        return Listed(**runner.run({"task": "list_database"}, [path], folder, limits or Limits()))


def ask_database(
    path: Path, sql: str, limits: Limits | None = None, values: Sequence[tuple[str, str | None]] = ()
) -> Result:
    """Run one SELECT over a database file of SQLite, as it stands; raises BadQuery, BadFile, TooSlow or TooBig.

    `values` are bound to ?1, ?2 and so on, as those of `query` are.
    """
    job = {"task": "ask_database", "sql": sql, "values": [list(each) for each in values]}
    with runner.private_folder() as folder:
        return Result(**runner.run(job, [path], folder, limits or Limits()))


def convert(
    path: Path, kind: str, *, to: Path | None = None, limits: FileLimits | None = None, pins: Mapping[str, str] | None = None,
    sheet: str = "", known: Mapping[str, str] | None = None,
) -> Converted:
    """Turn a CSV, Excel (xlsx), JSON or Parquet file into a clean Parquet file at `to`; raises BadFile, TooSlow or TooBig.

    Without `to` the result lies beside the source, with `.parquet` added to its name. It appears whole or not at all.
    `pins` say what columns are, by name: text, number, date, day_first, month_first, datetime, time or boolean.
    Of a workbook `sheet` is read, or the first one. `known` are the types of columns, by name, of what is read anew: numbers that
    look like days stay numbers, and days stay days.
    """
    job = {"task": "convert", "kind": kind, "pins": dict(pins or {}), "sheet": sheet, "known": dict(known or {})}
    return _made(job, [path], to or path.with_name(path.name + ".parquet"), limits)


def gather(
    columns: list[Column], *, before: Path | None, since: Path | None, to: Path, limits: FileLimits | None = None
) -> Converted:
    """Write a table of these columns to `to`; raises BadFile, TooSlow or TooBig.

    Its rows are those of a Parquet file `before`, and of `since`: one JSON object a line, with values of these types.
    """
    files = {"before": before, "since": since}
    given = {part: path for part, path in files.items() if path is not None}
    job = {"task": "gather", "columns": [vars(column) for column in columns], "parts": list(given)}
    return _made(job, list(given.values()), to, limits)


def tabulate(path: Path, columns: list[Stored], *, to: Path, limits: FileLimits | None = None) -> Converted:
    """Write the rows of a file to `to`: one JSON object a line, its keys c0, c1 …; raises BadFile, TooSlow or TooBig."""
    return _made({"task": "tabulate", "columns": [vars(column) for column in columns]}, [path], to, limits)


def pick(
    path: Path, *, rows: str, following: str, measure: str = "", to: Path, limits: FileLimits | None = None
) -> Picked:
    """Write the rows of an answer in JSON to `to`, one object a line; raises BadFile, TooSlow or TooBig.

    `rows` and `following` are JMESPath: where the rows are, and the address of the next page. Without `rows`, the one
    list of an object is taken, or the whole. An answer of Prometheus is read as one when its `measure` has a name.
    """
    job = {"task": "pick", "rows": rows, "following": following, "measure": measure}
    with runner.private_folder() as folder:
        told = runner.run(job, [path], folder, limits or FileLimits())
        _put(folder / "picked.ndjson", to)
    return Picked(**told)


def check_expression(text: str) -> None:
    """Raise ValueError, with a sentence, for what is no JMESPath."""
    paths.compiled(text)


def get_ready() -> None:
    """Have processes made for queries that are about to come; returns at once."""
    runner.nursery.get_ready()


def strength() -> dict[str, bool | int]:
    """Which walls of the kernel stand around a sandbox process on this machine."""
    return runner.nursery.be_alive()


def _made(job: dict, files: list[Path], to: Path, limits: FileLimits | None) -> Converted:
    with runner.private_folder() as folder:
        told = runner.run(job, files, folder, limits or FileLimits())
        _put(folder / "out.parquet", to)
    columns = [Column(**column) for column in told["columns"]]
    return Converted(to, columns, told["rows"], told["warnings"], told.get("sheets", []))


def _put(made: Path, to: Path) -> None:
    with tempfile.NamedTemporaryFile(dir=to.parent, prefix=".", suffix=".part", delete=False) as part:
        try:
            with made.open("rb") as source:
                shutil.copyfileobj(source, part, 1 << 20)
            part.flush()
            os.fsync(part.fileno())
            os.replace(part.name, to)
        except BaseException:
            os.unlink(part.name)
            raise
