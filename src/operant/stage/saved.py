"""Saved queries: what they say in documents, where they are used, and what asking them came to. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Max, Q, Sum
from django.db.models.functions import Greatest

from operant.platform import clock
from operant.platform.refusals import NotFound

from . import document as documents
from . import ids, logbook
from .models import Dashboard, LoggedRun, Result, SavedQuery, SavedUse

_LISTS = ("parameters", "steps", "columns")


@dataclass(frozen=True)
class Cost:
    """What asking a saved query came to within a day, for all its dashboards together, and when it was asked last."""

    runs: int = 0
    milliseconds: int = 0
    rows: int = 0
    failed: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True)
class Reach:
    """How far a saved query reaches: how many widgets show it, on how many dashboards, drafts and published ones together."""

    widgets: int = 0
    dashboards: int = 0

    @property
    def words(self) -> str:
        """“7 widgets on 3 dashboards”."""
        if not self.dashboards:
            return "no dashboard"
        widgets = f"{self.widgets:,} widget{'' if self.widgets == 1 else 's'}"
        return f"{widgets} on {self.dashboards:,} dashboard{'' if self.dashboards == 1 else 's'}"


@dataclass(frozen=True)
class Place:
    """A dashboard that uses a saved query. `is_behind`: what is published there holds an earlier state of it."""

    dashboard: Dashboard
    widgets: int
    is_behind: bool

    @property
    def is_published(self) -> bool:
        """Whether what is published uses it."""
        return self.dashboard.published is not None


def one(saved_id: UUID, *, locked: bool = False) -> SavedQuery:
    """
    Return one saved query with its source and who made it, locked until the transaction ends if asked.

    :raises NotFound: when there is none here.
    """
    found = SavedQuery.objects.select_related("source", "created_by").filter(pk=saved_id)
    row = (found.select_for_update(of=("self",), no_key=True) if locked else found).first()
    if row is None:
        raise NotFound("There is no such saved query here. It may have been deleted.")
    return row


def everything() -> list[SavedQuery]:
    """Return the saved queries, by name."""
    return list(SavedQuery.objects.select_related("source", "created_by").order_by("name", "pk"))


def contents() -> dict[str, dict[str, Any]]:
    """Return what each saved query says in documents, by its name, as texts name it."""
    return {each.name: content(each) for each in everything()}


def asking(source_id: UUID) -> list[SavedQuery]:
    """Return the saved queries that ask a source, by name."""
    return list(SavedQuery.objects.filter(source=source_id).order_by("name", "pk"))


def content(saved: SavedQuery) -> dict[str, Any]:
    """Return a saved query as it stands in a document, but for an id."""
    found = {
        "saved": saved.public_id, "name": saved.name, "source": saved.source.public_id, "sql": saved.sql,
        "refresh_seconds": saved.refresh_seconds,
    }  # fmt: skip
    return found | {name: getattr(saved, name) for name in _LISTS if getattr(saved, name)}


def as_use(saved: SavedQuery, query: dict[str, Any]) -> dict[str, Any]:
    """Return a query of a document as a use of a saved one: parameters keep the values that they have there."""
    mine = {each["name"]: each for each in query.get("parameters", [])}
    made = {"id": query["id"], **content(saved)}
    if "parameters" in made:
        made["parameters"] = [_kept(each, mine.get(each["name"])) for each in saved.parameters]
    return made


def brought(document: dict[str, Any], before: dict[str, Any] | None = None) -> dict[str, Any]:
    """
    Return a document whose uses of saved queries say what these say now.

    What used one that is gone becomes a query of the dashboard. With `before`, the document that its author saw, a use that its
    author wrote differently is refused, and everything else brought up to date; without it nothing is refused.

    :raises InvalidDocument: when a use was changed here, or names no saved query.
    """
    known = _known(document)
    if not any(query.get("saved") for query in document["queries"]):
        return document
    if before is not None:
        _refuse_changed(document, before, known)
    return {**document, "queries": [_brought(query, known) for query in document["queries"]]}


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Say whether two queries say the same, written out or not."""
    return _whole(one) == _whole(other)


def uses_in(document: dict[str, Any]) -> dict[UUID, int]:
    """Return how many widgets of a document show each saved query."""
    named = {query["id"]: key for query in document["queries"] if (key := ids.saved_key(query.get("saved", "")))}
    found = dict.fromkeys(named.values(), 0)
    for widget in document["widgets"]:
        if widget["query"] in named:
            found[named[widget["query"]]] += 1
    return found


def reaches(keys: Iterable[UUID]) -> dict[UUID, Reach]:
    """Return how far each of these saved queries reaches, dashboards that were deleted left out."""
    standing = SavedUse.objects.filter(saved__in=list(keys), dashboard__archived_at=None).order_by()
    rows = standing.values("saved").annotate(on=Count("pk"), most=Sum(_most()))
    return {row["saved"]: Reach(row["most"], row["on"]) for row in rows}


def reach(saved: SavedQuery) -> Reach:
    """Return how far one saved query reaches."""
    return reaches([saved.pk]).get(saved.pk, Reach())


def places(saved: SavedQuery) -> list[Place]:
    """Return the dashboards that use a saved query, by name."""
    standing = SavedUse.objects.filter(saved=saved, dashboard__archived_at=None).annotate(most=_most())
    found = standing.select_related("dashboard__published").order_by("dashboard__name", "pk")
    return [Place(each.dashboard, each.most, _is_behind(saved, each.dashboard)) for each in found]


def costs(rows: Iterable[SavedQuery]) -> dict[UUID, Cost]:
    """Return what asking each of these saved queries came to, whatever their parameters were set to, in two statements."""
    rows = list(rows)
    asked = {(each.source_id, each.sql) for each in rows}
    by_text: dict[tuple[UUID, str], set[str]] = {}
    results = Result.objects.filter(source__in={key for key, _ in asked}, sql__in={sql for _, sql in asked})
    for row in results.only("source_id", "sql", "parameters"):
        by_text.setdefault((row.source_id, row.sql), set()).add(logbook.asked_key(row))
    of_key = {key for keys in by_text.values() for key in keys}
    logged = _logged(of_key) if of_key else {}
    return {each.pk: _summed(by_text.get((each.source_id, each.sql), ()), logged) for each in rows}


def _logged(keys: Iterable[str]) -> dict[str, dict[str, Any]]:
    today = Q(at__gt=clock.now() - logbook.ONE_DAY)
    found = LoggedRun.objects.filter(key__in=list(keys), is_held=False).order_by().values("key").annotate(
        runs=Count("pk", filter=today), failed=Count("pk", filter=today & ~Q(error="")),
        milliseconds=Sum("duration_ms", filter=today), read=Sum("rows", filter=today), last_at=Max("at"),
    )  # fmt: skip
    return {row["key"]: row for row in found}


def _summed(keys: Iterable[str], logged: dict[str, dict[str, Any]]) -> Cost:
    mine = [logged[key] for key in keys if key in logged]
    return Cost(
        sum(each["runs"] for each in mine), sum(each["milliseconds"] or 0 for each in mine),
        sum(each["read"] or 0 for each in mine), sum(each["failed"] for each in mine),
        max((each["last_at"] for each in mine), default=None),
    )  # fmt: skip


def _most() -> Any:
    return Greatest(F("widgets"), F("published_widgets"))


def _is_behind(saved: SavedQuery, dashboard: Dashboard) -> bool:
    uses = _uses(dashboard.published.document, saved) if dashboard.published else []
    return any(not same(each, as_use(saved, each)) for each in uses)


def _uses(document: dict[str, Any], saved: SavedQuery) -> list[dict[str, Any]]:
    return [query for query in document["queries"] if query.get("saved") == saved.public_id]


def _whole(query: dict[str, Any]) -> dict[str, Any]:
    return documents.Query.model_validate(query).model_dump(mode="json", exclude={"id"})


def _known(document: dict[str, Any]) -> dict[str, SavedQuery]:
    named = {key for query in document["queries"] if (key := ids.saved_key(query.get("saved", "")))}
    found = SavedQuery.objects.select_related("source").filter(pk__in=named) if named else []
    return {each.public_id: each for each in found}


def _brought(query: dict[str, Any], known: dict[str, SavedQuery]) -> dict[str, Any]:
    if not query.get("saved"):
        return query
    saved = known.get(query["saved"])
    return as_use(saved, query) if saved else {name: value for name, value in query.items() if name != "saved"}


def _refuse_changed(document: dict[str, Any], before: dict[str, Any], known: dict[str, SavedQuery]) -> None:
    seen = {query["id"]: query for query in before["queries"]}
    problems = [
        {"path": f"queries.{position}.saved", "message": message}
        for position, query in enumerate(document["queries"])
        if query.get("saved") and (message := _changed(query, seen.get(query["id"]), known.get(query["saved"])))
    ]
    if problems:
        raise documents.InvalidDocument(problems)


def _changed(query: dict[str, Any], seen: dict[str, Any] | None, saved: SavedQuery | None) -> str:
    # What its author left alone is theirs no more than a change of the saved query since.
    if seen and seen.get("saved") == query["saved"] and _own(query) == _own(seen):
        return ""
    if saved is None:
        return f"There is no saved query {query['saved'][:40]} here. Leave “saved” out to keep it as a query of this dashboard."
    if same(query, as_use(saved, query)):
        return ""
    return f"“{saved.name}” is a saved query and says something else. Change it there, or leave “saved” out to keep a copy here."


def _own(query: dict[str, Any]) -> dict[str, Any]:
    """Return what a use may not say by itself: all but the values of its parameters."""
    whole = _whole(query)
    return {**whole, "parameters": [each["name"] for each in whole["parameters"]]}


def _kept(declared: dict[str, Any], mine: dict[str, Any] | None) -> dict[str, Any]:
    return mine if mine and mine["type"] in (declared["type"], "variable") else declared
