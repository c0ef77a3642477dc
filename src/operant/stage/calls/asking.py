"""One query, asked for a dashboard or a preview."""

from collections.abc import Sequence
from typing import Any

from operant.platform.files.sandbox import Limits

from . import calling, places
from .database import Database


def ask(
    database: Database, sql: str, limits: Limits, values: Sequence[tuple[str, str | None]] = ()
) -> dict[str, Any]:
    """
    Return a query's columns, rows, whether there were more, and how long it took.

    `values` are bound to $1, $2 and so on, each with the name of its kind.

    :raises BadQuery: when the query is wrong or no SELECT.
    :raises TooSlow: when it took longer than its limit, or others of this source did.
    :raises TooBig: when a single row is larger than the limit.
    :raises Unreachable: when the database cannot be asked.
    """
    with places.place(database.key, seconds=limits.seconds):
        return calling.ask(database, {"task": "query", "sql": {"text": sql, "values": [list(each) for each in values]}}, limits)
