import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Coroutine, Hashable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import psycopg

from operant.platform.refusals import Refusal, TooMany

log = logging.getLogger("operant.ingest")
RETRY_SECONDS = 1.0
# So many rows are written as soon as one.
LEAST = 16
# A server that went without a word must be noticed while its screens still wait.
PATIENCE = {
    "connect_timeout": 10, "keepalives_idle": 5, "keepalives_interval": 5, "keepalives_count": 2,
    "tcp_user_timeout": 15_000,
}  # fmt: skip

Row = TypeVar("Row", bound=Sequence[str])
Waiting = tuple[Row, "asyncio.Future[Told | None]"]
Told = Sequence[Any]


class Unavailable(Refusal):
    """What was sent could not be kept now; it is to be sent again after `retry_after` seconds."""

    status = 503
    code = "unavailable"

    def __init__(self, sentence: str, *, retry_after: int = 5) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class Lane(Generic[Row]):
    """
    One kind of sample: rows of values as `spelled` spells them. `statement` takes an array for each column and returns,
    for each row it took, its ordinal from 1 and whatever the answer needs.

    It is one statement, so that all of a batch is committed or nothing. `subject` says whom a row is about: a batch
    holds one row of each, and the order of one subject's rows is kept. Of one subject at most `most_of_one` wait.
    """

    def __init__(
        self, name: str, statement: str, *, subject: Callable[[Row], Hashable], most_waiting: int = 4000,
        most_of_one: int = 20, batch: int = 1000,
    ) -> None:  # fmt: skip
        self.name, self.statement, self.subject = name, statement, subject
        self.most_waiting, self.most_of_one, self.batch = most_waiting, most_of_one, batch
        self.is_open = self.is_connected = self._closing = False
        self._waiting: list[Waiting[Row]] = []
        self._waiting_of: dict[Hashable, int] = {}
        self._filled = asyncio.Event()

    async def put(self, row: Row) -> Told | None:
        """
        Return, once its batch is committed, what the statement told of the row; None when it did not take it.

        :raises Unavailable: when the database is away, or too many wait already.
        :raises TooMany: when too many of the same subject wait.
        """
        if not self.is_connected:
            raise Unavailable("The database does not answer at this moment.")
        if len(self._waiting) >= self.most_waiting:
            raise Unavailable("More is sent than can be kept at this moment.")
        subject = self.subject(row)
        mine = self._waiting_of.get(subject, 0)
        if mine >= self.most_of_one:
            raise TooMany("This was sent faster than it can be kept.", retry_after=5)
        self._waiting_of[subject] = mine + 1
        answer: asyncio.Future[Told | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((row, answer))
        self._filled.set()
        return await answer

    def run(self, parameters: Mapping[str, Any]) -> Coroutine[Any, Any, None]:
        """
        Write batches until cancelled or closed, over a connection of the lane's own that is made anew when it is lost.

        Closing counts from this call on, before the first step of what it returns.
        """
        self._filled = asyncio.Event()
        self._closing = False
        return self._run(parameters)

    async def _run(self, parameters: Mapping[str, Any]) -> None:
        try:
            while not self._closing:
                try:
                    await self._connected(parameters)
                except psycopg.OperationalError as error:
                    log.warning("%s cannot be written (%s); trying again.", self.name, _words(error))
                    await asyncio.sleep(RETRY_SECONDS)
                except Exception:
                    # Ended, the lane would refuse every screen until somebody starts the process again.
                    log.exception("%s cannot be written; trying again over another connection.", self.name)
                    await asyncio.sleep(RETRY_SECONDS)
        finally:
            self.is_open = False
            self._interrupt()

    def close(self) -> None:
        """Take nothing more; `run` ends when everything that waits is written."""
        self._closing, self.is_open = True, False
        self._filled.set()

    async def _connected(self, parameters: Mapping[str, Any]) -> None:
        async with await psycopg.AsyncConnection.connect(**{**parameters, **PATIENCE}, autocommit=True) as connection:
            self.is_open = self.is_connected = True
            try:
                while batch := await self._next():
                    await self._answered(connection, batch)
            finally:
                self._interrupt()

    async def _next(self) -> list[Waiting[Row]]:
        """
        Return half of what waits, or wait for it; nothing when the lane closes.

        Half, so that this process answers some while the database writes the others, and neither waits for the other.
        """
        while not self._waiting and not self._closing:
            self._filled.clear()
            await self._filled.wait()
        most = min(self.batch, max(LEAST, len(self._waiting) // 2))
        batch: dict[Hashable, Waiting[Row]] = {}
        left = []
        for each in self._waiting:
            subject = self.subject(each[0])
            if subject in batch or len(batch) >= most:
                left.append(each)
            else:
                batch[subject] = each
        self._waiting = left
        self._waiting_of = Counter([self.subject(row) for row, _ in left])
        return list(batch.values())

    async def _answered(self, connection: psycopg.AsyncConnection, batch: list[Waiting[Row]]) -> None:
        try:
            told = await self._written(connection, [row for row, _ in batch])
        except BaseException as error:
            _refuse(batch)
            if not isinstance(error, psycopg.OperationalError) or connection.closed:
                raise
            log.warning("A batch of %s was given up (%s).", self.name, _words(error))
        else:
            for (_, answer), each in zip(batch, told, strict=True):
                if not answer.done():
                    answer.set_result(each)

    async def _written(self, connection: psycopg.AsyncConnection, rows: list[Row]) -> list[Told | None]:
        try:
            # PostgreSQL's own spelling of arrays: many times faster to write than by the driver's generic way.
            columns = ["{" + ",".join(column) + "}" for column in zip(*rows, strict=True)]
            cursor = await connection.execute(self.statement, columns, prepare=True)
            told = {ordinal: rest for ordinal, *rest in await cursor.fetchall()}
            return [told.get(ordinal) for ordinal in range(1, len(rows) + 1)]
        except (psycopg.DataError, psycopg.IntegrityError) as error:
            # One row that the database refuses must not take the others with it.
            if len(rows) == 1:
                log.warning("A row of %s was refused (%s).", self.name, _words(error))
                return [None]
            middle = len(rows) // 2
            return [*await self._written(connection, rows[:middle]), *await self._written(connection, rows[middle:])]
        except psycopg.ProgrammingError as error:
            # Not this row but every row is refused: tables or rights are not what the statement expects.
            log.error("%s cannot be written in batches (%s).", self.name, _words(error))
            return [None] * len(rows)

    def _interrupt(self) -> None:
        self.is_connected = False
        waiting, self._waiting = self._waiting, []
        self._waiting_of.clear()
        _refuse(waiting)


def spelled(value: Any) -> str:
    """Return a value as an element of one of PostgreSQL's arrays."""
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _refuse(batch: list[Waiting[Row]]) -> None:
    for _, answer in batch:
        if not answer.done():
            answer.set_exception(Unavailable("The database does not answer at this moment."))


def _words(error: psycopg.Error) -> str:
    return error.diag.message_primary or str(error).strip().splitlines()[-1][:200]
