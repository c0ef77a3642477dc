"""Versions on their way to screens, over JSON."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from django.http import HttpRequest
from pydantic import Field

from operant.panel.organizations.rules import may
from operant.platform import api
from operant.platform.refusals import NotAllowed, NotFound
from operant.stage import queries as stage
from operant.stage.models import DashboardVersion

from .. import models, rules
from ..actions import deploying, returning
from ..models import MOST_STAGES, PATIENCE, STAND_FOR
from ..queries import deploying as queries
from ..queries import proving, targets
from .scopes import READ, WRITE
from .screens import DashboardId, ScreenId, ShownVersion, VersionId

routes = api.Routes("Deployments")
DeploymentId = api.Id("dep")
ALL, OF, ONE = "/deployments", "/dashboards/{dashboard:dashboard_id}/deployments", "/deployments/{deployment:deployment_id}"
State = Literal["planned", "running", "halted", "done", "rolled_back", "replaced", "canceled"]


Stage = Annotated[str, Field(min_length=1, max_length=80), api.Storable]


class DeploymentBody(api.Body):
    """
    Which version reaches which screens, stage after stage, and when.

    Each stage names those of its screens that show the dashboard: `all`, `tag:` and a tag, or the id of a screen, a group
    or a site.
    """

    version: VersionId
    stages: Annotated[list[Stage], Field(min_length=1, max_length=MOST_STAGES)]
    stand_seconds: Annotated[int, Field(ge=10, le=86_400, description="So long a stage shows it before the next begins.")] = int(
        STAND_FOR.total_seconds()
    )
    patience_seconds: Annotated[int, Field(ge=0, le=604_800, description="So long screens that are offline are waited for.")] = int(
        PATIENCE.total_seconds()
    )
    at: api.GivenInstant | None = Field(None, description="When it begins, with Z or its offset from UTC. Now when left out.")
    note: Annotated[str, Field(max_length=500), api.Storable] = ""


class Target(api.Shape):
    """The screens of a stage, as they were named, and in words."""

    target: str
    name: str


class Missing(api.Shape):
    """A screen that was not seen to show again what it showed before, and why."""

    screen: ScreenId
    name: str
    reason: str


class Proof(api.Shape):
    """
    How many screens were seen to show again what they showed before, each by its own heartbeat.

    `last_at` is when the last of them painted it.
    """

    sentence: str
    version: int | None
    screens: int
    returned: int
    last_at: api.Instant | None
    missing: list[Missing]


class Deployment(api.Shape):
    """A version of a dashboard on its way to screens. `stage` counts from 1; `before` is what was published when it began."""

    id: DeploymentId
    dashboard: DashboardId
    name: str
    version: ShownVersion
    before: ShownVersion | None
    state: State
    stages: list[Target]
    stage: int
    stand_seconds: int
    patience_seconds: int
    note: str
    reason: str
    told: int
    painted: int
    created_at: api.Instant
    scheduled_at: api.Instant | None
    started_at: api.Instant | None
    ended_at: api.Instant | None

    @classmethod
    def of(cls, row: models.Deployment, **more: Any) -> Self:
        """Return a deployment as the contract has it."""
        return cls(
            id=row.pk, dashboard=row.dashboard_id, name=row.dashboard.name, version=_version(row.version),
            before=_version(row.before) if row.before else None, state=row.state, stage=row.stage,
            stages=[Target(**each) for each in row.stages],
            stand_seconds=row.stand_seconds, patience_seconds=row.patience_seconds, note=row.note, reason=row.reason,
            told=row.told, painted=row.painted, created_at=row.created_at, scheduled_at=row.scheduled_at,
            started_at=row.started_at, ended_at=row.ended_at, **more,
        )  # fmt: skip


class ProvenDeployment(Deployment):
    """A deployment by itself. `proof` is there once its screens were told to go back; lists leave it out."""

    proof: Proof | None

    @classmethod
    def of(cls, row: models.Deployment, **more: Any) -> Self:
        """Return a deployment and what its screens prove."""
        is_back = row.state in (models.Deployment.State.HALTED, models.Deployment.State.ROLLED_BACK)
        return super().of(row, proof=_proof(row) if is_back else None)


class DeployedScreen(api.Shape):
    """What became of a deployment on one screen. `left_out_at` is when it was no longer waited for."""

    screen: ScreenId
    name: str
    stage: int
    told_at: api.Instant | None
    painted_at: api.Instant | None
    rejected_at: api.Instant | None
    reason: str
    errors: int
    left_out_at: api.Instant | None
    returned_at: api.Instant | None

    @classmethod
    def of(cls, row: models.DeployedScreen) -> "DeployedScreen":
        """Return it as the contract has it."""
        return cls(
            screen=row.screen_id, name=row.screen.name, stage=row.stage, told_at=row.told_at, painted_at=row.painted_at,
            rejected_at=row.rejected_at, reason=row.reason, errors=row.errors, left_out_at=row.left_out_at,
            returned_at=row.returned_at,
        )  # fmt: skip


@routes.get(ALL, needs=READ, rule=rules.see_screens, gives=api.Page[Deployment])
def list_deployments(request: HttpRequest, paging: api.Query[api.Paging]):
    """List the deployments of all dashboards, newest first."""
    return paging.of(queries.deployments(), Deployment.of, by="created_at", down=True)


@routes.get(OF, needs=READ, rule=rules.see_screens, gives=api.Page[Deployment])
def list_dashboard_deployments(request: HttpRequest, dashboard_id: DashboardId, paging: api.Query[api.Paging]):
    """List the deployments of one dashboard, newest first."""
    found = stage.dashboard(dashboard_id)
    return paging.of(queries.deployments().filter(dashboard=found), Deployment.of, by="created_at", down=True)


@routes.post(OF, needs=WRITE, rule=rules.deploy, gives=ProvenDeployment, refuses=(404, 409))
def deploy_dashboard(request: HttpRequest, dashboard_id: DashboardId, body: DeploymentBody):
    """
    Bring a version of a dashboard to screens in stages.

    It halts by itself when one of them cannot show it. A last stage `all` publishes it; any other holds its screens
    at it until the next publication. One of the same dashboard that runs is replaced.
    """
    dashboard, version = stage.dashboard(dashboard_id), stage.version(body.version)
    if version.dashboard_id != dashboard.pk:
        raise NotFound(f"{dashboard.name} has no such version.")
    made = deploying.deploy(
        version=version, stages=[targets.Target.read(each) for each in body.stages], by=request.auth.actor, at=body.at,
        note=body.note, stand_seconds=body.stand_seconds, patience_seconds=body.patience_seconds,
    )  # fmt: skip
    return ProvenDeployment.of(queries.deployment(made.pk))


@routes.get(ONE, needs=READ, rule=rules.see_screens, gives=ProvenDeployment)
def get_deployment(request: HttpRequest, deployment_id: DeploymentId):
    """Look at one deployment; once it was taken back, with the proof of what its screens show."""
    return ProvenDeployment.of(queries.deployment(deployment_id))


@routes.get(ONE + "/screens", needs=READ, rule=rules.see_screens, gives=api.Page[DeployedScreen])
def list_deployed_screens(request: HttpRequest, deployment_id: DeploymentId, paging: api.Query[api.Paging]):
    """List what became of a deployment on each screen that it reached, by stage."""
    return paging.of(queries.screens(queries.deployment(deployment_id)), DeployedScreen.of, by="stage")


@routes.post(ONE + "/rollback", needs=WRITE, rule=rules.deploy, gives=ProvenDeployment, status=200, refuses=(409,))
def roll_deployment_back(request: HttpRequest, deployment_id: DeploymentId):
    """
    Let every screen that a deployment reached show again what it showed before. Twice changes nothing.

    Its `proof` counts those that do.
    """
    returning.roll_back(deployment=_guarded(request, deployment_id), by=request.auth.actor)
    return ProvenDeployment.of(queries.deployment(deployment_id))


@routes.delete(ONE, needs=WRITE, rule=rules.deploy, refuses=(410,))
def cancel_deployment(request: HttpRequest, deployment_id: DeploymentId):
    """Leave a planned deployment undone. 410 when it began already."""
    deploying.cancel(deployment=_guarded(request, deployment_id))


def _guarded(request: HttpRequest, deployment_id: UUID) -> models.Deployment:
    found = queries.deployment(deployment_id)
    if not may(request.auth.member, rules.deploy, about=found.dashboard_id):
        raise NotAllowed(f"You may not deploy {found.dashboard.name}.")
    return found


def _proof(row: models.Deployment) -> Proof:
    found = proving.proof(queries.standing(row))
    missing = [Missing(screen=each.screen_id, name=each.name, reason=each.reason) for each in found.missing]
    return Proof(
        sentence=found.sentence, version=found.version, screens=found.screens, returned=found.returned, last_at=found.last_at,
        missing=missing,
    )  # fmt: skip


def _version(row: DashboardVersion) -> ShownVersion:
    return ShownVersion(id=row.pk, number=row.number)
