import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from operant.platform import tenancy
from operant.platform.refusals import NotFound

from . import engine, ids, postgres
from .models import Dashboard, DashboardVersion, Result, Source

ASSUMED_REFRESH = 300


@dataclass(frozen=True)
class Asked:
    """A query of a document with the key under which everybody shares its result."""

    key: str
    source_id: UUID
    sql: str
    refresh_seconds: int


class Mark(NamedTuple):
    """What tells one answer of a query from any other: as long as it is the same, so is the result's text."""

    result_id: UUID
    seq: int
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
    return _with_parts().defer("connection__tables").annotate(dashboards=reading).order_by("name", "pk")


def source(source_id: UUID) -> Source:
    """
    Return one data source with its files, or its connection without the password.

    :raises NotFound: when there is none here.
    """
    return _one(_with_parts().filter(pk=source_id), "data source")


def readable_sources() -> list[Source]:
    """Return the sources that can be asked, by name."""
    can_be_asked = Q(parquet__isnull=False) | Q(connection__isnull=False, read_at__isnull=False)
    return list(_with_parts().filter(can_be_asked).order_by("name", "pk"))


def table(source: Source, name: str | None = None) -> str:
    """
    Return a table of a source as SQL spells it: the one of that name, or the first.

    :raises NotFound: when none of that name was read there.
    """
    known = [each["name"] for each in source.tables]
    # Only what was read there is pasted into SQL.
    found = next((each for each in known if name in (None, each)), None)
    if found is None:
        raise NotFound(f"{source.name} has no table of this name.")
    return found


def place(source: Source) -> engine.Place:
    """Return where a source's queries are asked, with what it takes to sign in there. It goes to the engine only."""
    if source.connection:
        return database(source)
    return engine.FileTable(source.table_name, Path(source.parquet.path))


def database(source: Source) -> postgres.Database:
    """
    Return how a source's database is reached, its password opened.

    :raises NotFound: when the source is a file.
    """
    found = source.connection
    if found is None:
        raise NotFound(f"{source.name} is a file and has no connection.")
    return postgres.Database(
        key=str(source.pk), host=found.host, port=found.port, name=found.database, user=found.username,
        password=found.password, tls=found.tls, authority=found.authority, schema=found.schema,
        asker=str(source.organization_id),
    )  # fmt: skip


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


def marks(keys: Iterable[str]) -> dict[str, Mark]:
    """Return which answer each of these results holds now; unknown ones are left out."""
    rows = Result.objects.filter(key__in=list(keys)).values_list("key", "pk", "seq", "refresh_seconds")
    return {key: Mark(*mark) for key, *mark in rows}


def marked_texts(keys: Iterable[str]) -> dict[str, tuple[Mark, bytes]]:
    """Return these results as JSON, each with what marks it; unknown ones are left out."""
    rows = Result.objects.filter(key__in=list(keys)).defer("sql")
    return {each.key: (Mark(each.pk, each.seq, each.refresh_seconds), _wire(each, each.key).encode()) for each in rows}


def unknown_text(key: str) -> bytes:
    """Return the JSON of a result that nobody has here."""
    return _wire(None, key).encode()


def asked_outside(result_ids: Iterable[UUID]) -> list[UUID]:
    """Return those of these results that somebody else's machine answers, which may take its time."""
    rows = Result.objects.filter(pk__in=list(result_ids), source__connection__isnull=False)
    return list(rows.values_list("pk", flat=True))


def sequences(keys: Iterable[str]) -> dict[str, int]:
    """Return how often each of these results has changed; unknown ones are left out."""
    return dict(Result.objects.filter(key__in=list(keys)).values_list("key", "seq"))


def _wire(result: Result | None, key: str) -> str:
    result = result or Result(organization_id=None, key=key, state="forbidden", refresh_seconds=ASSUMED_REFRESH)
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


def _with_parts() -> QuerySet[Source]:
    parts = Source.objects.select_related("file", "upload", "parquet", "created_by", "connection")
    return parts.defer("connection__password", "connection__authority")


def _one(found: QuerySet, noun: str) -> Any:
    row = found.first()
    if row is None:
        raise NotFound(f"There is no such {noun} here. It may have been deleted.")
    return row
