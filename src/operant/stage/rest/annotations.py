from typing import Annotated

from django.http import HttpRequest
from pydantic import Field

from operant.platform import api, clock

from .. import actions, annotations, ids, models, queries, rules
from ..actions.annotating import LONGEST_TAG, LONGEST_TEXT
from .dashboards import ONE
from .scopes import READ, WRITE
from .shapes import DashboardId

routes = api.Routes("Annotations")
AnnotationId = api.Id(ids.ANNOTATION)
ALL, HERE = "/annotations", ONE + "/annotations"


class AnnotationBody(api.Body):
    """What happened. Without `at` it is now."""

    text: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), api.Storable]
    tag: Annotated[str, Field(max_length=LONGEST_TAG), api.Storable] = ""
    at: api.GivenInstant | None = None


class Annotation(api.Shape):
    """What happened at a time. `dashboard` is null where every dashboard shows it."""

    id: AnnotationId
    dashboard: DashboardId | None
    at: api.Instant
    text: str
    tag: str
    created_at: api.Instant

    @classmethod
    def of(cls, row: models.Annotation) -> "Annotation":
        """Return an annotation as the contract has it."""
        same = ("at", "text", "tag", "created_at")
        return cls(id=row.pk, dashboard=row.dashboard_id, **{name: getattr(row, name) for name in same})


@routes.get(ALL, needs=READ, rule=rules.see, gives=api.Page[Annotation])
def list_annotations(request: HttpRequest, paging: api.Query[api.Paging]):
    """List what every dashboard shows, oldest first."""
    return paging.of(annotations.kept_by(None), Annotation.of, by="created_at")


@routes.post(ALL, needs=WRITE, rule=rules.annotate_all, gives=Annotation, refuses=(409,))
def annotate(request: HttpRequest, body: AnnotationBody):
    """Note what happened, on the charts over time of every dashboard."""
    return Annotation.of(_noted(request, None, body))


@routes.delete(ALL + "/{annotation:annotation_id}", needs=WRITE, rule=rules.annotate_all)
def delete_annotation(request: HttpRequest, annotation_id: AnnotationId):
    """Delete what every dashboard shows."""
    actions.remove_annotation(annotation=annotations.one(annotation_id, dashboard=None), by=request.auth.actor)


@routes.get(HERE, needs=READ, rule=rules.see, gives=api.Page[Annotation])
def list_dashboard_annotations(request: HttpRequest, dashboard_id: DashboardId, paging: api.Query[api.Paging]):
    """List what one dashboard alone shows, oldest first."""
    return paging.of(annotations.kept_by(queries.dashboard(dashboard_id)), Annotation.of, by="created_at")


@routes.post(HERE, needs=WRITE, rule=rules.annotate, gives=Annotation, refuses=(409,))
def annotate_dashboard(request: HttpRequest, dashboard_id: DashboardId, body: AnnotationBody):
    """Note what happened, on the charts over time of one dashboard."""
    return Annotation.of(_noted(request, queries.dashboard(dashboard_id), body))


@routes.delete(HERE + "/{annotation:annotation_id}", needs=WRITE, rule=rules.annotate)
def delete_dashboard_annotation(request: HttpRequest, dashboard_id: DashboardId, annotation_id: AnnotationId):
    """Delete what one dashboard shows."""
    dashboard = queries.dashboard(dashboard_id)
    found = annotations.one(annotation_id, dashboard=dashboard, is_its_own=True)
    actions.remove_annotation(annotation=found, by=request.auth.actor)


def _noted(request: HttpRequest, dashboard: models.Dashboard | None, body: AnnotationBody) -> models.Annotation:
    return actions.annotate(
        dashboard=dashboard, at=body.at or clock.now(), text=body.text, tag=body.tag, by=request.auth.actor
    )
