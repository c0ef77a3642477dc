import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from operant.platform import tenancy
from operant.platform.refusals import NotFound

from . import ids
from .models import Dashboard, DashboardVersion, Result, Source

ASSUMED_REFRESH = 300


@dataclass(frozen=True)
class Asked:
    """A query of a document with the key under which everybody shares its result."""

    key: str
    source_id: UUID
    sql: str
    refresh_seconds: int


def dashboards() -> QuerySet[Dashboard]:
    """Return the dashboards that nobody deleted, with their published version, by name, without documents."""
    standing = Dashboard.objects.standing().select_related("published", "created_by")
    return standing.defer("draft", "published__document").order_by("name", "pk")


def dashboard(dashboard_id: UUID, *, locked: bool = False) -> Dashboard:
    """
    Return one dashboard with its published version, locked until the transaction ends if asked.

    :raises NotFound: when there is none here, or it was deleted.
    """
    found = Dashboard.objects.standing().select_related("published", "created_by").filter(pk=dashboard_id)
    if locked:
        # A statement of its own: one that waited for the lock would still join the published version of before.
        _one(Dashboard.objects.standing().filter(pk=dashboard_id).only("pk").select_for_update(), "dashboard")
    return _one(found, "dashboard")


def archived(dashboard_id: UUID) -> Dashboard:
    """
    Return a dashboard that was deleted.

    :raises NotFound: when there is none.
    """
    return _one(Dashboard.objects.filter(pk=dashboard_id).exclude(archived_at=None), "deleted dashboard")


def published(dashboard_id: UUID) -> DashboardVersion | None:
    """Return what a dashboard shows on screens, also while it is deleted; None before the first publication."""
    found = Dashboard.objects.select_related("published").filter(pk=dashboard_id).first()
    return found.published if found else None


def version(version_id: UUID) -> DashboardVersion:
    """
    Return one version with its dashboard.

    :raises NotFound: when there is none here.
    """
    return _one(DashboardVersion.objects.select_related("dashboard").filter(pk=version_id), "version")


def numbered(dashboard: Dashboard, number: int) -> DashboardVersion:
    """
    Return one of a dashboard's versions by its number.

    :raises NotFound: when there is no such version.
    """
    return _one(dashboard.versions.filter(number=number), "version")


def versions(dashboard: Dashboard) -> QuerySet[DashboardVersion]:
    """Return a dashboard's versions with who published them, newest first, without their documents."""
    return dashboard.versions.select_related("published_by").defer("document").order_by("-number")


def sources() -> QuerySet[Source]:
    """Return the data sources with their files and how many dashboards read each, by name."""
    reading = Count("uses", filter=Q(uses__dashboard__archived_at=None))
    with_files = Source.objects.select_related("file", "upload", "parquet", "created_by")
    return with_files.annotate(dashboards=reading).order_by("name", "pk")


def source(source_id: UUID) -> Source:
    """
    Return one data source with its files.

    :raises NotFound: when there is none here.
    """
    return _one(Source.objects.select_related("file", "upload", "parquet", "created_by").filter(pk=source_id),
                "data source")  # fmt: skip


def readable_sources() -> list[Source]:
    """Return the sources that have data, by name."""
    return list(Source.objects.filter(parquet__isnull=False).order_by("name", "pk"))


def dashboards_reading(source: Source) -> list[Dashboard]:
    """Return the dashboards whose draft or published version reads a source, by name."""
    return list(Dashboard.objects.standing().filter(uses__source=source).order_by("name", "pk"))


def asked(document: dict[str, Any]) -> dict[str, Asked]:
    """Return what a document asks, by query id; queries without a source or SQL ask nothing."""
    found = {}
    for query in document["queries"]:
        source_id = ids.source_key(query["source"])
        if source_id and query["sql"].strip():
            found[query["id"]] = Asked(
                key(source_id, query["sql"]), source_id, query["sql"], query.get("refresh_seconds", ASSUMED_REFRESH)
            )
    return found


def key(source_id: UUID, sql: str) -> str:
    """Return the key under which this organization shares the result of a query."""
    named = f"{tenancy.current_organization_id()}|{source_id}|{sql}"
    return sha256(named.encode()).hexdigest()


def keys(document: dict[str, Any]) -> dict[str, str]:
    """Return the data key of each query of a document, by query id."""
    return {query_id: each.key for query_id, each in asked(document).items()}


def results(keys: Iterable[str]) -> list[dict[str, Any]]:
    """Return these results as the wire has them, in the order asked; unknown ones are forbidden."""
    return json.loads(results_json(keys))


def results_json(keys: Iterable[str]) -> bytes:
    """Return these results as one JSON array, each once, without parsing their rows on the way."""
    return f"[{','.join(results_texts(dict.fromkeys(keys)))}]".encode()


def results_texts(keys: Iterable[str]) -> list[str]:
    """Return each of these results as JSON, in the order asked."""
    wanted = list(keys)
    found = {each.key: each for each in Result.objects.filter(key__in=wanted).defer("sql")}
    return [_wire(found.get(each), each) for each in wanted]


def sequences(keys: Iterable[str]) -> dict[str, int]:
    """Return how often each of these results has changed; unknown ones are left out."""
    return dict(Result.objects.filter(key__in=list(keys)).values_list("key", "seq"))


def _wire(result: Result | None, key: str) -> str:
    result = result or Result(key=key, state="forbidden", refresh_seconds=ASSUMED_REFRESH)
    head = {
        "key": key,
        "seq": result.seq,
        "state": result.state,
        "computed_at": instant(result.computed_at),
        "refresh_seconds": result.refresh_seconds,
        "duration_ms": result.duration_ms,
        "columns": result.columns,
        "truncated": result.truncated,
        "error": result.error or None,
    }
    return f'{json.dumps(head)[:-1]}, "rows": {result.rows_json}}}'


def instant(at: Any) -> str | None:
    """Return an instant as the wire has it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def _one(found: QuerySet, noun: str) -> Any:
    row = found.first()
    if row is None:
        raise NotFound(f"There is no such {noun} here. It may have been deleted.")
    return row
