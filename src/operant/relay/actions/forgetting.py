"""Deployments that are over for long are forgotten, with what became of them on each screen."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Q

from operant.platform import retention
from operant.stage.models import Dashboard

from .. import holding
from ..models import DeployedScreen, Deployment, Screen

# As long as heartbeats: what a screen painted then cannot be looked up any more, and who deployed stands in the log.
KEPT = retention.keep(
    "deployments", "Deployments, and what became of them on each screen", kept=timedelta(days=90),
    since="after they ended, and as long as a screen is held by them", chore="relay.forget_deployments",
)  # fmt: skip
State = Deployment.State


def forget_deployments() -> None:
    """This function will remove deployments that ended long ago, but for those by which a screen still has its version."""
    over = Deployment.objects.filter(ended_at__lt=KEPT.cutoff, due_at=None).exclude(state__in=[State.PLANNED, State.RUNNING])
    old = set(over.values_list("pk", flat=True))
    gone = old - _holding(old)
    DeployedScreen.objects.filter(deployment__in=gone).delete()
    Deployment.objects.filter(pk__in=gone).delete()


def _holding(deployments: set[UUID]) -> set[UUID]:
    holds = _standing_holds() if deployments else set()
    on_them = Q(deployment__in=deployments, screen__in={screen for screen, _ in holds})
    rows = DeployedScreen.objects.filter(on_them).values_list("deployment", "screen", "deployment__version")
    return {deployment for deployment, *held in rows if tuple(held) in holds}


def _standing_holds() -> set[tuple[UUID, UUID]]:
    """Return the screens that are held, each with the versions it is held at."""
    held = [(pk, holding.holds(text)) for pk, text in Screen.objects.paired().exclude(held="").values_list("pk", "held")]
    published = dict(Dashboard.objects.values_list("pk", "published"))
    return {
        (pk, each.version_id) for pk, holds in held for dashboard, each in holds.items() if each.base_id == published.get(dashboard)
    }
