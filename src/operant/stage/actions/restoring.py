from operant.panel.accounts.models import Person
from operant.platform.events import announce
from operant.platform.refusals import Refusal

from .. import document as documents
from .. import events, queries, saved
from ..models import Dashboard, DashboardVersion, EarlierDraft
from . import drafts, publishing, using


def restore(*, version: DashboardVersion) -> Dashboard:
    """
    This function will put an older version back into the draft, as a new revision; nothing is published by that.

    The draft that it replaces can come back until somebody edits again: `return_draft`.

    :raises Refusal: when it reads a source that was deleted since.
    """
    using.hold_saved(version.document)
    dashboard = queries.dashboard(version.dashboard_id, locked=True)
    replace_draft(dashboard, saved.brought(_standing(version, dashboard)))
    announce(
        events.DashboardRestored(
            dashboard_id=dashboard.public_id, name=dashboard.name, number=version.number
        ),
        about=dashboard,
    )
    return dashboard


def return_draft(*, dashboard: Dashboard) -> Dashboard:
    """
    This function will undo the last replacement of a whole draft.

    :raises Refusal: when it was undone before, or somebody edited since.
    """
    earlier = EarlierDraft.objects.filter(dashboard=dashboard).first()
    if earlier:
        using.hold_saved(earlier.draft)
    dashboard = queries.dashboard(dashboard.pk, locked=True)
    # Replaced or returned meanwhile, the draft has another revision.
    if earlier is None or earlier.revision != dashboard.revision:
        raise Refusal(f"The draft of {dashboard.name} was edited since, so nothing was undone.")
    drafts.keep(dashboard, saved.brought(drafts.checked(earlier.draft)))
    earlier.delete()
    announce(events.DraftReturned(dashboard_id=dashboard.public_id, name=dashboard.name), about=dashboard)
    return dashboard


def publish_again(
    *, version: DashboardVersion, by: Person, over: int | None = None, note: str = ""
) -> DashboardVersion:
    """
    This function will publish an older version as the next one. The draft stays as it is.

    `over` is the number of the version that its author saw on the screens; another one there refuses.

    :raises Refusal: when something else was published since, or it reads a source that was deleted since.
    """
    dashboard = queries.dashboard(version.dashboard_id, locked=True)
    shown = dashboard.published
    if shown and over is not None and shown.number != over:
        raise Refusal(f"Version {shown.number} of {dashboard.name} was published in the meantime. Nothing was changed.")
    if shown and shown.pk == version.pk:
        return shown
    note = note or f"Version {version.number} again"
    return publishing.freeze(dashboard, document=_standing(version, dashboard), by=by, note=note)


def replace_draft(dashboard: Dashboard, document: dict) -> None:
    """Put a whole new document into a draft, and keep the one before for whoever takes that back."""
    before = dashboard.draft
    drafts.keep(dashboard, document)
    EarlierDraft.objects.update_or_create(
        dashboard=dashboard, defaults={"draft": before, "revision": dashboard.revision}
    )


def refuse_incomplete(*, version: DashboardVersion) -> None:
    """
    Make sure that a version can be shown as it was.

    :raises Refusal: when it reads a source that was deleted since.
    """
    _standing(version, version.dashboard)


def _standing(version: DashboardVersion, dashboard: Dashboard) -> dict:
    try:
        return drafts.checked({**version.document, "title": dashboard.name})
    except documents.InvalidDocument as error:
        raise Refusal(
            f"Version {version.number} cannot come back as it was. {error.details['fields'][0]['message']}"
        ) from None
