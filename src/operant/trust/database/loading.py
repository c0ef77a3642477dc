"""The way back: a plain dump, piece by piece, into a database that is emptied in the same transaction."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Protocol

import psycopg

from operant.platform.refusals import Refusal

_COPY = re.compile(rb"^COPY (?:public\.)?\"?([\w.]+)\"? [^\n]*FROM stdin;\n", re.MULTILINE)
_END = b"\\.\n"
# psql's own words; and a setting that servers before 17 do not know.
_SKIPPED = re.compile(rb"^(\\(un)?restrict [^\n]*|SET transaction_timeout = 0;)\n", re.MULTILINE)

# Default privileges come back with the dump. Standing before it they would give tables more than they had: a dump
# says what was granted, not what was taken away.
EMPTY = """
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM ot_app, ot_ingest, ot_sweep, ot_backup;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM ot_app, ot_ingest, ot_sweep, ot_backup;
DO $body$
DECLARE
  one record;
BEGIN
  FOR one IN SELECT oid::regclass AS name FROM pg_class
             WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition LOOP
    EXECUTE format('DROP TABLE IF EXISTS %s CASCADE', one.name);
  END LOOP;
  FOR one IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S' LOOP
    EXECUTE format('DROP SEQUENCE IF EXISTS public.%I CASCADE', one.relname);
  END LOOP;
  FOR one IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = 'public'::regnamespace LOOP
    EXECUTE format('DROP ROUTINE IF EXISTS %s CASCADE', one.name);
  END LOOP;
  FOR one IN SELECT oid::regtype AS name FROM pg_type
             WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'c', 'd') LOOP
    EXECUTE format('DROP TYPE IF EXISTS %s CASCADE', one.name);
  END LOOP;
  FOR one IN SELECT oid::regclass AS name FROM pg_class WHERE relnamespace = 'app'::regnamespace AND relkind = 'r'
             AND has_table_privilege(oid, 'DELETE') LOOP
    EXECUTE format('DELETE FROM %s', one.name);
  END LOOP;
END
$body$;
"""


_SETTINGS = "SELECT setdatabase, setrole, setconfig FROM pg_catalog.pg_db_role_setting ORDER BY 1, 2"
_ENDED = (
    "The backup ended the transaction that it was restored in, which no backup of Operant does: part of it may stand in "
    "the database now. Restore a backup whose origin you know."
)


class Bounds:
    """What a dump, which is a program, must not reach beyond: the open transaction, and the settings of later ones."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection = connection
        self._transaction = self._current()
        self._settings = connection.execute(_SETTINGS).fetchall()

    def check(self) -> None:
        """
        Make sure that nothing counts yet.

        :raises Refusal: when the dump went further.
        """
        # What it left for the end of the transaction comes now, while it can be seen.
        self._connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if self._current() != self._transaction:
            raise Refusal(_ENDED)
        if self._connection.execute(_SETTINGS).fetchall() != self._settings:
            raise Refusal(
                "The backup changes settings of the database or of a role, which no backup of Operant does. Nothing was "
                "changed. Restore a backup whose origin you know."
            )

    def passed(self) -> bool:
        """Give everything up, and return whether some of it counted before, or may have: a lost server does not tell."""
        try:
            self._connection.rollback()
            asked = self._connection.execute("SELECT pg_catalog.pg_xact_status(%s::pg_catalog.xid8)", [self._transaction])
        except psycopg.Error:
            return True
        return asked.fetchone()[0] == "committed"

    def _current(self) -> str:
        return self._connection.execute("SELECT pg_catalog.pg_current_xact_id()::text").fetchone()[0]


class Rows(Protocol):
    """Takes a table's rows, in COPY's text form."""

    def write(self, rows: bytes) -> object: ...


class Reader(Protocol):
    """What is done with a dump."""

    def run(self, statements: bytes) -> None: ...

    def table(self, name: str, statement: bytes) -> AbstractContextManager[Rows]: ...


class Database:
    """Runs a dump on a connection."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._cursor = connection.cursor()

    def run(self, statements: bytes) -> None:
        self._cursor.execute(statements)

    def table(self, name: str, statement: bytes) -> AbstractContextManager[Rows]:
        return self._cursor.copy(statement)


class Counter:
    """Runs nothing, and counts the rows of each table."""

    def __init__(self) -> None:
        self.rows: dict[str, int] = {}
        self._name = ""

    def run(self, statements: bytes) -> None:
        return

    @contextmanager
    def table(self, name: str, statement: bytes) -> Iterator["Counter"]:
        self._name = name
        self.rows[name] = 0
        yield self

    def write(self, rows: bytes) -> None:
        self.rows[self._name] += rows.count(b"\n")


class Script:
    """A plain dump that arrives in pieces; nothing is kept in memory but the statement that is arriving."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._rest = b""
        self._table: ExitStack | None = None
        self._rows: Rows

    def feed(self, piece: bytes) -> None:
        """
        Take the next piece.

        :raises Refusal: when the database does not take it.
        """
        self._rest += piece
        with _sentences():
            while self._pass_rows() if self._table else self._find_table():
                pass

    def finish(self) -> None:
        """
        Run what is left.

        :raises Refusal: when that is not the end of a dump.
        """
        if self._table:
            raise Refusal("The backup's database ends in the middle of a table.")
        with _sentences():
            self._run(self._rest)
        self._rest = b""

    def _find_table(self) -> bool:
        found = _COPY.search(self._rest)
        if not found:
            return False
        self._run(self._rest[: found.start()])
        self._rest = self._rest[found.end() :]
        self._table = ExitStack()
        self._rows = self._table.enter_context(self._reader.table(found[1].decode(), found[0].strip()))
        return True

    def _run(self, text: bytes) -> None:
        if text := _SKIPPED.sub(b"", text).strip():
            self._reader.run(text)

    def _pass_rows(self) -> bool:
        """Pass on the rows that are whole; return whether the table ended with them."""
        if self._rest.startswith(_END):
            end, is_last = 0, True
        else:
            end = self._rest.find(b"\n" + _END) + 1
            is_last = end > 0
            end = end or self._rest.rfind(b"\n") + 1
        if end:
            self._rows.write(self._rest[:end])
        self._rest = self._rest[end + (len(_END) if is_last else 0) :]
        if is_last:
            self._table.close()
            self._table = None
        return is_last


@contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        said = str(error).strip().splitlines()
        raise Refusal(f"The database did not take the backup: {said[0] if said else type(error).__name__}") from error
