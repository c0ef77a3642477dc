"""One connection for one question. Every statement has an end in time, and every answer one in size."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from psycopg import Error, pq
from psycopg.pq import ConnStatus, ExecStatus, PollingStatus, TransactionStatus

from operant.platform.files.sandbox import BadQuery, TooBig, TooSlow

from ..calls import waiting
from ..calls.complaints import LOST, TOO_MUCH
from ..calls.limits import CANCEL_SECONDS, GRACE_SECONDS, OVERHEAD, WRITTEN
from ..stepping import Unreachable
from . import complaints
from .database import Database
from .values import NOTHING, Given

_GOOD = {ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK, ExecStatus.SINGLE_TUPLE, ExecStatus.EMPTY_QUERY}
_COPIES = {ExecStatus.COPY_IN, ExecStatus.COPY_OUT, ExecStatus.COPY_BOTH}
# For this transaction only: behind a pooler, what is set for the session stays there for whoever comes next.
_BEGIN = """BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL default_transaction_read_only = on;
SET LOCAL statement_timeout = {timeout};
SET LOCAL lock_timeout = {lock};
SET LOCAL idle_in_transaction_session_timeout = {idle};
SET LOCAL DateStyle = 'ISO, YMD';
SET LOCAL IntervalStyle = 'postgres';
SET LOCAL bytea_output = 'hex';
SET LOCAL extra_float_digits = 1;
SET LOCAL standard_conforming_strings = on"""


class Session:
    """A connection that reads inside one READ ONLY transaction and is closed after it."""

    def __init__(self, wire: pq.PGconn, database: Database) -> None:
        self.database = database
        self._wire, self._socket = wire, waiting.borrowed(wire.socket)
        self._opened = self._socket.__enter__()
        self._wire.nonblocking = 1
        self._wire.notice_handler = None
        self._seconds, self._deadline, self._most = 0.0, time.monotonic(), 0

    @property
    def server(self) -> str:
        """Return the server's version as people say it: “16.4”."""
        return (self._wire.parameter_status(b"server_version") or b"").decode(errors="replace").split(" ")[0]

    def begin(self, *, seconds: float, most_bytes: int, lock_seconds: float) -> None:
        """Begin to read: from here on everything together takes so long, and so many bytes may arrive."""
        self._seconds, self._deadline = seconds, time.monotonic() + seconds + GRACE_SECONDS
        self._most = waiting.received(self._opened) + WRITTEN * most_bytes + OVERHEAD
        milliseconds = int(seconds * 1000)
        begin = _BEGIN.format(
            timeout=milliseconds, lock=min(milliseconds, int(lock_seconds * 1000)), idle=milliseconds + 5000
        )
        self._finished(begin, lambda: self._wire.send_query(begin.encode()))
        if self.database.schema:
            schema = self.database.schema.replace('"', '""')
            self.rows("SELECT set_config('search_path', $1, true)", [f'"{schema}"'])

    def rows(self, sql: str, values: list[str] | None = None) -> list[tuple[str | None, ...]]:
        """Return the rows of a statement of ours, as text."""
        given = [value.encode() for value in values or []]
        [result] = self._finished(sql, lambda: self._wire.send_query_params(sql.encode(), given))
        return [
            tuple(_text(result.get_value(row, column)) for column in range(result.nfields))
            for row in range(result.ntuples)
        ]

    def described(self, sql: str, given: Given = NOTHING) -> list[tuple[str, int]]:
        """
        Return the columns that one statement would give, each with the oid of its type, without running it.

        :raises BadQuery: when it is wrong, asks for parameters, or is more than one.
        """
        [prepared] = self._finished(sql, lambda: self._wire.send_prepare(b"", sql.encode(), given.oids))
        if prepared.status == ExecStatus.EMPTY_QUERY:
            return []
        [shape] = self._finished(sql, lambda: self._wire.send_describe_prepared(b""))
        if shape.nparams > len(given.oids):
            raise BadQuery("Placeholders such as $1 cannot be used here: write :name, and declare it.")
        return [((shape.fname(each) or b"").decode(errors="replace"), shape.ftype(each)) for each in range(shape.nfields)]

    def stream(self, sql: str, shown: str, shift: int, given: Given = NOTHING) -> Iterator[str | None]:
        """Return the first column of each row as it arrives. Errors point into `shown`, which begins after `shift`."""
        for result in self._results(lambda: self._send_for_rows(sql, given)):
            if result.status not in _GOOD:
                raise complaints.of_wrapped(result, shown, self._seconds, shift)
            for row in range(result.ntuples):
                yield _text(result.get_value(row, 0))

    def close(self) -> None:
        """Take back what was begun, stop what still runs, and hang up."""
        try:
            if self._wire.status == ConnStatus.OK and self._wire.transaction_status == TransactionStatus.ACTIVE:
                self._cancel()
        finally:
            self._socket.__exit__(None, None, None)
            # A transaction that is not committed when its connection ends is rolled back.
            self._wire.finish()

    def _cancel(self) -> None:
        deadline = time.monotonic() + CANCEL_SECONDS
        canceling = self._wire.cancel_conn()
        try:
            canceling.start()
            while (answer := canceling.poll()) not in (PollingStatus.OK, PollingStatus.FAILED):
                waiting.until_ready(canceling.socket, reading=answer == PollingStatus.READING, deadline=deadline)
        except (Error, waiting.TooLate):
            return  # the server's own limit ends the statement
        finally:
            canceling.finish()

    def _send_for_rows(self, sql: str, given: Given) -> None:
        self._wire.send_query_params(sql.encode(), given.texts, given.oids)
        self._wire.set_single_row_mode()

    def _finished(self, sql: str, send: Callable[[], None]) -> list[Any]:
        results = list(self._results(send))
        for result in results:
            if result.status not in _GOOD:
                raise complaints.of_query(result, sql, self._seconds)
        return results[-1:]

    def _results(self, send: Callable[[], None]) -> Iterator[Any]:
        try:
            send()
            self._flush()
            while (result := self._next()) is not None:
                if result.status in _COPIES:
                    raise ValueError("libpq gives this result again and again, for nobody asked to copy.")
                yield result
        except waiting.TooLate:
            raise TooSlow(f"This took longer than {self._seconds:g} seconds.") from None
        except Error:
            raise Unreachable("read", LOST) from None

    def _flush(self) -> None:
        while self._wire.flush():
            if waiting.until_ready(self._wire.socket, reading=True, writing=True, deadline=self._deadline):
                self._take()

    def _next(self) -> Any:
        while self._wire.is_busy():
            waiting.until_ready(self._wire.socket, reading=True, deadline=self._deadline)
            self._take()
        return self._wire.get_result()

    def _take(self) -> None:
        self._wire.consume_input()
        if waiting.received(self._opened) > self._most:
            raise TooBig(TOO_MUCH)


def _text(value: bytes | None) -> str | None:
    return None if value is None else bytes(value).decode(errors="replace")
