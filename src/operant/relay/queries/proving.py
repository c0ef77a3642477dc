"""Whether every screen shows again what it showed before a deployment. Inside the organization's scope."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ..models import DeployedScreen, Deployment, Screen
from . import deploying
from .deploying import Standing


@dataclass(frozen=True)
class Missing:
    """A screen that was not seen to show it again yet, and why."""

    screen_id: UUID
    name: str
    reason: str


@dataclass(frozen=True)
class Proof:
    """How many screens were seen to show again what they should, the last of them when, and which were not."""

    version: int | None
    screens: int
    returned: int
    last_at: datetime | None
    missing: list[Missing]

    @property
    def sentence(self) -> str:
        """What it proves: “12 of 12 show v7 again”."""
        shown = f"v{self.version}" if self.version else "nothing"
        return f"{self.returned} of {self.screens} show {shown} again"

    @property
    def is_whole(self) -> bool:
        return self.returned == self.screens


def proof(standing: Standing) -> Proof:
    """Return what is known of the screens of a deployment that was taken back."""
    deployment = standing.deployment
    back = [each.returned_at for each in standing.rows if each.returned_at]
    missing = [each for each in standing.rows if standing.is_to_return(each)]
    return Proof(
        deployment.before.number if deployment.before else None, len(back) + len(missing), len(back), max(back, default=None),
        [Missing(each.screen_id, each.screen.name, reason(each, is_back=True)) for each in missing],
    )  # fmt: skip


def reason(row: DeployedScreen, *, is_back: bool = False) -> str:
    """Return why a screen was not seen to show what it should: the version, or what it showed before where it is to go back."""
    screen, painted = row.screen, row.screen.rendered_version
    shown = f"v{painted.number}" if painted else "nothing"
    if screen.state == Screen.State.NEVER_SEEN:
        return "Was never heard of"
    if screen.state == Screen.State.OFFLINE:
        return f"Offline, it showed {shown} last"
    if screen.state == Screen.State.LATE:
        return f"Late, it showed {shown} last"
    if is_back and screen.rendered_version_id == deploying.expected(row):
        return f"Shows {shown}, but may have said so before it was told"
    return f"Still shows {shown}" if screen.shows.is_plain else f"Shows {shown}, this has not had its turn"


def why_not(deployment: Deployment) -> str:
    """Return why a deployment that began cannot be rolled back, or nothing when it can."""
    said = f"version {deployment.version.number} of {deployment.dashboard.name}"
    if deployment.state not in (Deployment.State.RUNNING, Deployment.State.DONE):
        words = deployment.get_state_display().lower()
        return f"This deployment is {words}, so there is nothing to roll back."
    if deployment.state == Deployment.State.RUNNING:
        return ""
    if not deploying.stands(deployment):
        return f"Another version was published since, so {said} is on no screen because of this deployment any more."
    if deployment.is_for_all and (later := deploying.held_elsewhere(deployment)):
        return f"{later} has another version since, which going back would take from it. Roll that deployment back first."
    if deployment.is_for_all and deployment.before is None:
        return f"Nothing was published before {said}, so there is nothing to go back to."
    return ""
