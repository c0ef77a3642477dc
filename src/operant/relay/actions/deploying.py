"""A version on its way to screens: planned, begun, and one stage after the other."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from operant.panel.accounts.models import Person
from operant.panel.organizations import queries as organizations
from operant.platform import clock
from operant.platform.events import announce
from operant.platform.live import hint
from operant.platform.refusals import Gone, Invalid
from operant.stage import actions as stage_actions
from operant.stage import planning
from operant.stage import queries as stage
from operant.stage.models import Dashboard, DashboardVersion

from .. import events, phrasing
from ..models import MOST_STAGES, DeployedScreen, Deployment, Screen
from ..queries import deploying as queries
from ..queries import targets
from ..queries.targets import Target
from . import held, returning

CHECKED_AGAIN_AFTER = timedelta(seconds=2)
LONGEST_NOTE = 500
State = Deployment.State


def deploy(
    *, version: DashboardVersion, stages: Sequence[Target], by: Person, stand_seconds: int, patience_seconds: int,
    at: datetime | None = None, note: str = "",
) -> Deployment:  # fmt: skip
    """
    This function will bring a version to screens in stages, now or at a time; now, it replaces one of the same dashboard.

    :raises Invalid: when there are no stages or too many, when one means no screen, or the time is over.
    :raises NotFound: when a stage names a screen, a group or a site that is not here.
    :raises Refusal: when the version reads a source that was deleted since.
    """
    dashboard = stage.dashboard(version.dashboard_id, locked=True)
    if at and (reason := planning.refusal(at, clock.now())):
        raise Invalid(reason)
    _refuse_idle(dashboard, stages)
    stage_actions.refuse_incomplete(version=version)
    made = Deployment.objects.create(
        dashboard=dashboard, version=version, before=dashboard.published, stand_seconds=stand_seconds,
        stages=[{"target": str(each), "name": targets.words(each)} for each in stages],
        patience_seconds=patience_seconds,
        note=" ".join(note.replace("\0", "").split())[:LONGEST_NOTE], created_by=organizations.person_of(by), scheduled_at=at,
        due_at=at and at.astimezone(UTC),
    )  # fmt: skip
    if at is None:
        _start(made, dashboard)
        return made
    announce(
        events.DeploymentPlanned(
            **phrasing.about(made), stages=phrasing.stages(made), due_at=stage.instant(at) or "", note=made.note, created_by=by.name
        ),
        about=made,
    )
    return made


def cancel(*, deployment: Deployment, reason: str = "somebody canceled it") -> None:
    """
    This function will leave a planned deployment undone.

    :raises Gone: when it began, or was canceled before.
    """
    planned = Deployment.objects.filter(pk=deployment.pk, state=State.PLANNED)
    if not planned.moved(state=State.CANCELED, ended_at=clock.now(), due_at=None, reason=reason):
        raise Gone("Only what has not begun can be canceled. What runs can be rolled back.")
    announce(events.DeploymentCanceled(**phrasing.about(deployment), reason=reason), about=deployment)


def advance(*, deployment_id: UUID) -> None:
    """
    This function will look at a deployment that is due and do the one thing that is next: begin, halt, go on, or end.

    Whatever is due twice is looked at twice, and nothing of it happens twice.
    """
    due = Deployment.objects.filter(pk=deployment_id, due_at__lte=clock.now())
    dashboard_id = due.values_list("dashboard_id", flat=True).first()
    if dashboard_id is None:
        return
    # Everything that changes what its screens are to show holds the dashboard first.
    dashboard = _held(dashboard_id)
    found = due.select_related("version", "before", "created_by").defer("version__document", "before__document")
    deployment = found.locked().first()
    if deployment is None:
        return
    deployment.dashboard = dashboard
    if deployment.state == State.PLANNED:
        _start(deployment, dashboard)
    elif deployment.state == State.RUNNING:
        _go_on(deployment, dashboard)
    else:
        returning.note_returns(deployment=deployment)


def _held(dashboard_id: UUID) -> Dashboard:
    # Deleted ones too: what was planned for them ends.
    Dashboard.objects.filter(pk=dashboard_id).only("pk").select_for_update().first()
    return Dashboard.objects.select_related("published").defer("published__document").get(pk=dashboard_id)


def _refuse_idle(dashboard: Dashboard, stages: Sequence[Target]) -> None:
    if not 1 <= len(stages) <= MOST_STAGES:
        raise Invalid(f"A deployment has one stage at least and {MOST_STAGES} at most.")
    for each in stages:
        if each != targets.ALL and not queries.meant(str(each), dashboard.pk).exists():
            raise Invalid(f"No screen shows {dashboard.name} there ({targets.words(each)}), so nothing would be deployed.")
    if targets.ALL in stages[:-1]:
        raise Invalid("After all screens there is nothing left to deploy to, so that stage is the last.")


def _start(deployment: Deployment, dashboard: Dashboard) -> None:
    if dashboard.archived_at is not None:
        cancel(deployment=deployment, reason="the dashboard was deleted")
        return
    if dashboard.published_id != deployment.before_id and dashboard.published.number > deployment.version.number:
        cancel(deployment=deployment, reason=phrasing.published_meanwhile(dashboard))
        return
    for other in _running(dashboard).exclude(pk=deployment.pk):
        returning.replace(deployment=other, reason=f"version {deployment.version.number} is deployed instead")
    deployment.before = dashboard.published
    deployment.state, deployment.started_at = State.RUNNING, clock.now()
    deployment.save(update_fields=["before", "state", "started_at"])
    announce(
        events.DeploymentStarted(
            **phrasing.about(deployment), stages=phrasing.stages(deployment), note=deployment.note,
            created_by=deployment.created_by.name if deployment.created_by else phrasing.NOBODY,
        ),
        about=deployment,
    )  # fmt: skip
    _begin_stage(deployment, dashboard)


def _go_on(deployment: Deployment, dashboard: Dashboard) -> None:
    if dashboard.published_id != deployment.before_id:
        returning.replace(deployment=deployment, reason=phrasing.published_meanwhile(dashboard))
        return
    now, standing = clock.now(), queries.standing(deployment)
    if fault := standing.fault:
        returning.halt(deployment=deployment, reason=phrasing.halted(deployment, fault), screen=fault.screen.name)
        return
    if _is_deserted(deployment, standing):
        returning.halt(deployment=deployment, reason=phrasing.deserted(deployment), screen="")
        return
    # What was painted just now has not stood yet, so this is all for once.
    if returning.note_painted(standing=standing, now=now):
        hint("deployments", f"deployment:{deployment.public_id}")
    elif standing.has_passed(now):
        _pass(deployment, dashboard, standing, now)
        return
    _look_again(deployment)


def _is_deserted(deployment: Deployment, standing: queries.Standing) -> bool:
    """Whether a stage before the last has none of its screens left on which anything could be seen."""
    return not standing.in_stage and deployment.stage < len(deployment.stages)


def _pass(deployment: Deployment, dashboard: Dashboard, standing: queries.Standing, now: datetime) -> None:
    left_out = [each.pk for each in standing.missing]
    DeployedScreen.objects.filter(pk__in=left_out).update(left_out_at=now)
    if deployment.stage < len(deployment.stages):
        _begin_stage(deployment, dashboard)
        return
    # Those that were not waited for are looked at more and more seldom, until they have painted it.
    deployment.state, deployment.ended_at, deployment.leased_until = State.DONE, now, None
    deployment.due_at = now + returning.SOONEST if standing.missing_anywhere else None
    deployment.save(update_fields=["state", "ended_at", "due_at", "leased_until"])
    if deployment.is_for_all:
        held.let_go(dashboard_id=dashboard.pk)
        stage_actions.put_out(version=deployment.version, by=deployment.created_by)
    announce(
        events.DeploymentDone(
            **phrasing.about(deployment), target=deployment.stages[-1]["name"], screens=deployment.screens.count()
        ),
        about=deployment,
    )


def _begin_stage(deployment: Deployment, dashboard: Dashboard) -> None:
    target = deployment.stages[deployment.stage]
    known = set(deployment.screens.values_list("screen_id", flat=True))
    screens = [each for each in queries.meant(target["target"], dashboard.pk).only("pk", "held") if each.pk not in known]
    versions = dict.fromkeys([each.pk for each in screens], deployment.version_id)
    held.hold(screens=Screen.objects.paired(), dashboard_id=dashboard.pk, versions=versions, base_id=dashboard.published_id)
    # After the locks: what a screen said while this waited for it was said before it was told.
    now = clock.now()
    deployment.stage, deployment.stage_at = deployment.stage + 1, now
    deployment.save(update_fields=["stage", "stage_at"])
    errors = queries.errors_lately([each.pk for each in screens])
    rows = [_row(deployment, dashboard, each, now, *errors.get(each.pk, queries.NO_ERRORS)) for each in screens]
    DeployedScreen.objects.bulk_create(rows, batch_size=1000)
    announce(
        events.DeploymentStageBegan(
            **phrasing.about(deployment), stage=deployment.stage, target=target["name"], screens=len(rows)
        ),
        about=deployment,
    )
    _look_again(deployment)


def _row(
    deployment: Deployment, dashboard: Dashboard, screen: Screen, now: datetime, errors: int, seconds: int
) -> DeployedScreen:
    return DeployedScreen(
        deployment=deployment, screen=screen, stage=deployment.stage, told_at=now, before_id=queries.held_at(screen, dashboard),
        errors_before=errors, errors_before_seconds=seconds,
    )  # fmt: skip


def _look_again(deployment: Deployment) -> None:
    deployment.due_at, deployment.leased_until = clock.now() + CHECKED_AGAIN_AFTER, None
    deployment.save(update_fields=["due_at", "leased_until"])


def _running(dashboard: Dashboard) -> QuerySet[Deployment]:
    return Deployment.objects.running().filter(dashboard=dashboard).select_related("dashboard", "version", "before").locked()

