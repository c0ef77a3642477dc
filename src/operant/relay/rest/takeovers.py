"""Takeovers over JSON: a message or a dashboard over everything, and what each screen says of it."""

from typing import Annotated, Literal

from django.http import HttpRequest
from pydantic import Field

from operant.panel.organizations import rules as rights
from operant.platform import api
from operant.platform.refusals import NotAllowed
from operant.stage import queries as stage

from .. import models, rules
from ..actions import takeovers as actions
from ..models import MOST_TEXT
from ..queries import takeovers as queries
from ..queries.targets import Target
from .scopes import READ, WRITE
from .screens import DashboardId, ScreenId, VersionId

routes = api.Routes("Takeovers")
ONE = "/takeovers/{takeover:takeover_id}"
TakeoverId = api.Id("tko")
Severity = Literal["info", "warning", "alert"]


class TakeoverBody(api.Body):
    """
    A message, or a dashboard's published version, over everything on some screens until a time.

    `targets` says which: `all`, `tag:` and a tag, or the id of a screen, a group or a site; those that are meant at this moment.
    """

    text: Annotated[str, Field(max_length=MOST_TEXT), api.Storable] = ""
    severity: Severity = "info"
    dashboard: DashboardId | None = None
    targets: Annotated[list[Annotated[str, Field(max_length=100), api.Storable]], Field(min_length=1, max_length=1000)] = ["all"]
    until: api.GivenInstant


class Takeover(api.Shape):
    """
    Something that lies over everything else on some screens.

    It ends `until` then by itself, also on screens without network. Of the `meant` screens `painted` say that they paint it, and
    `failed` that they cannot.
    """

    id: TakeoverId
    text: str
    severity: Severity
    version: VersionId | None
    created_at: api.Instant
    until: api.Instant
    ended_at: api.Instant | None
    is_on: bool
    meant: int
    painted: int
    failed: int

    @classmethod
    def of(cls, row: models.Takeover) -> "Takeover":
        """Return a takeover as the contract has it."""
        return cls(
            id=row.pk, text=row.text, severity=row.severity, version=row.version_id, created_at=row.created_at, until=row.until,
            ended_at=row.ended_at, is_on=row.is_on, meant=row.meant, painted=row.painted, failed=row.failed,
        )  # fmt: skip


class Cover(api.Shape):
    """What one screen says of a takeover: nothing yet, that it heard of it, that it painted it, or why it could not."""

    screen: ScreenId
    name: str
    state: Literal["sent", "heard", "painted", "failed"]
    heard_at: api.Instant | None
    painted_at: api.Instant | None
    failed_at: api.Instant | None
    reason: str

    @classmethod
    def of(cls, row: models.Cover) -> "Cover":
        """Return it as the contract has it."""
        return cls(
            screen=row.screen_id, name=row.screen.name, state=row.state, heard_at=row.heard_at, painted_at=row.painted_at,
            failed_at=row.failed_at, reason=row.reason,
        )  # fmt: skip


@routes.get("/takeovers", needs=READ, rule=rules.see_screens, gives=api.Page[Takeover])
def list_takeovers(request: HttpRequest, paging: api.Query[api.Paging]):
    """List the takeovers, newest first."""
    return paging.of(queries.takeovers(), Takeover.of, by="created_at", down=True)


@routes.post("/takeovers", needs=WRITE, rule=rules.take_over, gives=Takeover, refuses=(404, 409))
def take_over_screens(request: HttpRequest, body: TakeoverBody):
    """Lay a message or a dashboard over everything that screens show."""
    shows = stage.dashboard(body.dashboard) if body.dashboard else None
    screens = queries.held((Target.read(each) for each in body.targets), shows=shows)
    _demand(request, [each.pk for each in screens])
    made = actions.take_over(
        screens=screens, until=body.until, by=request.auth.actor, text=body.text, severity=body.severity,
        dashboard=shows,
    )  # fmt: skip
    return Takeover.of(queries.takeover(made.pk))


@routes.get(ONE, needs=READ, rule=rules.see_screens, gives=Takeover)
def get_takeover(request: HttpRequest, takeover_id: TakeoverId):
    """Look at one takeover."""
    return Takeover.of(queries.takeover(takeover_id))


@routes.get(ONE + "/screens", needs=READ, rule=rules.see_screens, gives=api.Page[Cover])
def list_takeover_screens(request: HttpRequest, takeover_id: TakeoverId, paging: api.Query[api.Paging]):
    """List what each screen says of a takeover."""
    return paging.of(queries.covers(queries.takeover(takeover_id)), Cover.of, by="meant_at")


@routes.delete(ONE, needs=WRITE, rule=rules.take_over, refuses=(410,))
def end_takeover(request: HttpRequest, takeover_id: TakeoverId):
    """End a takeover before its time."""
    found = queries.takeover(takeover_id)
    _demand(request, found.covers.values_list("screen_id", flat=True))
    actions.end_takeover(takeover=found)


def _demand(request: HttpRequest, screens) -> None:
    if not all(rights.may(request.auth.member, rules.take_over, about=each) for each in screens):
        raise NotAllowed("This needs the right to take over each of these screens. An owner or admin can give it under Access.")
