"""How often a source is asked, as the source itself counts it: for any number of watchers, and for none."""

import secrets
import time
from collections.abc import Iterator

import psycopg
from psycopg import sql

from bench import door
from bench.connected import Connected
from bench.rows import Goal, Row
from bench.run import Bench

MOST_SECONDS = 600
WATCHERS, AT_ONCE = (1, 20, 200, 2_000), (20, 200)
UNWATCHED_SECONDS = 15
# Each of its sessions ends with its one question, and tells what it counted as it ends.
COUNTED_SECONDS = 1.5
EXACTLY_ONE = Goal("exactly 1", 1, of_ratio=False)
NONE = Goal("exactly 0", 0, of_ratio=False)
DATABASE, READER = "bench_upstream", "bench_reader"
COUNT = "SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'sales'"


class Counted(Connected):
    """A dashboard over somebody's database, which counts how often its table was read."""

    # Nothing is due by itself while one refresh is counted.
    refresh = 3_600

    def __init__(self, bench: Bench) -> None:
        password = secrets.token_urlsafe(12)
        self.dsn = bench.house.database(DATABASE)
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            role = {"role": sql.Identifier(READER), "password": sql.Literal(password)}
            connection.execute(sql.SQL("DROP ROLE IF EXISTS {role}").format(**role))
            connection.execute(sql.SQL("CREATE ROLE {role} LOGIN PASSWORD {password}").format(**role))
            connection.execute("CREATE TABLE sales AS SELECT n % 7 AS region, n AS amount FROM generate_series(1, 1000) n")
            connection.execute(sql.SQL("GRANT SELECT ON sales TO {role}").format(**role))
            connection.execute("ANALYZE sales")
        super().__init__(bench.house, DATABASE, READER, password)

    def counted(self) -> int:
        """Return how often the table was read so far."""
        time.sleep(COUNTED_SECONDS)
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            return connection.execute(COUNT).fetchone()[0]


def run(bench: Bench) -> Iterator[Row]:
    with door.opened(bench.house.upstream_port, bench.house.server_socket()):
        board = Counted(bench)
        for watchers in WATCHERS:
            yield _refreshed(board, watchers)
        for number, viewers in enumerate(AT_ONCE):
            yield _cold(board, viewers, number)
        yield _unwatched(board)
        board.forget()


def _refreshed(board: Counted, watchers: int) -> Row:
    with board.watched(watchers):
        before = board.counted()
        own = board.refreshed()
        asked = board.counted() - before
    return _row(f"upstream queries of one refresh, {watchers:,} watchers", asked, own)


def _cold(board: Counted, viewers: int, number: int) -> Row:
    chart = board.cold_chart(number)
    before = board.counted()
    _, own = board.cold_viewers(viewers, chart)
    return _row(f"upstream queries of {viewers} cold viewers at once", board.counted() - before, own)


def _unwatched(board: Counted) -> Row:
    before = board.counted()
    own = board.queries_unwatched(UNWATCHED_SECONDS)
    name = f"upstream queries in {UNWATCHED_SECONDS} s, no watchers"
    return Row(name, board.counted() - before, "", NONE, note=_note(own))


def _row(name: str, asked: int, own: int) -> Row:
    return Row(name, asked, "", EXACTLY_ONE, note=_note(own))


def _note(own: int) -> str:
    return f"reads of the table as PostgreSQL counts them; the house's own count says {own}"
