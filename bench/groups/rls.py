"""Row security: what a statement costs in a scope, beside the same with a hand-written WHERE and no row security."""

import time
from collections.abc import Callable, Iterator
from uuid import UUID

import psycopg

from bench.house import House
from bench.rows import Row, share
from bench.run import Bench
from bench.seeds import organizations
from bench.timing import paired

ROUNDS = 31
PEER = "the same statement as the administrator, who no policy concerns, with WHERE organization_id = …"
INDEXED = "SELECT id, name, payload, at FROM events_announcement {where} ORDER BY at DESC LIMIT {limit}"
SEQUENTIAL = "SELECT count(*), max(at) FROM events_announcement {where}"
FILL = """INSERT INTO events_announcement (id, organization_id, name, payload, commitments, actor_kind, actor_label,
        request_id, subject_kind, at)
    SELECT gen_random_uuid(), %s, 'organizations.organization.renamed', '{"before": "Bench", "name": "Benches"}', '{}', '',
        '', '', 'bench', now() - n * interval '1 second'
    FROM generate_series(1, %s) n"""
NO_INDEX = "SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_indexonlyscan = off"


def run(bench: Bench, sizes: tuple[int, ...] = (1_000, 1_000_000), rounds: int = ROUNDS) -> Iterator[Row]:
    with bench.house.administrator() as connection:
        made = dict(zip(sizes, organizations(connection, len(sizes)), strict=True))
        try:
            for rows, organization in made.items():
                bench.say(f"writing {rows:,} rows")
                connection.execute(FILL, [organization, rows])
            connection.execute("VACUUM ANALYZE events_announcement")
            yield from _rows(bench.house, made, rounds)
        finally:
            for table, column in (("events_announcement", "organization_id"), ("organizations_organization", "id")):
                connection.execute(f"DELETE FROM {table} WHERE {column} = ANY(%s)", [list(made.values())])


def _rows(house: House, sizes: dict[int, UUID], rounds: int) -> Iterator[Row]:
    for rows, organization in sizes.items():
        with _Sides(house, organization) as sides:
            for limit, times in ((20, 300), (1_000, 30)):
                ours, theirs = paired(rounds, *sides.indexed(limit, times=times))
                name = f"RLS, indexed, {limit:,} of {rows:,} rows"
                yield Row(name, ours, "ms", share(1.10, "at most 1.10 times"), theirs, PEER)
            # A small organization's rows are found past the large one's, as in any scan of a shared table.
            ours, theirs = paired(-(-rounds // 3), *sides.sequential(times=1))
            yield Row(f"RLS, sequential, {rows:,} rows", ours, "ms", share(1.15, "at most 1.15 times"), theirs, PEER)


class _Sides:
    """One connection as ot_app in a scope, and one as the administrator."""

    def __init__(self, house: House, organization: UUID) -> None:
        self.house, self.organization = house, organization

    def __enter__(self) -> "_Sides":
        from operant.cli import databases
        from operant.cli.house import settings
        from operant.platform.tenancy import signing

        self.app = psycopg.connect(**databases.serving(settings()))
        self.app.execute("SELECT set_config('app.ctx', %s, true), app.remember()", [signing.signed("app.ctx", self.organization)])
        self.administrator = psycopg.connect(self.house.dsn())
        return self

    def __exit__(self, *failure: object) -> None:
        self.app.close()
        self.administrator.close()

    def indexed(self, limit: int, *, times: int) -> tuple[Callable[[], float], Callable[[], float]]:
        return self._both(INDEXED.replace("{limit}", str(limit)), times)

    def sequential(self, *, times: int) -> tuple[Callable[[], float], Callable[[], float]]:
        for connection in (self.app, self.administrator):
            connection.execute(NO_INDEX)
        return self._both(SEQUENTIAL, times)

    def _both(self, statement: str, times: int) -> tuple[Callable[[], float], Callable[[], float]]:
        in_scope = statement.format(where="")
        by_hand = statement.format(where=f"WHERE organization_id = '{self.organization}'")
        expected = self.administrator.execute(by_hand).fetchall()
        if self.app.execute(in_scope).fetchall() != expected:
            raise AssertionError("Both sides must find the same rows.")
        return _each(self.app, in_scope, times), _each(self.administrator, by_hand, times)


def _each(connection: psycopg.Connection, statement: str, times: int) -> Callable[[], float]:
    def measured() -> float:
        began = time.perf_counter()
        for _ in range(times):
            # As Django sends them: never prepared.
            connection.execute(statement, prepare=False).fetchall()
        return (time.perf_counter() - began) * 1000 / times

    return measured


