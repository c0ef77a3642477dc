from operant.panel.accounts.models import Person
from operant.platform.events import announce

from .. import events, queries, text
from ..models import Dashboard
from . import dashboards, drafts, restoring


def create_from_text(*, words: str, by: Person) -> Dashboard:
    """
    This function will create a dashboard from a text.

    :raises InvalidText: with the line of each mistake.
    """
    document = text.read(words, queries.source_labels(), check=drafts.with_pictures)
    return dashboards.create(name=document["title"], by=by, document=document)


def replace_with_text(*, dashboard: Dashboard, words: str, revision: int | None = None) -> Dashboard:
    """
    This function will make a text the draft of a dashboard. What it replaces can come back: `return_draft`.

    A text that says what the draft is already changes nothing.

    :raises InvalidText: with the line of each mistake.
    :raises Changed: when `revision` is told and the draft has another.
    """
    dashboard = queries.dashboard(dashboard.pk, locked=True)
    if revision is not None and dashboard.revision != revision:
        raise drafts.Changed(dashboard)
    document = drafts.checked(text.read(words, queries.source_labels(), dashboard.draft, drafts.with_pictures))
    if document == dashboard.draft:
        return dashboard
    restoring.replace_draft(dashboard, document)
    announce(events.DraftReplaced(dashboard_id=dashboard.public_id, name=dashboard.name), about=dashboard)
    return dashboard
