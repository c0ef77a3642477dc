"""
Rows that took many statements to make, put back with a few.

Most tests begin with the same cast. Its rows are read once, after they were made for the first test that wants them, and
written again for every other one.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any
from uuid import UUID

from django.db import connection

from operant.platform import tenancy
from operant.platform.tenancy import policies

Rows = dict[str, set[str]]

# Every table, whether row security keeps it, and the columns that somebody writes. What is in the queue is not looked at.
_TABLES = """
SELECT c.relname, c.relrowsecurity, string_agg(format('%%I', a.attname), ', ' ORDER BY a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
AND has_table_privilege(c.oid, 'SELECT') AND c.relname NOT LIKE 'procrastinate%%' GROUP BY 1, 2 ORDER BY 1
"""


class Kept:
    """What `make` returned, with the rows it wrote in no organization and in those that `places` names."""

    def __init__(self, make: Callable[[], Any], places: Callable[[Any], list[UUID]]) -> None:
        tables = _asked(_TABLES)
        everywhere = [(name, columns) for name, isolated, columns in tables if not isolated or name in policies.PEOPLE]
        at_home = [(name, columns) for name, isolated, columns in tables if isolated and name not in policies.PEOPLE]
        with tenancy.reception():
            before = _rows(everywhere)
        self.made = make()
        with tenancy.reception():
            self.statements = [(None, _statement(everywhere, _rows(everywhere), before))]
        for place in places(self.made):
            with tenancy.organization_scope(place):
                self.statements.append((place, _statement(at_home, _rows(at_home), {})))

    def again(self) -> Any:
        """Write those rows and return what was made, as if it were made now."""
        for place, (text, parameters) in self.statements:
            with tenancy.organization_scope(place) if place else tenancy.reception(), connection.cursor() as cursor:
                cursor.execute(text, parameters)
        return deepcopy(self.made)


def _asked(question: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question, [])
        return cursor.fetchall()


def _rows(tables: list[tuple[str, str]]) -> Rows:
    return {name: {row for (row,) in _asked(f'SELECT to_jsonb(t)::text FROM "{name}" t')} for name, _ in tables}


def _statement(tables: list[tuple[str, str]], rows: Rows, before: Rows) -> tuple[str, list[str]]:
    made = {name: sorted(rows[name] - before.get(name, set())) for name, _ in tables}
    return f"WITH {', '.join(_inserts(tables, made))} SELECT 1", [f"[{', '.join(made[name])}]" for name, _ in tables if made[name]]


def _inserts(tables: list[tuple[str, str]], made: dict[str, list[str]]) -> Iterator[str]:
    for name, columns in tables:
        if made[name]:
            put = f'"_{name}" AS (INSERT INTO "{name}" ({columns}) OVERRIDING SYSTEM VALUE'
            yield f'{put} SELECT {columns} FROM jsonb_populate_recordset(NULL::"{name}", %s::jsonb))'
