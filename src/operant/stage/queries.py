import json
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from operant.panel.organizations.models import Membership
from operant.platform import clock
from operant.platform.refusals import NotFound
from operant.platform.statements import Written

from . import engine, judging, kinds
from . import variables as settings
from .models import (
    Alert,
    AlertReading,
    Dashboard,
    DashboardVersion,
    Extract,
    PlannedPublication,
    Result,
    Share,
    Source,
    Star,
)
from .questions import ASSUMED_REFRESH, asked
from .questions import key as key
from .questions import keys as keys

OUTSIDE = Q(connection__isnull=False, parquet__isnull=True)
"""Of a source: somebody else's machine answers, which may take its time."""


class Mark(NamedTuple):
    """What tells one answer of a query from any other: as long as it is the same, so is the result's text."""

    result_id: UUID
    seq: int
    refresh_seconds: int


class Figures(NamedTuple):
    """
    A query of a published dashboard, with its columns that hold figures; None while nobody knows its columns. `defaults`
    are those of the variables that it is asked with.
    """

    query_id: str
    name: str
    columns: list[str] | None
    defaults: str = ""


def dashboards() -> QuerySet[Dashboard]:
    """Return the dashboards that nobody deleted, with their published version, by name, without documents."""
    standing = Dashboard.objects.standing().select_related("published", "created_by")
    return standing.defer("draft", "published__document").order_by("name", "pk")


def dashboards_of(member: Membership) -> QuerySet[Dashboard]:
    """Return the dashboards that nobody deleted, each with `is_starred`: whether this member keeps it at hand."""
    return dashboards().annotate(is_starred=Exists(Star.objects.filter(dashboard=OuterRef("pk"), member=member)))


def is_starred(dashboard: Dashboard, member: Membership) -> bool:
    """Return whether a member keeps a dashboard at hand."""
    return Star.objects.filter(dashboard=dashboard, member=member).exists()


def places() -> tuple[list[str], list[str]]:
    """Return the folders and the tags that dashboards have, each by name."""
    found = list(Dashboard.objects.standing().values_list("folder", "tags"))
    folders, tags = {folder for folder, _ in found if folder}, {tag for _, each in found for tag in each}
    return sorted(folders, key=str.casefold), sorted(tags, key=str.casefold)


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


def demand(dashboard_id: UUID) -> None:
    """
    Refuse what names a dashboard that is not here.

    :raises NotFound: when there is none, or it was deleted.
    """
    _here(_standing.first(dashboard_id), "dashboard")


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


def documents(dashboards: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return what is published of these dashboards, by dashboard, in one statement."""
    shown = Dashboard.objects.filter(pk__in=list(dashboards)).values("published")
    return dict(DashboardVersion.objects.filter(pk__in=shown).values_list("dashboard", "document"))


def version(version_id: UUID) -> DashboardVersion:
    """
    Return one version with its dashboard.

    :raises NotFound: when there is none here.
    """
    return _one(DashboardVersion.objects.select_related("dashboard").filter(pk=version_id), "version")


def numbered(dashboard: Dashboard, number: int) -> DashboardVersion:
    """
    Return one of a dashboard's versions by its number, with who published it.

    :raises NotFound: when there is no such version.
    """
    return _one(dashboard.versions.select_related("published_by").filter(number=number), "version")


def noted(dashboard_id: UUID) -> str:
    """Return the annotations that a dashboard's charts show, as JSON; none of one that is gone."""
    return Dashboard.objects.filter(pk=dashboard_id).values_list("noted", flat=True).first() or "[]"


def versions(dashboard: Dashboard) -> QuerySet[DashboardVersion]:
    """Return a dashboard's versions with who published them, newest first, without their documents."""
    return dashboard.versions.select_related("published_by").defer("document").order_by("-number")


def next_number(dashboard: Dashboard) -> int:
    """Return the number that a dashboard's next version has: one more than the highest, published or not."""
    return (DashboardVersion.objects.filter(dashboard=dashboard).aggregate(most=Max("number"))["most"] or 0) + 1


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


def of_file(file_name: str) -> Source | None:
    """Return the newest source that was uploaded as a file of this name, whichever of its files it was."""
    named = Q(file__name__iexact=file_name) | Q(upload__name__iexact=file_name)
    return next((each for each in _with_parts().filter(named).order_by("-created_at", "pk") if each.noun == "file"), None)


def asked_source(source_id: UUID) -> Source:
    """
    Return one data source with no more than what it is asked with: its rows, or how it is reached.

    :raises NotFound: when there is none here.
    """
    return _here(_asked.first(source_id), "data source")


def is_here(source_id: UUID) -> bool:
    """Return whether a data source was not deleted."""
    return _known.first(source_id) is not None


def readable_sources() -> list[Source]:
    """Return the sources that can be asked, by name."""
    where_it_is = Q(connection__isnull=False) | Q(kind=kinds.UPLOADED_DATABASE)
    can_be_asked = Q(parquet__isnull=False) | (where_it_is & Q(read_at__isnull=False))
    return list(_with_parts().filter(can_be_asked).order_by("name", "pk"))


def planned(dashboard: Dashboard) -> PlannedPublication | None:
    """Return what is to be published later, with who planned it."""
    return PlannedPublication.objects.select_related("planned_by").filter(dashboard=dashboard).first()


def source_labels() -> dict[str, str]:
    """Return what each data source is called in texts, by public id: its name, with its table where names repeat."""
    found = list(Source.objects.only("name", "table_name").order_by("pk"))
    named = Counter(each.name for each in found)
    labels = {each.public_id: each.name if named[each.name] == 1 else f"{each.name} ({each.table_name})" for each in found}
    said = Counter(labels.values())
    # Somebody may have given a source a name that says another one.
    return {key: label if said[label] == 1 and label not in labels else key for key, label in labels.items()}


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
    if source.is_uploaded_database:
        return engine.DatabaseFile(Path(source.file.path))
    if source.is_database:
        return connected(source)  # type: ignore[return-value]
    return engine.FileTable(source.table_name, Path(source.parquet.path))


def place_of_result(result_id: UUID) -> engine.Place:
    """
    Return where a result's query is asked now.

    :raises NotFound: when the result, or its data, was deleted.
    """
    rows = Source.objects.select_related("parquet", "file", "connection").filter(results__pk=result_id)
    has_data = Q(parquet__isnull=False) | Q(connection__isnull=False) | Q(kind=kinds.UPLOADED_DATABASE, file__isnull=False)
    found = _one(rows.filter(has_data), "data source")
    return place(found)


def connected(source: Source) -> kinds.Connected:
    """
    Return how a source's database or address is reached, its password opened.

    :raises NotFound: when the source has no connection.
    """
    if source.connection is None:
        raise NotFound(f"{source.name} is a {source.noun} and has no connection.")
    key, asker = str(source.pk), str(source.organization_id)
    return kinds.KINDS[source.kind].of(source.connection, key=key, asker=asker)


def extract(source: Source) -> Extract:
    """
    Return how an extract is made, with the source that it is made of.

    :raises NotFound: when this source is none.
    """
    return _one(Extract.objects.select_related("origin").filter(source=source), "extract")


def extracts_of(origin: Source) -> list[Extract]:
    """Return the extracts that are made of a source, each with its own, by name."""
    return list(Extract.objects.select_related("source").filter(origin=origin).order_by("source__name", "pk"))


def origins() -> list[Source]:
    """Return the sources that extracts can be made of: databases that are connected, by name."""
    found = _with_parts().filter(kind__in=kinds.DATABASES).defer("connection__tables")
    return list(found.order_by("name", "pk"))


def dashboards_reading(source: Source) -> list[Dashboard]:
    """Return the dashboards whose draft or published version reads a source, by name."""
    return list(Dashboard.objects.standing().filter(uses__source=source).order_by("name", "pk"))


def alerts() -> QuerySet[Alert]:
    """Return the alerts of dashboards that nobody deleted, each with its dashboard, by name."""
    found = Alert.objects.standing().select_related("dashboard", "created_by").defer("dashboard__draft")
    return found.order_by("name", "pk")


def alert(alert_id: UUID, *, dashboard_id: UUID | None = None, locked: bool = False) -> Alert:
    """
    Return one alert, of this dashboard if told, locked until the transaction ends if asked.

    :raises NotFound: when there is none here, or its dashboard was deleted.
    """
    found = alerts().filter(pk=alert_id)
    found = found.filter(dashboard_id=dashboard_id) if dashboard_id else found
    return _one(found.select_for_update(of=("self",)) if locked else found, "alert")


def alerts_of(dashboard: Dashboard) -> list[Alert]:
    """Return the alerts of one dashboard, by name."""
    return list(Alert.objects.filter(dashboard=dashboard).order_by("name", "pk"))


def query_name(alert: Alert) -> tuple[str, str]:
    """Return what the query that an alert looks at is called in the published version, or its id; and its variables' defaults."""
    version = published(alert.dashboard_id)
    found = next((each for each in version.document["queries"] if each["id"] == alert.query_id), None) if version else None
    return (found["name"] or found["id"], settings.defaults(version.document, found)) if found else (alert.query_id, "")


def readings(alert: Alert, *, limit: int) -> list[AlertReading]:
    """Return the newest values that an alert saw, the oldest of them first."""
    return list(alert.readings.order_by("-at")[:limit])[::-1]


def firing() -> QuerySet[Alert]:
    """Return the alerts that fire and that nobody muted, the newest first."""
    return Alert.objects.firing().heard(clock.now()).order_by("-fired_at", "pk")


def shares(dashboard: Dashboard) -> QuerySet[Share]:
    """Return the share links of a dashboard, the newest first."""
    return Share.objects.filter(dashboard=dashboard).select_related("created_by").order_by("-created_at", "pk")


def share(share_id: UUID, *, dashboard_id: UUID, locked: bool = False) -> Share:
    """
    Return one share link of a dashboard, locked until the transaction ends if asked.

    :raises NotFound: when there is none here, or it was revoked.
    """
    found = Share.objects.filter(pk=share_id, dashboard_id=dashboard_id, dashboard__archived_at=None)
    found = found.select_related("dashboard__published")
    return _one(found.select_for_update(of=("self",)) if locked else found, "share link")


def showing_share(token_hash: bytes) -> Share | None:
    """Return the share link of this token with what is published of its dashboard, if it shows something now."""
    found = Share.objects.showing(clock.now()).select_related("dashboard__published").defer("dashboard__draft")
    return found.filter(token_hash=token_hash).first()


def figures(version: DashboardVersion) -> list[Figures]:
    """Return what alerts can look at in a published version, in its order."""
    mine = asked(version.document)
    columns = dict(Result.objects.filter(key__in={each.key for each in mine.values()}).values_list("key", "columns"))
    return [
        Figures(
            query["id"], query["name"] or query["id"], _numeric(columns.get(mine[query["id"]].key)),
            settings.defaults(version.document, query),
        )
        for query in version.document["queries"] if query["id"] in mine
    ]  # fmt: skip


def variables(document: dict[str, Any]) -> list[settings.Variable]:
    """Return the variables of a document with their choices; those from a query are what it gave last."""
    mine, declared = asked(document), settings.declared(document)
    wanted = {each["name"]: mine[each["choices_from"]["query"]].key for each in declared if _offers(each, mine)}
    rows = {each.key: each for each in Result.objects.filter(key__in=wanted.values())} if wanted else {}
    return [_variable(each, rows.get(wanted.get(each["name"], ""))) for each in declared]


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


def waiting_text(key: str) -> bytes:
    """Return the JSON of a result that is somebody's and that nobody has asked for yet."""
    return _wire(Result(organization_id=None, key=key, refresh_seconds=ASSUMED_REFRESH), key).encode()


def asked_outside(result_ids: Iterable[UUID]) -> list[UUID]:
    """Return those of these results that somebody else's machine answers."""
    rows = Result.objects.filter(pk__in=list(result_ids), source__in=Source.objects.filter(OUTSIDE))
    return list(rows.values_list("pk", flat=True))


def are_fresh(keys: Iterable[str], at: datetime) -> bool:
    """Return whether all of these results were answered on time, by the intervals at which they are asked."""
    rows = list(Result.objects.filter(key__in=list(keys)).values_list("computed_at", "refresh_seconds"))
    return bool(rows) and all(done and at - done <= timedelta(seconds=2 * seconds) for done, seconds in rows)


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
        **({"alerts": result.alerts} if result.alerts else {}),
    }
    before = f', "past": {result.past_json}' if result.past_json else ""
    return f'{json.dumps(head)[:-1]}{before}, "rows": {result.rows_json}}}'


def _offers(variable: dict[str, Any], mine: dict[str, Any]) -> bool:
    return bool(variable.get("choices_from")) and variable["choices_from"]["query"] in mine


def _variable(each: dict[str, Any], row: Result | None) -> settings.Variable:
    choices = tuple(each.get("choices", ())) or None
    if each.get("choices_from"):
        choices = settings.choices_of(each, row.columns, json.loads(row.rows_json)) if row else ()
    return settings.Variable(each["name"], each["label"], each["type"], each["default"], choices)


def instant(at: Any) -> str | None:
    """Return an instant as the wire has it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def _numeric(columns: list[dict[str, str]] | None) -> list[str] | None:
    return [each["name"] for each in columns if each["type"] in judging.NUMERIC] if columns else None


def _with_parts() -> QuerySet[Source]:
    parts = Source.objects.select_related(
        "file", "upload", "parquet", "created_by", "uploaded_by", "brought_by", "connection"
    )
    return parts.defer("connection__password", "connection__authority", "connection__address")


def _one(found: QuerySet, noun: str) -> Any:
    return _here(found.first(), noun)


def _here(row: Any, noun: str) -> Any:
    if row is None:
        raise NotFound(f"There is no such {noun} here. It may have been deleted.")
    return row


# What each preview asks.
_with_access = Source.objects.select_related("parquet", "connection").defer("connection__tables")
_asked = Written(lambda source_id: _with_access.filter(pk=source_id))
_known = Written(lambda source_id: Source.objects.filter(pk=source_id).only("pk"))
_standing = Written(lambda dashboard_id: Dashboard.objects.standing().filter(pk=dashboard_id).only("pk"))
