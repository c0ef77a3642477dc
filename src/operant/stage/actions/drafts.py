from datetime import timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction

from operant.platform import clock
from operant.platform.events import announce
from operant.platform.events import queries as spine
from operant.platform.live import hint
from operant.platform.refusals import Refusal

from .. import document as documents
from .. import events, ids, pictures, queries, saved
from ..models import Dashboard, PlannedPublication, Source, Use
from . import editing, using
from .pictures import need

ONE_SITTING = timedelta(minutes=15)


class Changed(Refusal):
    """The draft moved on since it was read; `details` hold what it is now."""

    code = "changed"

    def __init__(self, dashboard: Dashboard) -> None:
        super().__init__("This dashboard was changed somewhere else in the meantime. Nothing was overwritten.")
        self.details = {"revision": dashboard.revision, "document": dashboard.draft}


def save_draft(*, dashboard: Dashboard, revision: int, document: Any) -> Dashboard:
    """
    This function will keep a new draft, if the one before is still the one its author saw.

    :raises InvalidDocument: when the document cannot be kept; the draft stays as it was.
    :raises Changed: when the draft has another revision.
    """
    kept = checked(document)
    using.hold_saved(kept)
    locked = queries.dashboard(dashboard.pk, locked=True)
    if locked.revision != revision:
        raise Changed(locked)
    kept = saved.brought(kept, locked.draft)
    _tell_of_editing(locked)
    return keep(locked, kept)


def checked(raw: Any) -> dict[str, Any]:
    """
    Return a document as it is kept.

    :raises InvalidDocument: when it breaks a bound, or names a source that this organization does not have.
    """
    kept = documents.parse(raw).as_sent()
    named = {query["source"] for query in kept["queries"]} - {""}
    unknown = named - {ids.public_id(ids.SOURCE, each) for each in _known(named)}
    if unknown:
        raise documents.InvalidDocument([
            {"path": f"queries.{position}.source", "message": f"The data source of “{query['name']}” does not exist."}
            for position, query in enumerate(kept["queries"])
            if query["source"] in unknown
        ])
    return with_pictures(kept)


def with_pictures(kept: dict[str, Any]) -> dict[str, Any]:
    """
    Return a document whose pictures are all here.

    :raises InvalidDocument: when it names one that this organization does not have.
    """
    if keys := pictures.keys(kept):
        need(keys)
    if missing := pictures.missing(kept):
        raise documents.InvalidDocument([
            {"path": f"widgets.{at}.options.picture", "message": "This picture is not here. Upload it."} for at in missing
        ])
    return kept


def _tell_of_editing(dashboard: Dashboard) -> None:
    # The editor saves with every pause: each would be an entry that says nothing new.
    since = clock.now() - ONE_SITTING
    if not spine.told_since(since, event=events.DraftEdited, subject_id=dashboard.pk):
        announce(events.DraftEdited(dashboard_id=dashboard.public_id, name=dashboard.name), about=dashboard)


def keep(dashboard: Dashboard, document: dict[str, Any]) -> Dashboard:
    """Write a document that was checked into the draft of a dashboard that is locked, as its next revision."""
    dashboard.revision += 1
    dashboard.draft = document
    dashboard.name = document["title"].strip() or dashboard.name
    dashboard.changed_at = clock.now()
    if dashboard.published and same_content(document, dashboard.published.document):
        dashboard.published_revision = dashboard.revision
    dashboard.save(update_fields=["draft", "revision", "name", "changed_at", "published_revision"])
    remember_uses(dashboard)
    hint(editing.topic(dashboard))
    return dashboard


def remember_uses(dashboard: Dashboard) -> None:
    """Keep the lists of saved queries and of sources that a dashboard's draft, published and planned version read."""
    using.remember_saved(dashboard)
    planned = PlannedPublication.objects.filter(dashboard=dashboard).values_list("document", flat=True)
    read = [dashboard.draft, *([dashboard.published.document] if dashboard.published else []), *planned]
    wanted = {query["source"] for document in read for query in document["queries"]} - {""}
    wanted_keys = set(_known(wanted))
    known = set(Use.objects.filter(dashboard=dashboard).values_list("source_id", flat=True))
    if known - wanted_keys:
        Use.objects.filter(dashboard=dashboard, source_id__in=known - wanted_keys).delete()
    if wanted_keys - known:
        _use(dashboard, wanted_keys - known)


def _use(dashboard: Dashboard, source_ids: set[Any]) -> None:
    try:
        with transaction.atomic():
            Use.objects.bulk_create([Use(dashboard=dashboard, source_id=each) for each in source_ids])
            connection.check_constraints()  # at the end of the transaction nobody could say it any more
    except IntegrityError:
        raise Refusal("A data source of this dashboard was deleted just now. Nothing was saved.") from None


def same_content(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Say whether two documents look the same on a wall; the title is only their name."""
    return {**one, "title": ""} == {**other, "title": ""}


def _known(public: set[str]) -> list[Any]:
    named = [key for each in public if (key := ids.source_key(each))]
    return list(Source.objects.filter(pk__in=named).values_list("pk", flat=True)) if named else []
