from typing import Any

from operant.panel.accounts.models import Person
from operant.panel.organizations import queries as organizations
from operant.platform import clock
from operant.platform.events import announce
from operant.platform.live import hint
from operant.platform.refusals import Gone, Refusal

from .. import annotations, events, proposals, queries, saved, showing
from .. import document as documents
from ..models import Dashboard, Source
from ..naming import clean, copy_name
from . import alerting, drafts, editing, filing, planning, using

UNTITLED = "Untitled dashboard"


def create(
    *, name: str, by: Person, source: Source | None = None, document: dict[str, Any] | None = None
) -> Dashboard:
    """
    This function will create a dashboard: from a document, or proposed from a source's columns, or empty.

    :raises Invalid: when it has no name.
    :raises InvalidDocument: when the document cannot be kept.
    """
    name = clean(name, "A dashboard")
    if document is None:
        document = proposals.propose(source, title=name) if source else documents.empty(name)
    using.hold_saved(kept := drafts.checked({**document, "title": name}))
    kept = saved.brought(kept, documents.empty(name))
    dashboard = Dashboard.objects.create(
        name=name, draft=kept, created_by=organizations.person_of(by), noted=annotations.text_for(None)
    )
    drafts.remember_uses(dashboard)
    announce(
        events.DashboardCreated(dashboard_id=dashboard.public_id, name=name, created_by=by.name), about=dashboard
    )
    return dashboard


def rename(*, dashboard: Dashboard, name: str) -> Dashboard:
    """
    This function will give a dashboard another name. A name alone is no change that needs publishing.

    :raises Invalid: when the name is blank.
    """
    before, dashboard.name = dashboard.name, clean(name, "A dashboard")
    if before == dashboard.name:
        return dashboard
    if not dashboard.has_changes:
        dashboard.published_revision = dashboard.revision + 1
    dashboard.draft = {**dashboard.draft, "title": dashboard.name}
    dashboard.revision += 1
    dashboard.save(update_fields=["name", "draft", "revision", "published_revision"])
    hint(editing.topic(dashboard))
    announce(
        events.DashboardRenamed(dashboard_id=dashboard.public_id, before=before, name=dashboard.name),
        about=dashboard,
    )
    return dashboard


def duplicate(*, dashboard: Dashboard, by: Person) -> Dashboard:
    """This function will create another dashboard with the same draft, in the same place, not published."""
    using.hold_saved(dashboard.draft)
    names = Dashboard.objects.standing().values_list("name", flat=True)
    made = create(name=copy_name(dashboard.name, set(names)), by=by, document=saved.brought(dashboard.draft))
    return filing.file(dashboard=made, folder=dashboard.folder, tags=dashboard.tags)


def archive(*, dashboard: Dashboard) -> None:
    """
    This function will delete a dashboard in the way that can be undone. What was planned for it is not done, and its
    alerts judge nothing.

    :raises Refusal: when something shows it; the sentence names what.
    :raises Gone: when it was deleted before.
    """
    # Whoever puts it somewhere holds it too, so one of both sees what the other did.
    Dashboard.objects.filter(pk=dashboard.pk).locked().values_list("pk").first()
    places = showing.places([dashboard.pk])[dashboard.pk]
    if places:
        names = ", ".join(place.name for place in places[:5]) + (" and others" if len(places) > 5 else "")
        raise Refusal(f"{dashboard.name} is shown by {names}. Let them show something else first.")
    if queries.planned(dashboard):
        planning.cancel_publication(dashboard=dashboard, reason="the dashboard was deleted")
    if not Dashboard.objects.standing().filter(pk=dashboard.pk).update(archived_at=clock.now()):
        raise Gone(f"{dashboard.name} was deleted already.")
    alerting.follow(dashboard=dashboard, document=None)
    announce(
        events.DashboardArchived(dashboard_id=dashboard.public_id, name=dashboard.name), about=dashboard
    )


def bring_back(*, dashboard: Dashboard) -> None:
    """This function will undo the deletion of a dashboard; a second time it changes nothing."""
    deleted = Dashboard.objects.filter(pk=dashboard.pk).exclude(archived_at=None)
    # What was noted on every dashboard meanwhile did not reach this one.
    if deleted.update(archived_at=None, noted=annotations.text_for(dashboard)):
        shown = queries.published(dashboard.pk)
        alerting.follow(dashboard=dashboard, document=shown.document if shown else None)
        announce(
            events.DashboardReturned(dashboard_id=dashboard.public_id, name=dashboard.name), about=dashboard
        )
