"""A file of SQLite, opened so that neither the SQL nor anything in the file can do more than read it."""

import sqlite3
import time
from collections.abc import Sequence

from ..engine import path_of
from . import shaping

_MEGABYTE = 1 << 20
_MOST_SQL = 100_000
# What a SELECT does: read columns, call functions, count on itself. All else is refused while it is understood.
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
# Functions that load programs, or take the address of one.
_FUNCTIONS = {"load_extension", "fts3_tokenizer", "readfile", "writefile", "edit"}
_STEPS_BETWEEN_LOOKS = 1_000
_LIMITS = {
    sqlite3.SQLITE_LIMIT_ATTACHED: 0, sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1, sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 500, sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 200,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 1_000, sqlite3.SQLITE_LIMIT_SQL_LENGTH: 10 * _MOST_SQL,
}  # fmt: skip


class File:
    """An open file. Whatever is asked of it ends at the deadline."""

    def __init__(self, descriptor: int, limits: dict) -> None:
        self._deadline = time.monotonic() + limits["seconds"]
        self._lists = False
        # Immutable: no lock, no journal and no log beside it is looked for.
        self._connection = sqlite3.connect(
            f"file:{path_of(descriptor)}?mode=ro&immutable=1", uri=True, isolation_level=None, cached_statements=0, timeout=0
        )
        self._connection.text_factory = lambda text: text.decode(errors="replace")
        self._connection.set_progress_handler(self._is_late, _STEPS_BETWEEN_LOOKS)
        for which, most in {**_LIMITS, sqlite3.SQLITE_LIMIT_LENGTH: max(limits["bytes"], _MEGABYTE)}.items():
            self._connection.setlimit(which, most)
        # What stands in the file is not to be trusted: its views and checks call no function that does more than compute.
        for each in ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON", "mmap_size = 0"):
            self._connection.execute(f"PRAGMA {each}")
        self._connection.execute(f"PRAGMA hard_heap_limit = {int(limits['memory_mb']) * _MEGABYTE}")
        self._connection.set_authorizer(self._may)

    def ask(self, sql: str, values: Sequence[shaping.Bound] = ()) -> sqlite3.Cursor:
        """Return what one statement gives, row by row."""
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, len(values))
        return self._connection.execute(sql, values)

    def declared(self, table: str) -> dict[str, str]:
        """Return the type that each column of a table was declared with, which binds nobody."""
        self._lists = True
        try:
            return {name: kind.upper() for _, name, kind, *_ in self.ask(f"PRAGMA table_info({quoted(table)})")}
        finally:
            self._lists = False

    def until(self, deadline: float) -> None:
        """Let what follows take until then by the monotonic clock."""
        self._deadline = deadline

    def _is_late(self) -> bool:
        return time.monotonic() > self._deadline

    def _may(self, action: int, first: str | None, second: str | None, *_where: str | None) -> int:
        if action == sqlite3.SQLITE_PRAGMA and first == "table_info" and self._lists:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in _FUNCTIONS:
            return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def quoted(name: str) -> str:
    """Return a name as SQL takes it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'
