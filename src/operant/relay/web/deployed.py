"""How deployments look: their states, their stages, what became of them on each screen."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from operant.platform import clock
from operant.platform.ui import cells

from ..models import DeployedScreen, Deployment, Screen
from ..queries import proving
from ..queries.deploying import Standing

State = Deployment.State
# state: word, tone of its color, icon
LOOKS: dict[str, tuple[str, str, str]] = {
    State.PLANNED: ("Planned", "info", "lucide--calendar-clock"),
    State.RUNNING: ("Running", "info", "lucide--rocket"),
    State.HALTED: ("Halted", "error", "lucide--octagon-pause"),
    State.DONE: ("Done", "success", "lucide--circle-check"),
    State.ROLLED_BACK: ("Rolled back", "warning", "lucide--undo-2"),
    State.REPLACED: ("Replaced", "muted", "lucide--replace"),
    State.CANCELED: ("Canceled", "muted", "lucide--calendar-x"),
}
OVER = {
    State.HALTED: ("It halted here", "error", "lucide--octagon-pause"),
    State.ROLLED_BACK: ("Rolled back", "warning", "lucide--undo-2"),
    State.REPLACED: ("Replaced", "muted", "lucide--replace"),
}


@dataclass(frozen=True)
class ScreenLine:
    """One screen of a stage, and what became of it in words."""

    screen_id: UUID
    name: str
    is_paired: bool
    words: str
    tone: str


@dataclass(frozen=True)
class StageLook:
    """One stage as it is drawn: what it means, how far it is, and its screens."""

    number: int
    name: str
    words: str
    tone: str
    icon: str
    is_current: bool
    told: int
    painted: int
    note: str
    lines: list[ScreenLine]


def stages(deployment: Deployment, standing: Standing, zone: str) -> list[StageLook]:
    """Return the stages of a deployment, in their order."""
    return [_stage(deployment, standing, number, ZoneInfo(zone)) for number in range(1, len(deployment.stages) + 1)]


def is_proven(deployment: Deployment) -> bool:
    """Whether its screens are told to show again what they showed before."""
    return deployment.state in (State.HALTED, State.ROLLED_BACK)


def named(deployment: Deployment) -> str:
    return f"{deployment.dashboard.name}, version {deployment.version.number}"


def state(deployment: Deployment) -> Any:
    word, tone, icon = LOOKS[deployment.state]
    return cells.status(tone, word, icon=icon)


def painted(deployment: Deployment) -> Any:
    return f"{deployment.painted} of {deployment.told}" if deployment.told else cells.NOTHING


def _stage(deployment: Deployment, standing: Standing, number: int, zone: ZoneInfo) -> StageLook:
    rows = [each for each in standing.rows if each.stage == number]
    is_current = deployment.state == State.RUNNING and number == deployment.stage
    words, tone, icon = _progress(deployment, number)
    return StageLook(
        number, deployment.stages[number - 1]["name"], words, tone, icon, is_current, len(rows),
        sum(each.painted_at is not None for each in rows), _note(standing, zone, rows) if number <= deployment.stage else "",
        [_line(each, standing, zone) for each in rows],
    )  # fmt: skip


def _progress(deployment: Deployment, number: int) -> tuple[str, str, str]:
    if number > deployment.stage or not deployment.stage:
        return "Never reached" if deployment.is_over else "To come", "muted", "lucide--circle-dashed"
    if number < deployment.stage or deployment.state == State.DONE:
        return "Passed", "success", "lucide--circle-check"
    return OVER.get(deployment.state, ("Here now", "info", "lucide--rocket"))


def _note(standing: Standing, zone: ZoneInfo, rows: list[DeployedScreen]) -> str:
    """What the stage that runs waits for, or why one that was reached has no screens."""
    deployment, missing = standing.deployment, standing.missing
    if not rows:
        return "Its screens have it from a stage before."
    if deployment.state != State.RUNNING or rows[0].stage != deployment.stage:
        return ""
    if missing and deployment.stage_at:
        patient = _clock(deployment.stage_at + timedelta(seconds=deployment.patience_seconds), zone)
        names = ", ".join(each.screen.name for each in missing[:5]) + (" and others" if len(missing) > 5 else "")
        return f"Waits for {names}. Screens that are offline are waited for until {patient}."
    painted = [each.painted_at for each in standing.in_stage if each.painted_at]
    if not painted:
        return ""
    passes = _clock(max(painted) + timedelta(seconds=deployment.stand_seconds), zone)
    return f"Every screen has painted it. It passes at {passes} if nothing goes wrong."


def _line(row: DeployedScreen, standing: Standing, zone: ZoneInfo) -> ScreenLine:
    words, tone = _words(row, standing, zone)
    return ScreenLine(row.screen_id, row.screen.name, row.screen.unpaired_at is None, words, tone)


def _words(row: DeployedScreen, standing: Standing, zone: ZoneInfo) -> tuple[str, str]:
    deployment = standing.deployment
    before = f"v{deployment.before.number}" if deployment.before else "nothing"
    if row.before:
        before = f"v{row.before.number}"
    if row.returned_at:
        failed = f"{row.reason} · " if row.reason else ""
        return f"{failed}Shows {before} again since {_clock(row.returned_at, zone)}", "error" if failed else "success"
    if row.rejected_at:
        return row.reason, "error"
    if row.is_faulty(deployment.ended_at or clock.now()):
        return row.reason or f"{row.errors} errors while it showed it", "error"
    if row.screen.unpaired_at:
        return "Unpaired", "muted"
    if not standing.is_meant(row):
        return "Shows something else now", "muted"
    if is_proven(deployment):
        return proving.reason(row, is_back=True), "warning"
    if row.painted_at:
        return f"Painted at {_clock(row.painted_at, zone)}", "success"
    left_out = "Not waited for. " if row.left_out_at else ""
    return left_out + proving.reason(row), "muted" if row.screen.state == Screen.State.ONLINE and not left_out else "warning"


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%H:%M:%S}"


def last_return(proof: proving.Proof, zone: str) -> str:
    """Return when the last screen came back, as a clock shows it."""
    return _clock(proof.last_at, ZoneInfo(zone)) if proof.last_at else ""


