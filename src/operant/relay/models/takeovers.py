from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from operant.platform import clock
from operant.platform.tenancy.ids import public_id
from operant.platform.tenancy.models import CompareAndSet, TenantForeignKey, TenantModel

from .screens import Screen

MOST_TEXT = 280
KEPT = 100


class Takeover(TenantModel):
    """
    Something that lies over everything else on some screens until a time: a message, or a version of a dashboard.

    A screen shows one at most, the newest that was meant for it; which one stands in its row.
    """

    class Severity(models.TextChoices):
        INFO = "info", _("For information")
        WARNING = "warning", _("Warning")
        ALERT = "alert", _("Alert")

    text = models.CharField(max_length=MOST_TEXT)
    severity = models.CharField(max_length=7, choices=Severity, default=Severity.INFO)
    version = TenantForeignKey("stage.DashboardVersion", on_delete=models.PROTECT, null=True, related_name="+")
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)

    objects = CompareAndSet.as_manager()

    class Meta:
        db_table = "relay_takeover"
        constraints = [
            models.CheckConstraint(condition=Q(severity__in=["info", "warning", "alert"]), name="takeover_severity"),
            models.CheckConstraint(condition=~Q(text="") | Q(version__isnull=False), name="takeover_shows_something"),
        ]
        indexes = [models.Index(fields=["organization_id", "-created_at"], name="takeover_latest")]

    @property
    def public_id(self) -> str:
        return public_id("tko", self.pk)

    @property
    def is_on(self) -> bool:
        return self.ended_at is None and self.until > clock.now()

    def close(self, *, at: datetime) -> bool:
        """Return whether this call ended it."""
        return Takeover.objects.filter(pk=self.pk, ended_at=None).moved(ended_at=at, due_at=None, leased_until=None)


class Cover(TenantModel):
    """A takeover on one screen, and what the screen said of it: that it heard of it, painted it, or could not."""

    takeover = TenantForeignKey(Takeover, on_delete=models.CASCADE, related_name="covers")
    screen = TenantForeignKey(Screen, on_delete=models.CASCADE, related_name="covers")
    meant_at = models.DateTimeField(default=clock.now)
    heard_at = models.DateTimeField(null=True)
    painted_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True, default="")

    objects = CompareAndSet.as_manager()

    class Meta:
        db_table = "relay_cover"
        constraints = [models.UniqueConstraint(fields=["organization_id", "takeover", "screen"], name="cover_once")]
        indexes = [models.Index(fields=["organization_id", "screen"], name="cover_screen")]

    @property
    def state(self) -> str:
        """Where it is: `sent`, `heard`, `painted` or `failed`."""
        if self.painted_at:
            return "painted"
        return "failed" if self.failed_at else "heard" if self.heard_at else "sent"

    def say(self, outcome: str, *, at: datetime, reason: str = "") -> bool:
        """Return whether this call noted something new; what was painted once was painted."""
        mine = Cover.objects.filter(pk=self.pk, painted_at=None)
        if outcome == "heard":
            return mine.filter(heard_at=None).moved(heard_at=at)
        heard_at = self.heard_at or at
        if outcome == "done":
            return mine.moved(heard_at=heard_at, painted_at=at, failed_at=None, reason="")
        return mine.filter(failed_at=None).moved(heard_at=heard_at, failed_at=at, reason=reason)
