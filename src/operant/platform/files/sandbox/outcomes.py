"""What the sandbox takes and gives: limits, results, and the ways in which it refuses."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from operant.platform.refusals import Refusal


@dataclass(frozen=True)
class Limits:
    """What one query may use. `bytes` and `rows` cut the result; the others end the query."""

    rows: int = 10_000
    bytes: int = 5_000_000
    seconds: float = 10
    memory_mb: int = 512
    disk_mb: int = 1024
    threads: int = 2


@dataclass(frozen=True)
class FileLimits:
    """
    What turning one uploaded file into Parquet may use, and how large its table may become.

    One thread: with two, a file of 400 columns needed four times the memory, and pages are served meanwhile.
    """

    rows: int = 50_000_000
    columns: int = 500
    unpacked_bytes: int = 2_000_000_000
    seconds: float = 300
    memory_mb: int = 1024
    disk_mb: int = 4096
    threads: int = 1


@dataclass(frozen=True)
class Column:
    """A column of a converted file: its name in SQL, its label in the file, its type, and of money its currency if it is said."""

    name: str
    type: str
    label: str
    currency: str = field(default="", kw_only=True)


@dataclass(frozen=True)
class Stored(Column):
    """A column whose values are kept `exact` in a type of DuckDB; where that is empty, in the usual one of its type."""

    exact: str = ""


@dataclass(frozen=True)
class Converted:
    """A file that became a table. `warnings` are sentences for the person who uploaded it; `sheets` are those of a workbook."""

    parquet_path: Path
    columns: list[Column]
    rows: int
    warnings: list[str]
    sheets: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Listed:
    """The tables of a database file: names as SQL spells them, rows if they were counted, columns. With sentences to warn."""

    tables: list[dict[str, Any]]
    warnings: list[str]


@dataclass(frozen=True)
class Picked:
    """How many rows an answer had, and the address of the next page as it stands there, or nothing."""

    rows: int
    next: str


@dataclass(frozen=True)
class Result:
    """The answer of a query; values are written as the wire has them (see ARCHITECTURE, Stage)."""

    columns: list[dict[str, str]]
    rows: list[list]
    truncated: bool
    duration_ms: int


class SandboxRefusal(Refusal):
    """Base of everything the sandbox refuses; `message` (the sentence) is for people."""

    status = 422

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.message, self.line, self.column = message, line, column


class BadFile(SandboxRefusal):
    """The file cannot be read as what it claims to be; `line` is where, when that is known."""

    code = "bad_file"


class NoSuchSheet(BadFile):
    """A workbook has not the sheet that was wanted; `sheets` are the names of those that it has."""

    def __init__(self, message: str, sheets: list[str]) -> None:
        super().__init__(message)
        self.sheets = sheets


class BadQuery(SandboxRefusal):
    """The SQL is wrong or not allowed; `line` and `column` count from 1, when they are known."""

    code = "bad_query"


class TooSlow(SandboxRefusal):
    """It took longer than its limit, or every sandbox process was busy for as long."""

    status = 408
    code = "too_slow"


class Busy(TooSlow):
    """Every sandbox process was busy for as long as it might take: nothing is known of the query itself."""


class TooBig(SandboxRefusal):
    """It needed more memory or disk than its limit."""

    code = "too_big"


class SandboxBroken(RuntimeError):
    """The sandbox itself failed: a fault of ours, never of the file or the query."""
