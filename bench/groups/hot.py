"""The statements that pages ask most, each in a scope, beside the same with a hand-written WHERE and no row security.

Both sides keep their plans, as this house does. What Django does unless told otherwise, planning each statement anew, stands
beside them.
"""

import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import psycopg

from bench import boards
from bench.rows import BESIDE, Row, share
from bench.run import Bench
from bench.timing import milliseconds, paired

HOTTEST, ROUNDS, TIMES, WARMING = 20, 21, 60, 10
GOAL = share(1.15, "at most 1.15 times")
PEER = "the same statement as the administrator, who no policy concerns, with WHERE organization_id = …"
ANEW = f"{PEER}, planned anew each time"


def run(bench: Bench) -> Iterator[Row]:
    board = boards.Board(bench.house)
    board.screens(50)
    asked, last = _asked(board)
    hottest = [last[kind] for kind, _ in asked.most_common(HOTTEST)]
    bench.say(f"{asked.total()} statements of {len(asked)} kinds in the pages of one organization")
    found = [(statement, *_sides(bench, board, statement)) for statement in hottest]
    ours, theirs, anew = (sum(figures) for figures in zip(*(figures for _, *figures in found), strict=True))
    worst = max(found, key=lambda each: each[1] / each[2])
    yield Row(f"the {HOTTEST} hottest statements of pages, together", ours, "ms", GOAL, theirs, PEER)
    yield Row(f"the {HOTTEST} hottest statements of pages, the worst of them", *worst[1:2], "ms", GOAL, worst[2], PEER,
              note=" ".join(worst[0].split())[:160])  # fmt: skip
    yield Row("the hottest statement of pages", found[0][1], "ms", BESIDE, found[0][2], PEER)
    yield Row(f"the {HOTTEST} hottest statements of pages, beside plans made anew", ours, "ms", BESIDE, anew, ANEW)


def _asked(board: boards.Board) -> tuple["Counter[str]", dict[str, str]]:
    """
    Open every page of the organization that names no object, three times.

    Return how often each kind of statement was asked in its scope, and how it was written the last time.
    """
    from django.db import connection

    from operant.config import routes
    from operant.testing import cast as casting

    asked: Counter[str] = Counter()
    last: dict[str, str] = {}
    browser = casting.signed_in(board.person, headers={"host": "localhost"}, raise_request_exception=False)
    inside = [each["path"] for each in routes.inventory() if each["organization"] and "GET" in each["methods"]]
    pages = [path.replace("<slug:organization>", board.organization.slug) for path in inside]
    for path in [path for path in pages if "<" not in path] * 3:
        with connection.execute_wrapper(_counting(asked, last, board.organization.pk)):
            browser.get(path)
    return asked, last


def _counting(asked: "Counter[str]", last: dict[str, str], organization: Any) -> Callable[..., Any]:
    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        from operant.platform.tenancy import context as scope

        result = execute(sql, params, many, context)
        if scope.is_open() and scope._current.get().organization_id == organization and _is_question(sql):
            asked[sql] += 1
            last[sql] = psycopg.ClientCursor(context["connection"].connection).mogrify(sql, params)
        return result

    return wrapper


def _is_question(sql: str) -> bool:
    from django.apps import apps

    from operant.platform.tenancy.models import isolated_models

    tables = {model._meta.db_table for model in isolated_models(apps)}
    return sql.startswith("SELECT") and "FOR UPDATE" not in sql and bool(tables & set(re.findall(r'FROM "(\w+)"', sql)))


def _by_hand(statement: str, organization: Any) -> str:
    """Return the statement with the WHERE that somebody without row security would have written."""
    outside = _blanked(statement)
    if inner := re.search(r" FROM \((\.+)\)", outside):
        begin, end = inner.span(1)
        return f"{statement[:begin]}{_by_hand(statement[begin:end], organization)}{statement[end:]}"
    table = re.search(r'FROM "(\w+)"', statement[outside.find(" FROM "):])[1]  # type: ignore[index]
    column = "id" if table == "organizations_organization" else "organization_id"
    condition = f"\"{table}\".\"{column}\" = '{organization}'"
    if (place := outside.find(" WHERE ")) >= 0:
        return f"{statement[:place]} WHERE {condition} AND{statement[place + 6:]}"
    ends = [found.start() for found in re.finditer(r" (GROUP BY|ORDER BY|LIMIT) ", outside)]
    place = min(ends, default=len(statement))
    return f"{statement[:place]} WHERE {condition}{statement[place:]}"


def _blanked(statement: str) -> str:
    """Return the statement with whatever stands in parentheses blanked out."""
    depth, letters = 0, []
    for letter in statement:
        depth -= letter == ")"
        letters.append("." if depth else letter)
        depth += letter == "("
    return "".join(letters)


def _sides(bench: Bench, board: boards.Board, statement: str) -> tuple[float, float, float]:
    from operant.cli import databases
    from operant.cli.house import settings
    from operant.platform.tenancy import signing

    who = {signing.ORGANIZATION: board.organization.pk, signing.PERSON: board.person.pk}

    def serving() -> psycopg.Connection:
        app = psycopg.connect(**databases.serving(settings()))
        for name, value in who.items():
            app.execute("SELECT set_config(%s, %s, true)", [name, signing.signed(name, value)])
        app.execute("SELECT app.remember()")
        return app

    def administrator() -> psycopg.Connection:
        return psycopg.connect(bench.house.dsn())

    by_hand = _by_hand(statement, board.organization.pk)
    with serving() as app, administrator() as other:
        if _rows(app, statement) != _rows(other, by_hand):
            raise AssertionError(f"Both sides must find the same rows: {statement}")
    figures = paired(ROUNDS, _each(serving, statement, keep=True), _each(administrator, by_hand, keep=True))
    return *figures, statistics.median(_each(administrator, by_hand, keep=False)() for _ in range(ROUNDS))


def _rows(connection: psycopg.Connection, statement: str) -> list[str]:
    return sorted(map(repr, connection.execute(statement, prepare=False).fetchall()))


def _each(connect: Callable[[], psycopg.Connection], statement: str, *, keep: bool) -> Callable[[], float]:
    """Return a side. Each of its rounds has a connection of its own: the core that a server's process got is luck."""

    def measured() -> float:
        with connect() as connection:

            def work(times: int = TIMES) -> None:
                for _ in range(times):
                    connection.execute(statement, prepare=keep).fetchall()

            work(WARMING)
            return milliseconds(work) / TIMES

    return measured
