from datetime import time

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from operant.platform import clock
from operant.platform.tenancy.ids import public_id
from operant.platform.tenancy.models import CompareAndSet, TenantForeignKey, TenantModel

from .playlists import Playlist

MOST_RULES = 50
EVERY_DAY = 0b1111111


class Schedule(TenantModel):
    """Rules that say when screens show something else than usual, which share it. Without a zone its times are a screen's own."""

    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=64, blank=True, default="")
    created_at = models.DateTimeField(default=clock.now)

    objects = CompareAndSet.as_manager()

    class Meta:
        db_table = "relay_schedule"
        indexes = [models.Index(fields=["organization_id", "name"], name="schedule_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def public_id(self) -> str:
        return public_id("sch", self.pk)


class Rule(TenantModel):
    """
    One rule of a schedule: on these days, from one time of day to another, this is shown, or nothing.

    `days` has a bit for each day of the week, Monday the lowest. A rule that ends when or before it begins ends on the next
    day. With dates it is an exception: it begins on those days only.
    """

    class Priority(models.IntegerChoices):
        LOW = 0, _("Low")
        NORMAL = 1, _("Normal")
        HIGH = 2, _("High")
        URGENT = 3, _("Urgent")

    schedule = TenantForeignKey(Schedule, on_delete=models.CASCADE, related_name="rules")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    dashboard = TenantForeignKey("stage.Dashboard", on_delete=models.PROTECT, null=True, related_name="+")
    playlist = TenantForeignKey(Playlist, on_delete=models.PROTECT, null=True, related_name="+")
    days = models.PositiveSmallIntegerField(default=EVERY_DAY)
    starts_at = models.TimeField(default=time(0))
    ends_at = models.TimeField(default=time(0))
    first_on = models.DateField(null=True)
    last_on = models.DateField(null=True)
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.NORMAL)

    class Meta:
        db_table = "relay_schedule_rule"
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=EVERY_DAY), name="rule_days"),
            models.CheckConstraint(condition=Q(priority__lte=3), name="rule_priority"),
            models.CheckConstraint(condition=Q(dashboard=None) | Q(playlist=None), name="rule_shows_one"),
            models.CheckConstraint(
                condition=Q(first_on=None, last_on=None) | Q(first_on__isnull=False, last_on__gte=F("first_on")),
                name="rule_dates",
            ),
        ]
        indexes = [
            models.Index(fields=["organization_id", "schedule", "position"], name="rule_order"),
            models.Index(fields=["organization_id", "dashboard"], name="rule_dashboard"),
            models.Index(fields=["organization_id", "playlist"], name="rule_playlist"),
        ]
