"""Growth: the same work at 10 and 10,000 organizations, and beside 1,000 and 1,000,000 rows of history."""

import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg

from bench import boards, seeds
from bench.groups.claims import CLAIM, MAKE_DUE, _without_clock
from bench.groups.rls import FILL
from bench.rows import Row, share
from bench.run import Bench
from bench.timing import milliseconds

MOST_SECONDS = 900
ROUNDS = 15
FEW, MANY = 10, 10_000
SHORT, LONG = 1_000, 1_000_000
FLAT = share(1.5, "at most 1.5 times")
VERSIONS = """INSERT INTO stage_version (id, organization_id, dashboard_id, number, document, note, at)
    SELECT gen_random_uuid(), organization_id, dashboard_id, 1000 + n, '{}', '', at - n * interval '1 s'
    FROM stage_version, generate_series(1, %(many)s) n WHERE id = %(like)s"""


def run(bench: Bench) -> Iterator[Row]:
    board = boards.Board(bench.house)
    board.screens(50)
    with _without_clock(bench), bench.house.administrator() as connection:
        yield from _organizations(bench, board, connection)
        yield from _history(bench, board, connection)


def _organizations(bench: Bench, board: boards.Board, connection: psycopg.Connection) -> Iterator[Row]:
    sizes: dict[int, dict[str, float]] = {}
    for count in (FEW, MANY):
        bench.say(f"{count:,} organizations with 5 screens each")
        _forget_bench(connection)
        seeds.screens(connection, seeds.organizations(connection, count), 5)
        connection.execute("VACUUM ANALYZE")
        sizes[count] = {
            **_pages(board), "claim of one due screen": _middle(lambda: _claim(connection)),
            "start-up audit": _middle(_audit), "a chore of the whole house": _middle(_house_chore),
            "a chore in each organization, for each": _middle(_each_chore, rounds=3) / count,
        }  # fmt: skip
        connection.execute("DELETE FROM procrastinate_jobs WHERE task_name IN ('stage.forget_results', 'queue.forget_jobs')")
    _forget_bench(connection)
    yield from _ratios(sizes, f"{MANY:,} organizations", f"ours at {FEW} organizations")


def _history(bench: Bench, board: boards.Board, connection: psycopg.Connection) -> Iterator[Row]:
    sizes: dict[int, dict[str, float]] = {}
    with board.scope():
        board.dashboard.refresh_from_db()
    for rows in (SHORT, LONG):
        bench.say(f"{rows:,} events and {rows:,} versions in one organization")
        connection.execute("DELETE FROM events_announcement WHERE subject_kind = 'bench'")
        connection.execute("DELETE FROM stage_version WHERE number > 1000")
        connection.execute(FILL, [board.organization.pk, rows])
        connection.execute(VERSIONS, {"many": rows, "like": board.dashboard.published_id})
        connection.execute("VACUUM ANALYZE")
        sizes[rows] = _pages(board) | {
            "latest facts": _middle(lambda: _facts(board)), "publication": _middle(lambda: _publication(board), rounds=21),
        }  # fmt: skip
    connection.execute("DELETE FROM events_announcement WHERE subject_kind = 'bench'")
    connection.execute("DELETE FROM stage_version WHERE number > 1000")
    yield from _ratios(sizes, f"{LONG:,} rows of history", f"ours at {SHORT:,} rows of history")


def _ratios(sizes: dict[int, dict[str, float]], where: str, peer_name: str) -> Iterator[Row]:
    few, many = sizes.values()
    for name in many:
        yield Row(f"{name}, {where}", many[name], "ms", FLAT, few[name], peer_name)


def _pages(board: boards.Board) -> dict[str, float]:
    """Return how long each list takes, through all of Django, in this process."""
    from operant.testing import cast as casting

    browser = casting.signed_in(board.person, headers={"host": "localhost"})
    inside = f"/o/{board.organization.slug}/"
    dashboard = f"{inside}dashboards/{board.dashboard.public_id}/"
    pages = {"home": inside, "screens": f"{inside}screens/", "dashboards": f"{inside}dashboards/",
             "one dashboard": dashboard, "sources": f"{inside}sources/", "people": f"{inside}people/",
             "audit log": f"{inside}settings/audit/"}  # fmt: skip

    def opened(address: str) -> None:
        status = browser.get(address).status_code
        if status != 200:
            raise LookupError(f"{address} answered with {status}.")

    return {f"page {name}": _middle(lambda address=address: opened(address)) for name, address in pages.items()}


def _claim(connection: psycopg.Connection) -> float:
    one = connection.execute("SELECT id FROM relay_screen LIMIT 1").fetchone()[0]
    connection.execute(MAKE_DUE, [one])
    with connection.transaction():
        took = milliseconds(lambda: connection.execute(CLAIM).fetchall())
    connection.execute("UPDATE relay_screen SET due_at = now() + interval '1 day' WHERE id = %s", [one])
    return took


def _audit() -> None:
    from django.db import connection

    from operant.platform.tenancy import audit

    with connection.cursor() as cursor:
        audit.findings(cursor)


def _house_chore() -> float:
    return _queued("queue.forget_jobs")


def _each_chore() -> float:
    return _queued("stage.forget_results")


def _queued(job: str) -> float:
    from operant.platform.queue import upkeep
    from operant.platform.queue.models import Lease

    name = f"every:{job}"
    Lease.objects.filter(name=name).delete()
    return milliseconds(lambda: upkeep._queued(name, upkeep._CHORES[job]))


def _facts(board: boards.Board) -> float:
    from operant.platform.events import queries

    with board.scope():
        return milliseconds(queries.latest)


def _publication(board: boards.Board) -> float:
    began = time.perf_counter()
    board.publish()
    return (time.perf_counter() - began) * 1000


def _middle(work: Callable[[], Any], *, rounds: int = ROUNDS) -> float:
    """Return the median of some rounds; work that measures itself returns its milliseconds."""
    figures = []
    for _ in range(rounds):
        began = time.perf_counter()
        itself = work()
        figures.append(itself if isinstance(itself, float) else (time.perf_counter() - began) * 1000)
    return statistics.median(figures)


def _forget_bench(connection: psycopg.Connection) -> None:
    connection.execute("DELETE FROM organizations_organization WHERE slug LIKE 'bench-_' OR slug ~ '^bench-[0-9]{1,5}$'")
    connection.execute("DELETE FROM relay_screen s WHERE NOT EXISTS "
                       "(SELECT FROM organizations_organization o WHERE o.id = s.organization_id)")  # fmt: skip
