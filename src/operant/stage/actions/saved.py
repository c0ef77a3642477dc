from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from operant.panel.accounts.models import Person
from operant.panel.organizations import queries as organizations
from operant.platform import clock
from operant.platform.events import announce
from operant.platform.refusals import Invalid, Refusal

from .. import document as documents
from .. import events, ids, naming, queries, variables
from .. import saved as library
from ..models import Dashboard, DashboardVersion, SavedQuery, SavedUse, Source
from . import drafts, publishing, watching

MOST = 500
LONGEST_DESCRIPTION = 500
_WORDS = {
    "name": "name", "description": "description", "source_id": "source", "sql": "SQL", "parameters": "parameters", "steps": "steps",
    "columns": "units", "refresh_seconds": "refresh",
}  # fmt: skip


@dataclass
class Published:
    """What was published with a saved query, and each dashboard that could not be, with the reason."""

    versions: list[DashboardVersion] = field(default_factory=list)
    refused: list[tuple[Dashboard, str]] = field(default_factory=list)


class SavedQueryMoved(Refusal):
    """The saved query changed since it was read; `details` hold its revision now."""

    code = "changed"

    def __init__(self, saved: SavedQuery) -> None:
        super().__init__(f"“{saved.name}” was changed somewhere else in the meantime. Nothing was overwritten: load it again.")
        self.details = {"revision": saved.revision}


def save_query(*, query: Any, by: Person, description: str = "") -> SavedQuery:
    """
    This function will make a query that every dashboard of the organization can use.

    `query` is one as documents have it; parameters that a variable sets take a value of their own first.

    :raises Invalid: when it has no name or source, or cannot be kept.
    :raises Refusal: when there is one of this name, or five hundred.
    """
    fields = _fields(query, description)
    if SavedQuery.objects.count() >= MOST:
        raise Refusal(f"There are {MOST} saved queries, and no more are kept. Delete some that nothing uses.")
    made = SavedQuery(created_by=organizations.person_of(by), **fields)
    _write(made)
    announce(
        events.QuerySaved(query_id=made.public_id, name=made.name, source=made.source.name, saved_by=by.name), about=made
    )
    return made


def change_saved(
    *, saved: SavedQuery, query: Any, by: Person, description: str | None = None, revision: int | None = None
) -> SavedQuery:
    """
    This function will change a saved query, and bring the drafts that use it up to date. What is published stays as it is.

    :raises SavedQueryMoved: when `revision` is told and it has another one.
    :raises Invalid: when it cannot be kept like that.
    :raises Refusal: when there is another one of this name.
    """
    saved = library.one(saved.pk, locked=True)
    if revision is not None and saved.revision != revision:
        raise SavedQueryMoved(saved)
    fields = _fields(query, saved.description if description is None else description)
    different = [name for name in _WORDS if getattr(saved, name) != (fields["source"].pk if name == "source_id" else fields[name])]
    if not different:
        return saved
    for name, value in fields.items():
        setattr(saved, name, value)
    saved.revision, saved.changed_at = saved.revision + 1, clock.now()
    _write(saved)
    reach = library.reach(saved).words
    _bring_up(saved)
    announce(
        events.SavedQueryChanged(
            query_id=saved.public_id, name=saved.name, what=", ".join(_WORDS[each] for each in different), reach=reach,
            changed_by=by.name,
        ),
        about=saved,
    )  # fmt: skip
    return saved


def publish_saved(*, saved: SavedQuery, dashboards: Iterable[UUID], by: Person) -> Published:
    """
    This function will publish what these dashboards show once more, with a saved query as it is now. Nothing else of their
    drafts is published with it. One whose document cannot be kept any more stays as it is, and is named; the others are published.
    """
    saved = library.one(saved.pk, locked=True)
    # Each of them, then all results, before the first is published: whoever publishes one of them locks in that order.
    held = [queries.dashboard(key, locked=True) for key in sorted(set(dashboards))]
    shown = [(each, each.published.document) for each in held if each.published]
    now = [(each, before, _document_now(saved, before)) for each, before in shown]
    different = [(each, before, after) for each, before, after in now if before != after]
    watching.lock(documents=[document for _, before, after in different for document in (before, after)])
    note = f"Saved query “{saved.name}” as of now"
    found = Published()
    for each, _, after in different:
        try:
            found.versions.append(publishing.freeze(each, document=after, by=by, note=note))
        except documents.InvalidDocument as refused:
            found.refused.append((each, refused.sentence))
    return found


def delete_saved(*, saved: SavedQuery, by: Person) -> None:
    """This function will delete a saved query. Drafts that use it keep a copy each, and what is published stays as it is."""
    saved = library.one(saved.pk, locked=True)
    about, reach = {"query_id": saved.public_id, "name": saved.name}, library.reach(saved).words
    using = _using(saved)
    announce(events.SavedQueryDeleted(**about, reach=reach, deleted_by=by.name), about=saved)
    _delete_row(saved)
    for dashboard in using:
        drafts.keep(dashboard, library.brought(dashboard.draft))


def own_values(query: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """Return a query of a document as it is saved: what a variable sets has that one's type and default."""
    return {**query, "parameters": variables.given(document, query.get("parameters", []), variables.NONE)}


def _bring_up(saved: SavedQuery) -> None:
    for dashboard in _using(saved):
        draft = library.brought(dashboard.draft)
        if draft != dashboard.draft:
            drafts.keep(dashboard, draft)


def _using(saved: SavedQuery) -> list[Dashboard]:
    keys = SavedUse.objects.filter(saved=saved).order_by("dashboard_id").values_list("dashboard_id", flat=True)
    mine = Dashboard.objects.filter(pk__in=list(keys)).select_for_update(of=("self",), no_key=True).order_by("pk")
    return list(mine.select_related("published"))


def _delete_row(saved: SavedQuery) -> None:
    try:
        with transaction.atomic():
            SavedUse.objects.filter(saved=saved).delete()
            saved.delete()
            connection.check_constraints()  # at the end of the transaction nobody could say it any more
    except IntegrityError:
        raise Refusal(f"{saved.name} was put onto a dashboard just now, so it was not deleted. Try again.") from None


def _document_now(saved: SavedQuery, before: dict[str, Any]) -> dict[str, Any]:
    return {**before, "queries": [_as_now(saved, each) for each in before["queries"]]}


def _as_now(saved: SavedQuery, query: dict[str, Any]) -> dict[str, Any]:
    if query.get("saved") != saved.public_id:
        return query
    now = library.as_use(saved, query)
    return query if library.same(query, now) else now


def _fields(query: Any, description: str) -> dict[str, Any]:
    if not isinstance(query, dict):
        raise Invalid("A saved query is an object with a name, a source and SQL.")
    given = {name: value for name, value in query.items() if name not in ("id", "saved")}
    document = {**documents.empty(""), "queries": [{"id": "q1", "refresh_seconds": queries.ASSUMED_REFRESH, **given}]}
    try:
        found = drafts.checked(document)["queries"][0]
    except documents.InvalidDocument as refused:
        raise _without_place(refused) from None
    name = naming.clean(found["name"], "A saved query")
    return {
        "name": name, "description": _description(description), "source": _source(found), "sql": _sql(found),
        "parameters": _parameters(found), "steps": found.get("steps", []), "columns": found.get("columns", []),
        "refresh_seconds": found["refresh_seconds"],
    }  # fmt: skip


def _without_place(refused: documents.InvalidDocument) -> documents.InvalidDocument:
    """Say of a query alone what was said of the only one of a document."""
    fields = [{**each, "path": each["path"].removeprefix("queries.0.")} for each in refused.details["fields"]]
    made = documents.InvalidDocument(fields)
    count = "One thing" if len(fields) == 1 else f"{len(fields)} things"
    made.sentence = f"{count} in this query cannot be kept as it is. {fields[0]['path']}: {fields[0]['message']}"
    return made


def _source(found: dict[str, Any]) -> Source:
    key = ids.source_key(found["source"])
    if key is None:
        raise Invalid("A saved query asks a data source: choose one.")
    return queries.source(key)


def _sql(found: dict[str, Any]) -> str:
    if not found["sql"].strip():
        raise Invalid("A saved query needs SQL: write what to ask.")
    return found["sql"]


def _parameters(found: dict[str, Any]) -> list[dict[str, Any]]:
    if varying := [each["name"] for each in found.get("parameters", []) if each["type"] == "variable"]:
        raise Invalid(f"{varying[0]} takes a variable, which only dashboards have. Give it a value here; each use may set its own.")
    return found.get("parameters", [])


def _description(text: str) -> str:
    words = " ".join(text.replace("\0", "").split())
    if len(words) > LONGEST_DESCRIPTION:
        raise Invalid(f"A description has at most {LONGEST_DESCRIPTION} characters; this one has {len(words)}.")
    return words


def _write(saved: SavedQuery) -> None:
    try:
        with transaction.atomic():
            saved.save()
    except IntegrityError:
        raise Refusal(f"There is a saved query called “{saved.name}” already. Choose another name.") from None
