"""Annotations."""

from operant.platform.events import Event, Personal, Told


class AnnotationAdded(
    Event, name="stage.annotation.added",
    told=Told(audit="{added_by} noted “{text}” at {at} on {where}", live=("annotations",), public=True),
):
    """
    Somebody noted that something happened: charts over time show it.

    `dashboard_id` is empty where every dashboard shows it; `where` says it in words. `tag` may be empty.
    """

    annotation_id: str
    dashboard_id: str
    where: str
    at: str
    text: str
    tag: str
    added_by: Personal


class AnnotationRemoved(
    Event, name="stage.annotation.removed",
    told=Told(audit="{removed_by} deleted the annotation “{text}” of {at} on {where}", live=("annotations",), public=True),
):
    """An annotation was deleted. It can come back for a day."""

    annotation_id: str
    dashboard_id: str
    where: str
    at: str
    text: str
    tag: str
    removed_by: Personal


class AnnotationReturned(
    Event, name="stage.annotation.returned",
    told=Told(audit="{returned_by} brought the annotation “{text}” of {at} on {where} back", live=("annotations",), public=True),
):
    """An annotation that was deleted is shown again."""

    annotation_id: str
    dashboard_id: str
    where: str
    at: str
    text: str
    tag: str
    returned_by: Personal
