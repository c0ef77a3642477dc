"""People's files and people's SQL, read by a separate process that can do nothing else.

Every call gets a fresh process: its files are handed to it already open, it has no network, no environment, no other
file, limited memory, time and disk, and it ends with its one answer. `strength()` says which of the kernel's walls
this machine offers; DuckDB's own settings and the reading of the SQL (`cell.grammar`) stand in front of them.
"""

import os
import shutil
import tempfile
from pathlib import Path

from . import runner
from .outcomes import (
    BadFile,
    BadQuery,
    Column,
    Converted,
    FileLimits,
    Limits,
    Result,
    SandboxBroken,
    SandboxRefusal,
    TooBig,
    TooSlow,
)

__all__ = [
    "BadFile", "BadQuery", "Column", "Converted", "FileLimits", "Limits", "Result", "SandboxBroken", "SandboxRefusal",
    "TooBig", "TooSlow", "convert", "query", "strength",
]  # fmt: skip


def query(tables: dict[str, Path], sql: str, limits: Limits | None = None) -> Result:
    """Run one SELECT over Parquet files; raises BadQuery, TooSlow or TooBig.

    `tables` are the names the SQL may use, and their files (made by `convert`). At most `limits.rows` rows and about
    `limits.bytes` bytes come back, `truncated` says whether there were more.
    """
    limits = limits or Limits()
    job = {"task": "query", "tables": list(tables), "sql": sql}
    with runner.private_folder() as folder:
        return Result(**runner.run(job, list(tables.values()), folder, limits))


def convert(path: Path, kind: str, *, to: Path | None = None, limits: FileLimits | None = None) -> Converted:
    """Turn a CSV, JSON or Parquet file into a clean Parquet file at `to`; raises BadFile, TooSlow or TooBig.

    Without `to` the result lies beside the source, with `.parquet` added to its name. It appears whole or not at all.
    """
    to = to or path.with_name(path.name + ".parquet")
    with runner.private_folder() as folder:
        told = runner.run({"task": "convert", "kind": kind}, [path], folder, limits or FileLimits())
        _put(folder / "out.parquet", to)
    columns = [Column(**column) for column in told["columns"]]
    return Converted(to, columns, told["rows"], told["warnings"])


def strength() -> dict[str, bool | int]:
    """Which walls of the kernel stand around a sandbox process on this machine."""
    return runner.nursery.be_alive()


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
