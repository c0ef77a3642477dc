"""What happened at a time, as pages and programs read it."""

import json
from uuid import UUID

from django.db.models import Q, QuerySet

from operant.platform.refusals import NotFound

from . import queries
from .models import Annotation, Dashboard

# Of one dashboard: a chart with more lines than that shows nothing else.
MOST_SHOWN = 100


def shown_on(dashboard: Dashboard | None) -> QuerySet[Annotation]:
    """Return what a dashboard shows, or what every dashboard shows, the newest first."""
    standing = Annotation.objects.filter(_where(dashboard), removed_at=None)
    return standing.select_related("created_by").order_by("-at", "pk")


def kept_by(dashboard: Dashboard | None) -> QuerySet[Annotation]:
    """Return the annotations of a dashboard alone, or those of all of them, the newest first."""
    return shown_on(dashboard).filter(dashboard=dashboard)


def one(annotation_id: UUID, *, dashboard: Dashboard | None, is_removed: bool = False, is_its_own: bool = False) -> Annotation:
    """
    Return an annotation that a dashboard shows, or has alone, locked until the transaction ends.

    :raises NotFound: when there is none here, or it was deleted, or, if asked so, was not.
    """
    where = Q(dashboard=dashboard) if is_its_own else _where(dashboard)
    found = Annotation.objects.select_for_update(of=("self",)).filter(where, pk=annotation_id, removed_at__isnull=not is_removed)
    annotation = found.select_related("dashboard").first()
    if annotation is None:
        raise NotFound("There is no such annotation here.")
    return annotation


def text_for(dashboard: Dashboard | None) -> str:
    """Return as JSON what readers of a dashboard are handed."""
    shown = shown_on(dashboard).values_list("at", "text", "tag")[:MOST_SHOWN]
    return json.dumps([{"at": queries.instant(at), "text": text, "tag": tag} for at, text, tag in shown])


def _where(dashboard: Dashboard | None) -> Q:
    return Q(dashboard=None) | Q(dashboard=dashboard) if dashboard else Q(dashboard=None)
