"""
What strangers are given of a dashboard: what it shows, and nothing of how.

SQL, sources, columns that no widget shows, alerts and the words of failures stay inside: on a wall nobody sees them either,
but what a page is sent can be read.
"""

from collections.abc import Iterator
from typing import Any

FAILED = "This could not be refreshed."


def document(published: dict[str, Any]) -> dict[str, Any]:
    """Return a published document without what its queries and variables are."""
    shown = named(published, {each["id"]: each["id"] for each in published["queries"]})
    queries = [
        {"id": each["id"], "name": "", "source": "", "sql": "", "refresh_seconds": each["refresh_seconds"],
         **_units(each, shown[each["id"]])}
        for each in published["queries"] if each["id"] in shown
    ]  # fmt: skip
    return {"format": published["format"], "title": published["title"], "grid": published["grid"], "queries": queries,
            "widgets": published["widgets"]}


def named(published: dict[str, Any], keys: dict[str, str]) -> dict[str, set[str] | None]:
    """Return by data key which names its widgets say, among them those of columns; None where one shows all columns."""
    found: dict[str, set[str] | None] = {}
    for widget in published["widgets"]:
        key = keys.get(widget["query"] or "")
        if key is None:
            continue
        before = found.get(key, set())
        shows_all = before is None or (widget["kind"] == "table" and not widget["options"].get("columns"))
        found[key] = None if shows_all else before | set(_texts(widget["options"]))
    return found


def result(row: dict[str, Any], names: set[str] | None) -> dict[str, Any]:
    """Return an answer with the columns of these names only, or all of them."""
    kept = [at for at, column in enumerate(row["columns"]) if names is None or column["name"] in names]
    return {
        "key": row["key"], "seq": row["seq"], "state": row["state"], "computed_at": row["computed_at"],
        "refresh_seconds": row["refresh_seconds"], "columns": [row["columns"][at] for at in kept],
        "rows": [[each[at] for at in kept] for each in row["rows"]], "truncated": row["truncated"],
        "error": FAILED if row["error"] else None, **_past(row.get("past"), names),
    }  # fmt: skip


def _past(past: dict[str, Any] | None, names: set[str] | None) -> dict[str, Any]:
    if past is None:
        return {}
    kept = {name: values for name, values in past["figures"].items() if names is None or name in names}
    return {"past": {"at": past["at"], "figures": kept}}


def _units(query: dict[str, Any], names: set[str] | None) -> dict[str, Any]:
    """Return what a query says of the columns that are shown."""
    said = [each for each in query.get("columns", []) if names is None or each["column"] in names]
    return {"columns": said} if said else {}


def _texts(options: Any) -> Iterator[str]:
    if isinstance(options, str):
        yield options
    elif isinstance(options, dict):
        for name, each in options.items():
            # A rule says figures and words, no columns.
            yield from _texts(each) if name != "rules" else ()
    elif isinstance(options, list):
        for each in options:
            yield from _texts(each)
