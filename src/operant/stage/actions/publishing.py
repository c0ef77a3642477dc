from typing import Any

from operant.panel.accounts.models import Person
from operant.panel.organizations import queries as organizations
from operant.platform import clock
from operant.platform.events import announce
from operant.platform.refusals import Invalid

from .. import events, queries
from ..models import Dashboard, DashboardVersion
from . import alerting, drafts, watching

LONGEST_NOTE = 500
NOBODY = "A program, or somebody who left"


def publish(*, dashboard: Dashboard, revision: int, by: Person, note: str = "") -> DashboardVersion:
    """
    This function will freeze the draft as the next version, and let every screen that shows it follow.

    A second click finds the draft published already and gets the same version.

    :raises Changed: when the draft has another revision than its author saw.
    :raises Invalid: when there is nothing to show.
    """
    dashboard = queries.dashboard(dashboard.pk, locked=True)
    if dashboard.revision != revision:
        raise drafts.Changed(dashboard)
    if dashboard.published and not dashboard.has_changes:
        return dashboard.published
    refuse_empty(dashboard)
    return freeze(dashboard, document=dashboard.draft, by=by, note=note)


def refuse_empty(dashboard: Dashboard) -> None:
    """
    Make sure that a draft has something to show.

    :raises Invalid: when it has not.
    """
    if not dashboard.draft["widgets"]:
        raise Invalid("There is no widget on this dashboard yet, so a screen would stay empty. Add one first.")


def clean_note(note: str) -> str:
    """Return a note as it is kept."""
    return " ".join(note.replace("\0", "").split())[:LONGEST_NOTE]


def prepare(*, dashboard: Dashboard, revision: int, by: Person, note: str = "") -> DashboardVersion:
    """
    This function will freeze the draft as the next version without publishing it: `put_out` does that later.

    A draft that a version holds already gives that version.

    :raises Changed: when the draft has another revision than its author saw.
    :raises Invalid: when there is nothing to show.
    """
    dashboard = queries.dashboard(dashboard.pk, locked=True)
    if dashboard.revision != revision:
        raise drafts.Changed(dashboard)
    newest = queries.versions(dashboard).first()
    if newest and drafts.same_content(dashboard.draft, newest.document):
        return newest
    refuse_empty(dashboard)
    return _made(dashboard, drafts.checked(dashboard.draft), by, note)


def put_out(*, version: DashboardVersion, by: Person | None) -> None:
    """
    This function will make a version the published one, be it a later or an earlier one than that which is.

    Twice changes nothing.

    :raises NotFound: when its dashboard was deleted.
    """
    dashboard = queries.dashboard(version.dashboard_id, locked=True)
    if dashboard.published_id != version.pk:
        _put_out(dashboard, version, by)


def freeze(dashboard: Dashboard, *, document: dict[str, Any], by: Person | None, note: str) -> DashboardVersion:
    """Make a document the next version of a dashboard that is locked, and let every screen that shows it follow."""
    version = _made(dashboard, drafts.checked(document), by, note)
    _put_out(dashboard, version, by)
    return version


def _made(dashboard: Dashboard, document: dict[str, Any], by: Person | None, note: str) -> DashboardVersion:
    return DashboardVersion.objects.create(
        dashboard=dashboard, number=queries.next_number(dashboard), document=document, note=clean_note(note),
        published_by=by and organizations.person_of(by), at=clock.now(),
    )


def _put_out(dashboard: Dashboard, version: DashboardVersion, by: Person | None) -> None:
    before = dashboard.published
    is_draft = drafts.same_content(dashboard.draft, version.document)
    dashboard.published, dashboard.published_revision = version, dashboard.revision if is_draft else None
    dashboard.save(update_fields=["published", "published_revision"])
    drafts.remember_uses(dashboard)
    watching.settle(documents=[version.document, *([before.document] if before else [])])
    watching.watch(document=version.document)
    alerting.follow(dashboard=dashboard, document=version.document)
    announce(
        events.DashboardPublished(
            dashboard_id=dashboard.public_id, name=dashboard.name, version_id=version.public_id,
            number=version.number, note=version.note, published_by=by.name if by else NOBODY,
        ),
        about=dashboard,
    )
