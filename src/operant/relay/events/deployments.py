from operant.platform.events import Event, Instant, Personal, Told

_DEPLOYED = ("deployments", "deployment:{deployment_id}", "dashboard:{dashboard_id}", "dashboards", "screens")


class DeploymentPlanned(
    Event, name="relay.deployment.planned",
    told=Told(audit="{created_by} planned to deploy version {number} of {dashboard} at {due_at}", live=_DEPLOYED, public=True),
):  # fmt: skip
    """A version of a dashboard is to be brought to screens at a time."""

    deployment_id: str
    dashboard_id: str
    dashboard: str
    number: int
    stages: str
    due_at: Instant
    note: str
    created_by: Personal


class DeploymentStarted(
    Event, name="relay.deployment.started",
    told=Told(audit="Version {number} of {dashboard} is deployed: {stages}", live=_DEPLOYED, public=True),
):
    """A version of a dashboard began its way to screens. `stages` names the screens of each stage."""

    deployment_id: str
    dashboard_id: str
    dashboard: str
    number: int
    stages: str
    note: str
    created_by: Personal


class DeploymentStageBegan(
    Event, name="relay.deployment.stage_began",
    told=Told(audit="Version {number} of {dashboard} reached stage {stage}: {target}", live=_DEPLOYED, public=True),
):
    """The screens of a stage were told to show the version. `screens` is how many that are."""

    deployment_id: str
    dashboard_id: str
    dashboard: str
    number: int
    stage: int
    target: str
    screens: int


class DeploymentHalted(
    Event, name="relay.deployment.halted",
    told=Told(
        audit="The deployment of version {number} of {dashboard} halted: {reason}", notify="relay.command", category="screens",
        live=_DEPLOYED, public=True,
    ),
):  # fmt: skip
    """A screen could not show the version as it should. Every screen that had it goes back to what it showed before."""

    deployment_id: str
    dashboard_id: str
    dashboard: str
    number: int
    stage: int
    screen: str
    reason: str


class DeploymentDone(
    Event, name="relay.deployment.done",
    told=Told(audit="Version {number} of {dashboard} is deployed to {target}", live=_DEPLOYED, public=True),
):
    """A version passed its last stage. Brought to every screen, it is the published one now."""

    deployment_id: str
    dashboard_id: str
    dashboard: str
    number: int
    target: str
    screens: int


class DeploymentRolledBack(
    Event, name="relay.deployment.rolled_back",
    told=Told(audit="{rolled_back_by} rolled version {number} of {dashboard} back", live=_DEPLOYED, public=True),
):
    """The screens of a deployment were told to show again what they showed before. `screens` is how many that are."""

    deployment_id: str
    dashboard_id: str
    dashboard: str
    number: int
    screens: int
    rolled_back_by: Personal


class DeploymentReplaced(
    Event, name="relay.deployment.replaced",
    told=Told(audit="The deployment of version {number} of {dashboard} is over: {reason}", live=_DEPLOYED, public=True),
):
    """A deployment ended on its way, since another version took its place."""

    deployment_id: str
    dashboard_id: str
    dashboard: str
    number: int
    reason: str


class DeploymentCanceled(
    Event, name="relay.deployment.canceled",
    told=Told(
        audit="The planned deployment of version {number} of {dashboard} was canceled: {reason}", live=_DEPLOYED, public=True
    ),
):  # fmt: skip
    """A planned deployment was left undone."""

    deployment_id: str
    dashboard_id: str
    dashboard: str
    number: int
    reason: str
