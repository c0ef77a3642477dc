from django.db import models

from operant.platform import clock
from operant.platform.tenancy.models import TenantForeignKey, TenantModel

from .. import causes
from .dashboards import Dashboard
from .people import person
from .sources import Source


class LoggedRun(TenantModel):
    """
    One time that a source was asked: why, for how long, what came of it, and who watched.

    One that `is_held` was not asked, for the budget of its source was spent. `key` is that of the question, whatever the
    steps; a preview has one that no result needs to have. `by` is who asked, where somebody did.
    """

    source = TenantForeignKey(Source, on_delete=models.CASCADE, related_name="runs")
    key = models.CharField(max_length=64)
    cause = models.CharField(max_length=10, choices=causes.CHOICES)
    by = person()
    at = models.DateTimeField(default=clock.now)
    duration_ms = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    is_held = models.BooleanField(default=False)
    screens = models.PositiveIntegerField(default=0)
    viewers = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "stage_run"
        constraints = [models.CheckConstraint(condition=models.Q(cause__in=causes.WORDS), name="run_cause")]
        indexes = [
            models.Index(fields=["organization_id", "source", "at"], name="run_source"),
            models.Index(fields=["organization_id", "key", "at"], name="run_key"),
        ]


class Viewer(TenantModel):
    """
    A browser in which a dashboard is open, for as long as it asks for what that shows.

    `browser` is a keyed hash that says nothing of whose it is.
    """

    dashboard = TenantForeignKey(Dashboard, on_delete=models.CASCADE, related_name="viewers")
    browser = models.CharField(max_length=64)
    until = models.DateTimeField()

    class Meta:
        db_table = "stage_viewer"
        constraints = [
            models.UniqueConstraint(fields=["organization_id", "dashboard", "browser"], name="viewer_browser")
        ]
