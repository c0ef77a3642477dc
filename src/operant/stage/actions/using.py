from typing import Any

from django.db import IntegrityError, connection, transaction

from operant.platform.refusals import Refusal

from .. import ids
from .. import saved as library
from ..models import Dashboard, SavedQuery, SavedUse

_HOLD = "SELECT FROM stage_saved_query WHERE {} ORDER BY id FOR SHARE"


def hold_saved(document: dict[str, Any] | None) -> None:
    """
    Let the saved queries that a document uses, or all of them, stay as they are until the transaction ends.

    Before its dashboard is locked: whoever changes one holds it, and then the dashboards that are known to use it.
    """
    with connection.cursor() as cursor:
        if document is None:
            cursor.execute(_HOLD.format("true"))
        elif named := {key for query in document["queries"] if (key := ids.saved_key(query.get("saved", "")))}:
            cursor.execute(_HOLD.format("id = ANY(%s::uuid[])"), [list(named)])


def remember_saved(dashboard: Dashboard) -> None:
    """Keep the list of saved queries that a dashboard's draft and published version use, and by how many widgets."""
    drafted = library.uses_in(dashboard.draft)
    published = library.uses_in(dashboard.published.document) if dashboard.published else {}
    named = {*drafted, *published}
    standing = set(SavedQuery.objects.filter(pk__in=named).values_list("pk", flat=True)) if named else set()
    wanted = {key: (drafted.get(key, 0), published.get(key, 0)) for key in standing}
    known = {each.saved_id: each for each in SavedUse.objects.filter(dashboard=dashboard)}
    gone = [each.pk for key, each in known.items() if wanted.get(key) != (each.widgets, each.published_widgets)]
    if gone:
        SavedUse.objects.filter(pk__in=gone).delete()
    _use(dashboard, {key: counts for key, counts in wanted.items() if key not in known or known[key].pk in gone})


def _use(dashboard: Dashboard, wanted: dict) -> None:
    made = [
        SavedUse(dashboard=dashboard, saved_id=key, widgets=drafted, published_widgets=published)
        for key, (drafted, published) in wanted.items()
    ]
    if not made:
        return
    try:
        with transaction.atomic():
            SavedUse.objects.bulk_create(made)
            connection.check_constraints()  # at the end of the transaction nobody could say it any more
    except IntegrityError:
        raise Refusal("A saved query of this dashboard was deleted just now. Nothing was saved.") from None
