"""Sources and dashboards for tests of every room."""

from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile

from operant.panel.accounts.models import Person
from operant.platform.files import sandbox
from operant.stage import actions, queries
from operant.stage.models import Dashboard, DashboardVersion, Source

CSV = "month,region,revenue\n2026-01-01,North,10\n2026-02-01,North,20\n2026-03-01,South,30\n"


def text_document(title: str = "Notes") -> dict[str, Any]:
    """Return a document that asks nothing."""
    widget = {
        "id": "w1", "kind": "text", "title": "", "x": 0, "y": 0, "w": 8, "h": 4, "query": None,
        "options": {"text": "# Hello"},
    }  # fmt: skip
    grid = {"columns": 24, "rows": 14}
    return {"format": 1, "title": title, "grid": grid, "queries": [], "widgets": [widget]}


def document(source: Source, sql: str = "", *, title: str = "Company pulse", seconds: int = 300) -> dict[str, Any]:
    """Return a document with one number over one query."""
    made = text_document(title)
    sql = sql or f"select sum(revenue) as revenue from {source.table_name}"
    made["queries"] = [
        {"id": "q1", "name": "Revenue", "source": source.public_id, "sql": sql, "refresh_seconds": seconds}
    ]
    made["widgets"] = [
        {"id": "w1", "kind": "number", "title": "Revenue", "x": 0, "y": 0, "w": 6, "h": 4, "query": "q1",
         "options": {"value": "revenue", "format": "integer"}}
    ]  # fmt: skip
    return made


def source(by: Person, *, name: str = "Orders", csv: str = CSV) -> Source:
    """Return a data source that is ready, in the organization in scope."""
    made = actions.upload(upload=ContentFile(csv.encode()), file_name=f"{name}.csv", by=by)
    return _read(made)


def newer(of: Source, by: Person, csv: str = CSV) -> Source:
    """Return a data source with another file in use; what it was is kept as its version 1."""
    made = actions.replace_file(source=of, upload=ContentFile(csv.encode()), file_name=f"{of.name}.csv", by=by)
    return _read(made)


def _read(made: Source) -> Source:
    reading = actions.begin_reading(source_id=made.pk)
    target = Path(reading.path).with_suffix(".made.parquet")
    converted = sandbox.convert(reading.path, reading.kind, to=target, known=reading.known)
    try:
        actions.finish_reading(reading=reading, found=converted)
    finally:
        target.unlink()
    return queries.source(made.pk)


def dashboard(by: Person, *, name: str = "Notes", content: dict[str, Any] | None = None) -> Dashboard:
    """Return a dashboard in the organization in scope: a text, or the document given."""
    return actions.create(name=name, by=by, document=content or text_document(name))


def published(by: Person, *, name: str = "Notes", content: dict[str, Any] | None = None) -> DashboardVersion:
    """Return the first version of a dashboard in the organization in scope."""
    made = dashboard(by, name=name, content=content)
    return actions.publish(dashboard=made, revision=made.revision, by=by)
