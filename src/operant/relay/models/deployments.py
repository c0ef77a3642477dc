from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from operant.platform import clock
from operant.platform.tenancy.ids import public_id
from operant.platform.tenancy.models import CompareAndSet, TenantForeignKey, TenantModel

from .. import faults
from .screens import Screen

STAND_FOR, PATIENCE = timedelta(seconds=60), timedelta(minutes=10)
MOST_STAGES = 10


class Deployments(CompareAndSet):
    def running(self) -> Self:
        return self.filter(state=Deployment.State.RUNNING)

    def locked(self) -> Self:
        # What screens say of themselves refers to it, and is not to wait.
        return self.select_for_update(of=("self",), no_key=True)


class Deployment(TenantModel):
    """
    A version of a dashboard on its way to screens, one stage after the other.

    `stages` name the screens of each in turn, as text in `target` (`queries.targets`) and in words in `name`; the last is where
    it ends. `stage` counts from 1 and is 0 before the first. `before` is what was published when it began: when another one
    is, this is over. One whose last stage is all screens ends as a publication; any other holds its screens at the version
    until the next publication.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        RUNNING = "running", _("Running")
        HALTED = "halted", _("Halted")
        DONE = "done", _("Done")
        ROLLED_BACK = "rolled_back", _("Rolled back")
        REPLACED = "replaced", _("Replaced")
        CANCELED = "canceled", _("Canceled")

    dashboard = TenantForeignKey("stage.Dashboard", on_delete=models.PROTECT, related_name="+")
    version = TenantForeignKey("stage.DashboardVersion", on_delete=models.PROTECT, related_name="+")
    before = TenantForeignKey("stage.DashboardVersion", on_delete=models.PROTECT, null=True, related_name="+")
    stages = models.JSONField()
    stand_seconds = models.PositiveIntegerField(default=int(STAND_FOR.total_seconds()))
    patience_seconds = models.PositiveIntegerField(default=int(PATIENCE.total_seconds()))
    note = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.PLANNED)
    stage = models.PositiveSmallIntegerField(default=0)
    stage_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True, default="")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    scheduled_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    back_at = models.DateTimeField(null=True)
    rolled_back_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    due_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)

    objects = Deployments.as_manager()

    class Meta:
        db_table = "relay_deployment"
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "dashboard"], condition=Q(state="running"), name="deployment_one_runs"
            ),
            models.CheckConstraint(condition=Q(stage__lte=MOST_STAGES), name="deployment_stage"),
        ]
        indexes = [
            models.Index(fields=["organization_id", "-created_at"], name="deployment_latest"),
            models.Index(fields=["organization_id", "dashboard", "-created_at"], name="deployment_of_dashboard"),
        ]

    @property
    def public_id(self) -> str:
        return public_id("dep", self.pk)

    @property
    def is_for_all(self) -> bool:
        """Whether it ends on every screen that shows the dashboard."""
        return self.stages[-1]["target"] == "all"

    @property
    def is_over(self) -> bool:
        return self.state not in (self.State.PLANNED, self.State.RUNNING)


class DeployedScreen(TenantModel):
    """
    What became of a deployment on one screen: when it was told, when it painted the version, or why it could not.

    `before` is what it was held at until then; without, it had what was published. `errors` are those thrown while it showed the
    version, and `errors_before` those of `errors_before_seconds` in which it was heard before (`faults`). `reason` without
    `rejected_at` is one that it never had before. `returned_at` is when it was seen to show what it showed before again.
    """

    deployment = TenantForeignKey(Deployment, on_delete=models.CASCADE, related_name="screens")
    screen = TenantForeignKey(Screen, on_delete=models.CASCADE, related_name="deployments")
    stage = models.PositiveSmallIntegerField()
    before = TenantForeignKey("stage.DashboardVersion", on_delete=models.PROTECT, null=True, related_name="+")
    told_at = models.DateTimeField(null=True)
    painted_at = models.DateTimeField(null=True)
    rejected_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True, default="")
    errors = models.PositiveBigIntegerField(default=0)
    errors_before = models.PositiveBigIntegerField(default=0)
    errors_before_seconds = models.PositiveIntegerField(default=86_400)
    left_out_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)

    objects = CompareAndSet.as_manager()

    class Meta:
        db_table = "relay_deployed_screen"
        constraints = [
            models.UniqueConstraint(fields=["organization_id", "deployment", "screen"], name="deployed_screen_once")
        ]
        indexes = [models.Index(fields=["organization_id", "screen"], name="deployed_screen_screen")]

    def is_faulty(self, at: datetime) -> bool:
        """Whether it could not show the version, or threw errors that are the version's fault, as far as is known at a moment."""
        return bool(self.rejected_at or self.reason) or faults.is_unusual(self.errors, self.usual_errors(at))

    def usual_errors(self, at: datetime) -> float:
        """How many errors this screen would have thrown until a moment if the version had changed nothing."""
        since = self.painted_at or self.told_at or at
        return faults.usual(self.errors_before, timedelta(seconds=self.errors_before_seconds), at - since)
