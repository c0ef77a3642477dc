from datetime import datetime

from django.db import models
from django.db.models import Q

from operant.platform import clock
from operant.platform.tenancy.models import TenantForeignKey, TenantModel

from .. import causes, schedules
from .sources import Source


class Extract(TenantModel):
    """
    What a query of one source, the `origin`, gave when it was asked last, kept as the table of another.

    It is asked every so many minutes, or daily at a time by the organization's clock. `due_at` is when next, `began_at` when
    it was asked last, `running_until` how long nobody else may ask, and `attempts` how often a worker began what is due. One
    that `is_held` waits for the budget of its origin.
    """

    source = TenantForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    origin = TenantForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    sql = models.TextField()
    every_minutes = models.PositiveIntegerField(null=True, default=60)
    daily_at = models.TimeField(null=True)
    cause = models.CharField(max_length=10, choices=causes.CHOICES, default=causes.EXTRACT)
    due_at = models.DateTimeField(default=clock.now)
    leased_until = models.DateTimeField(null=True)
    running_until = models.DateTimeField(null=True)
    began_at = models.DateTimeField(null=True)
    took_ms = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    is_held = models.BooleanField(default=False)

    class Meta:
        db_table = "stage_extract"
        constraints = [
            models.UniqueConstraint(fields=["organization_id", "source"], name="extract_once"),
            models.CheckConstraint(
                condition=Q(every_minutes__isnull=True) ^ Q(daily_at__isnull=True), name="extract_schedule"
            ),
            models.CheckConstraint(condition=Q(cause__in=causes.WORDS), name="extract_cause"),
        ]
        indexes = [models.Index(fields=["organization_id", "origin"], name="extract_origin")]

    @property
    def schedule(self) -> schedules.Schedule:
        """Return when it is asked."""
        return schedules.Schedule(self.every_minutes, self.daily_at)

    def is_running(self, at: datetime) -> bool:
        """Say whether somebody asks for it now."""
        return self.running_until is not None and self.running_until > at
