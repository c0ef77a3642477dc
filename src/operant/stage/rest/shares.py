from typing import Annotated

from django.http import HttpRequest
from pydantic import Field

from operant.platform import api, clock

from .. import actions, ids, models, queries, rules
from ..actions.sharing import LONGEST_PASSWORD, SHORTEST_PASSWORD, address
from ..document import MOST_VARIABLES
from ..sharing.origins import MOST
from ..variables import Settings, VariableName
from .dashboards import ONE
from .scopes import READ, WRITE
from .shapes import DashboardId

routes = api.Routes("Share links")
ShareId = api.Id(ids.SHARE)
HERE = ONE + "/shares"
Password = Annotated[str, Field(min_length=SHORTEST_PASSWORD, max_length=LONGEST_PASSWORD), api.Storable]

Origins = Annotated[
    list[Annotated[str, Field(max_length=300), api.Storable]],
    Field(max_length=MOST, description="Pages that may embed it, as scheme, host and port: https://intranet.example.com."),
]
Values = Annotated[Settings, Field(description="What the dashboard's variables are set to, by name.")]
OpenVariables = Annotated[
    list[VariableName],
    Field(max_length=MOST_VARIABLES, description="Variables with choices that the address may set: `?var-region=North`."),
]


class ShareBody(api.Body):
    """Whom a link is for, and how far it opens. Without `expires_at` it works until it is revoked."""

    name: api.Text
    expires_at: api.GivenInstant | None = None
    password: Password | None = None
    origins: Origins = []
    values: Values = {}
    open_variables: OpenVariables = []


class ShareChange(api.Change):
    """
    What is to be another; the rest stays, and so does the address. `expires_at` null lets it work until it is revoked, and
    `password` null takes the password away.
    """

    name: api.Text = ""
    expires_at: api.GivenInstant | None = None
    password: Password | None = None
    origins: Origins = []
    values: Values = {}
    open_variables: OpenVariables = []


class Share(api.Shape):
    """A share link: whoever has its address sees what is published of the dashboard."""

    id: ShareId
    dashboard: DashboardId
    name: str
    has_password: bool
    origins: list[str]
    values: Settings
    open_variables: list[str]
    is_over: bool
    expires_at: api.Instant | None
    openings: int
    opened_at: api.Instant | None
    created_at: api.Instant

    @classmethod
    def of(cls, row: models.Share) -> "Share":
        """Return a link as the contract has it."""
        return cls(**_share(row))


class NewShare(Share):
    """A share link, with the address that is told this once."""

    address: str


@routes.get(HERE, needs=READ, rule=rules.share, gives=api.Page[Share])
def list_shares(request: HttpRequest, dashboard_id: DashboardId, paging: api.Query[api.Paging]):
    """List the share links of a dashboard, oldest first."""
    return paging.of(queries.shares(queries.dashboard(dashboard_id)), Share.of, by="created_at")


@routes.post(HERE, needs=WRITE, rule=rules.share, gives=NewShare, refuses=(409,))
def create_share(request: HttpRequest, dashboard_id: DashboardId, body: ShareBody):
    """
    Make an address that shows what is published of a dashboard to whoever has it.

    Its address is told in this answer and never again.
    """
    share, token = actions.create_share(
        dashboard=queries.dashboard(dashboard_id), name=body.name, by=request.auth.actor, expires_at=body.expires_at,
        password=body.password or "", origins=body.origins, values=body.values, open_variables=body.open_variables,
    )  # fmt: skip
    return NewShare(**_share(share), address=address(token))


@routes.patch(HERE + "/{share:share_id}", needs=WRITE, rule=rules.share, gives=Share, refuses=(409,))
def change_share(request: HttpRequest, dashboard_id: DashboardId, share_id: ShareId, body: ShareChange):
    """Change a share link. Its address stays, and whoever has it open is shown what it says now."""
    changes = {name: getattr(body, name) for name in body.model_fields_set}
    row = queries.share(share_id, dashboard_id=dashboard_id)
    return Share.of(actions.change_share(share=row, by=request.auth.actor, changes=changes))


@routes.delete(HERE + "/{share:share_id}", needs=WRITE, rule=rules.share)
def revoke_share(request: HttpRequest, dashboard_id: DashboardId, share_id: ShareId):
    """Revoke a share link: its address shows nothing any more, also where it is open."""
    actions.revoke_share(share=queries.share(share_id, dashboard_id=dashboard_id), by=request.auth.actor)


def _share(row: models.Share) -> dict:
    same = ("name", "origins", "values", "open_variables", "expires_at", "openings", "opened_at", "created_at")
    return {
        "id": row.pk, "dashboard": row.dashboard_id, "has_password": bool(row.password), "is_over": row.is_over(clock.now()),
        **{name: getattr(row, name) for name in same},
    }  # fmt: skip
