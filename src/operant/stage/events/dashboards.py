"""Dashboards, their drafts and what is published."""

from operant.platform.events import Event, Instant, Personal, Told

_DASHBOARDS = ("dashboard:{dashboard_id}", "dashboards")


class DashboardCreated(
    Event, name="stage.dashboard.created",
    told=Told(audit="{created_by} created the dashboard {name}", live=_DASHBOARDS, public=True),
):
    """A dashboard was created."""

    dashboard_id: str
    name: str
    created_by: Personal


class DashboardRenamed(
    Event, name="stage.dashboard.renamed",
    told=Told(audit="The dashboard {before} is now called {name}", live=_DASHBOARDS, public=True),
):
    """A dashboard got a new name. Its heading on screens is part of the document and stays."""

    dashboard_id: str
    before: str
    name: str


class DashboardFiled(
    Event, name="stage.dashboard.filed",
    told=Told(audit="{name} is found under {place}", live=_DASHBOARDS, public=True),
):
    """A dashboard's folder or tags changed. `place` names both, and is “no folder” for neither."""

    dashboard_id: str
    name: str
    place: str


class DraftEdited(
    Event, name="stage.draft.edited", told=Told(audit="The draft of {name} was edited", public=True)
):
    """Somebody edited the draft of a dashboard. What one person does within a quarter of an hour is told once."""

    dashboard_id: str
    name: str


class PictureAdded(
    Event, name="stage.picture.added", told=Told(audit="The picture {picture} was added for {dashboard}", public=True)
):
    """Somebody uploaded a picture to show on a dashboard. The same picture once more is not told again."""

    dashboard_id: str
    dashboard: str
    picture: str


class PictureForgotten(
    Event, name="stage.picture.forgotten",
    told=Told(audit="The picture {picture} was deleted: nothing had shown it for thirty days", public=True),
):
    """A picture was deleted, since for thirty days no dashboard's draft and no version named it."""

    picture: str


class DashboardPublished(
    Event, name="stage.dashboard.published",
    told=Told(audit="{published_by} published version {number} of {name}", live=_DASHBOARDS, public=True),
):
    """A new version of a dashboard was published; screens that show it follow."""

    dashboard_id: str
    name: str
    version_id: str
    number: int
    note: str
    published_by: Personal


class PublicationPlanned(
    Event, name="stage.publication.planned",
    told=Told(audit="{planned_by} planned to publish {name} at {due_at}", live=_DASHBOARDS, public=True),
):
    """A draft, as it was then, is to be published at a time. Planned again, it takes the place of the plan before."""

    dashboard_id: str
    name: str
    due_at: Instant
    note: str
    planned_by: Personal


class PublicationCanceled(
    Event, name="stage.publication.canceled",
    told=Told(audit="{name} is not published as it was planned: {reason}", live=_DASHBOARDS, public=True),
):
    """A planned publication does not take place."""

    dashboard_id: str
    name: str
    reason: str


class DashboardRestored(
    Event, name="stage.dashboard.restored",
    told=Told(audit="Version {number} of {name} was put back into the draft", live=_DASHBOARDS, public=True),
):
    """An older version of a dashboard became its draft again. Nothing was published by that."""

    dashboard_id: str
    name: str
    number: int


class DraftReturned(
    Event, name="stage.draft.returned", told=Told(audit="The draft of {name} is what it was before", public=True)
):
    """Something had replaced a dashboard's whole draft, and was undone."""

    dashboard_id: str
    name: str


class DraftReplaced(
    Event, name="stage.draft.replaced", told=Told(audit="A text became the draft of {name}", public=True)
):
    """A text became the whole draft of a dashboard. Nothing was published by that."""

    dashboard_id: str
    name: str


class DashboardArchived(
    Event, name="stage.dashboard.archived",
    told=Told(audit="The dashboard {name} was deleted", live=_DASHBOARDS, public=True),
):
    """A dashboard was deleted. It is kept, and can be brought back."""

    dashboard_id: str
    name: str


class DashboardReturned(
    Event, name="stage.dashboard.returned",
    told=Told(audit="The dashboard {name} was brought back", live=_DASHBOARDS, public=True),
):
    """A deleted dashboard was brought back, with its draft and versions."""

    dashboard_id: str
    name: str
