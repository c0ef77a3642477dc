from operant.panel.accounts.models import Person
from operant.panel.organizations import queries as organizations
from operant.platform import clock
from operant.platform.events import announce
from operant.platform.refusals import Invalid

from .. import events, queries
from ..models import Dashboard, DashboardVersion
from . import drafts, watching

LONGEST_NOTE = 500


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
    if not dashboard.draft["widgets"]:
        raise Invalid("There is no widget on this dashboard yet, so a screen would stay empty. Add one first.")
    before = dashboard.published
    version = _frozen(dashboard, by, note)
    drafts.remember_uses(dashboard)
    watching.settle(documents=[version.document, *([before.document] if before else [])])
    watching.watch(document=version.document)
    announce(
        events.DashboardPublished(
            dashboard_id=dashboard.public_id, name=dashboard.name, version_id=version.public_id,
            number=version.number, note=version.note, published_by=by.name,
        ),
        about=dashboard,
    )
    return version


def _frozen(dashboard: Dashboard, by: Person, note: str) -> DashboardVersion:
    version = DashboardVersion.objects.create(
        dashboard=dashboard, number=dashboard.published.number + 1 if dashboard.published else 1,
        document=drafts.checked(dashboard.draft), note=" ".join(note.replace("\0", "").split())[:LONGEST_NOTE],
        published_by=organizations.person_of(by), at=clock.now(),
    )
    dashboard.published, dashboard.published_revision = version, dashboard.revision
    dashboard.save(update_fields=["published", "published_revision"])
    return version
