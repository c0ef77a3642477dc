"""One connection for one question. Every statement has an end in time, and every answer one in size."""

import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pymysql.constants import COMMAND
from pymysql.err import Error
from pymysql.protocol import FieldDescriptorPacket, MysqlPacket

from operant.platform.files.sandbox import BadQuery, TooBig, TooSlow

from ..calls.complaints import TOO_MUCH
from ..calls.limits import CANCEL_SECONDS, GRACE_SECONDS, OVERHEAD, WRITTEN
from . import complaints, values
from .watching import Watch
from .wire import Wire

# For this session only: both end with it. The last two are what a client that vanished may cost the server.
_LIMITS = "lock_wait_timeout = {lock}, innodb_lock_wait_timeout = {lock}, wait_timeout = {idle}, net_write_timeout = {idle}"
_TIME = {True: "max_statement_time = {seconds}", False: "max_execution_time = {milliseconds}"}
_UTC = {"UTC", "+00:00", "Etc/UTC", "GMT"}
# As many as a table can have, and more than a SELECT can give.
_MOST_COLUMNS = 4_096
# What PyMySQL makes of an answer that is none.
_MISREAD = (AssertionError, AttributeError, IndexError, struct.error)
_PREPARED = struct.Struct("<xIHH")
Cells = list[bytes | None]


class Session:
    """A connection that reads inside one READ ONLY transaction and is closed after it."""

    def __init__(self, wire: Wire, watch: Watch, kill: Callable[[int], None]) -> None:
        self._wire, self._watch, self._kill = wire, watch, kill
        self._seconds, self._is_running, self.is_utc = 0.0, False, False

    @property
    def server(self) -> str:
        """Return the server's version as people say it: “10.11.6-MariaDB”."""
        # MariaDB says that it is a MySQL 5.5.5 first, for clients that know no other numbers.
        version = self._wire.server_version.removeprefix("5.5.5-")
        # What follows names the package that it came in.
        return version.partition("-MariaDB")[0] + "-MariaDB" if "-MariaDB" in version else version

    @property
    def user(self) -> str:
        return self._wire.user.decode(errors="replace")

    def begin(self, *, seconds: float, most_bytes: int, lock_seconds: float) -> None:
        """Begin to read: from here on everything together takes so long, and so many bytes may arrive."""
        self._seconds = seconds
        self._watch.allow(
            until=time.monotonic() + seconds + GRACE_SECONDS, late=TooSlow(f"This took longer than {seconds:g} seconds."),
            most_bytes=WRITTEN * most_bytes + OVERHEAD, much=TooBig(TOO_MUCH),
        )  # fmt: skip
        lock = max(1, int(min(seconds, lock_seconds)))
        limits = f"{_TIME['MariaDB' in self.server]}, {_LIMITS}"
        filled = limits.format(seconds=seconds, milliseconds=int(seconds * 1000), lock=lock, idle=int(seconds) + 5)
        for each in ("SET SESSION TRANSACTION READ ONLY", f"SET SESSION {filled}", "START TRANSACTION READ ONLY"):
            self.rows(each)
        [(zone, of_system)] = self.rows("SELECT @@session.time_zone, @@system_time_zone")
        self.is_utc = (of_system if zone == "SYSTEM" else zone) in _UTC

    def rows(self, sql: str) -> list[list[str | None]]:
        """Return the rows of a statement of ours, as text."""
        found = self.stream(sql)
        next(found)
        return [[None if cell is None else cell.decode(errors="replace") for cell in cells] for cells in found]

    def prepared(self, sql: str, unless: str = "", *, binds: int = 0) -> int:
        """
        Return how many columns one statement that `binds` so many values would give, without running it.

        :raises BadQuery: when it is wrong, asks for parameters, or is more than one; `unless` is what to say of its grammar.
        """
        with self._understood(sql, unless):
            self._wire._execute_command(COMMAND.COM_STMT_PREPARE, sql)
            _, columns, parameters = _PREPARED.unpack_from(self._wire._read_packet().get_all_data())
            for count in filter(None, (parameters, columns)):
                self._fields(count)
        if parameters != binds:
            raise BadQuery("Placeholders such as ? cannot be used here: write :name, and declare it.")
        return columns

    def bind(self, sql: str, given: list[str]) -> str:
        """Return what runs a statement with these values in place of its question marks, each written as an expression."""
        # Nothing that people wrote stands in these: bytes in hex and numbers.
        names = [f"@operant_{number}" for number in range(1, len(given) + 1)]
        for name, value in zip(["@operant_sql", *names], [values.hexed(sql), *given], strict=True):
            self.rows(f"SET {name} = {value}")
        with self._understood(sql):
            self.rows("PREPARE operant FROM @operant_sql")
        return f"EXECUTE operant USING {', '.join(names)}"

    def stream(self, sql: str, shown: str = "") -> Iterator[Any]:
        """Return first a list of the columns, and then each row as it arrives. Errors are about `shown`, when given."""
        with self._understood(shown or sql):
            self._is_running = True
            self._wire._execute_command(COMMAND.COM_QUERY, sql)
            packet = self._wire._read_packet()
            if packet.is_load_local_packet():
                raise ValueError("A server that asks for a file of ours: nobody asked to load one.")
            fields = [] if packet.is_ok_packet() else self._fields(packet.read_length_encoded_integer())
            yield fields
            while fields and not (packet := self._wire._read_packet()).is_eof_packet():
                yield _cells(packet, len(fields))
            self._is_running = False

    def close(self) -> None:
        """Take back what was begun, stop what still runs, and hang up."""
        # What rang for the query would ring on, and ring this off.
        self._watch.allow(until=time.monotonic() + CANCEL_SECONDS)
        running = self._wire.thread_id() if self._is_running else 0
        # A transaction that is not committed when its connection ends is rolled back.
        self._wire._force_close()
        if running:
            self._kill(running)

    def _fields(self, count: int) -> list[FieldDescriptorPacket]:
        if count > _MOST_COLUMNS:
            raise ValueError("More columns than there can be.")
        found = [self._wire._read_packet(FieldDescriptorPacket) for _ in range(count)]
        self._wire._read_packet()  # what ends the list
        return found

    @contextmanager
    def _understood(self, sql: str, unless: str = "") -> Iterator[None]:
        try:
            yield
        except Error as error:
            self._is_running = False
            if unless and error.args[0] in complaints.SYNTAX:
                raise BadQuery(unless) from None
            raise complaints.of_query(error, sql, self._seconds) from None
        except _MISREAD:
            raise ValueError("A packet that PyMySQL cannot read.") from None


def _cells(packet: MysqlPacket, count: int) -> Cells:
    return [packet.read_length_coded_string() for _ in range(count)]
