from operant.panel.accounts.models import Person
from operant.platform.events import announce

from .. import events, queries, saved, text
from ..models import Dashboard, SavedQuery
from . import dashboards, drafts, restoring, using
from .saved import change_saved, save_query


def create_from_text(*, words: str, by: Person) -> Dashboard:
    """
    This function will create a dashboard from a text.

    :raises InvalidText: with the line of each mistake.
    """
    using.hold_saved(None)
    document = text.read(words, queries.source_labels(), check=drafts.with_pictures, saved=saved.contents())
    return dashboards.create(name=document["title"], by=by, document=document)


def replace_with_text(*, dashboard: Dashboard, words: str, revision: int | None = None) -> Dashboard:
    """
    This function will make a text the draft of a dashboard. What it replaces can come back: `return_draft`.

    A text that says what the draft is already changes nothing.

    :raises InvalidText: with the line of each mistake.
    :raises Changed: when `revision` is told and the draft has another.
    """
    using.hold_saved(None)  # which of them a text names is known once it is read beside the draft
    dashboard = queries.dashboard(dashboard.pk, locked=True)
    if revision is not None and dashboard.revision != revision:
        raise drafts.Changed(dashboard)
    read = text.read(words, queries.source_labels(), dashboard.draft, drafts.with_pictures, saved.contents())
    document = saved.brought(drafts.checked(read), dashboard.draft)
    if document == dashboard.draft:
        return dashboard
    restoring.replace_draft(dashboard, document)
    announce(events.DraftReplaced(dashboard_id=dashboard.public_id, name=dashboard.name), about=dashboard)
    return dashboard


def saved_from_text(*, words: str, by: Person) -> tuple[SavedQuery, str]:
    """
    This function will make the saved query of a text's name what it says, or a new one, and return it with what was done.

    :raises InvalidText: with the line of each mistake.
    """
    known = {each.name: each for each in saved.everything()}

    def keep(query: dict, description: str) -> tuple[SavedQuery, str]:
        before = known.get(" ".join(str(query["name"]).split()))
        if before is None:
            return save_query(query=query, description=description, by=by), "was created"
        after = change_saved(saved=before, query=query, description=description, by=by)
        return after, "is that already" if after.revision == before.revision else "was changed"

    return text.read_saved(words, queries.source_labels(), keep)
