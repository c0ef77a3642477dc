from datetime import timedelta
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from operant.platform import clock
from operant.platform.tenancy.models import CompareAndSet, TenantForeignKey, TenantModel

from .screens import Screen

FEWEST_ERRORS, MOST_ERRORS, MOST_HOURS, MOST_MINUTES = 5, 10_000, 24 * 14, 60 * 24 * 14


class Kind(models.TextChoices):
    """What may be wrong with a screen."""

    NEVER_SEEN = "never_seen", _("Never seen")
    LATE = "late", _("Late")
    OFFLINE = "offline", _("Offline")
    BEHIND = "behind", _("Behind")
    ERRORS = "errors", _("Errors rising")
    FROZEN = "frozen", _("Frozen")
    CLOCK = "clock", _("Clock wrong")


USUAL = tuple(each.value for each in Kind if each != Kind.LATE)


def _usual() -> list[str]:
    return list(USUAL)


class Alerting(TenantModel):
    """
    What of its screens an organization hears of, or of one `screen` that has its own terms.

    Without a row it is the usual: everything but a screen that is late.
    """

    screen = TenantForeignKey(Screen, null=True, on_delete=models.CASCADE, related_name="own_alerting")
    kinds = models.JSONField(default=_usual)
    never_seen_hours = models.PositiveSmallIntegerField(default=2)
    errors_from = models.PositiveIntegerField(default=20)
    silent_minutes = models.PositiveSmallIntegerField(default=3, db_default=3)

    objects = CompareAndSet.as_manager()

    class Meta:
        db_table = "relay_alerting"
        constraints = [
            models.UniqueConstraint(fields=["organization_id"], condition=Q(screen=None), name="alerting_once"),
            models.UniqueConstraint(fields=["organization_id", "screen"], name="alerting_once_a_screen"),
            models.CheckConstraint(condition=Q(silent_minutes__gte=1, silent_minutes__lte=MOST_MINUTES), name="alerting_silence"),
            models.CheckConstraint(condition=Q(never_seen_hours__gte=1, never_seen_hours__lte=MOST_HOURS), name="alerting_hours"),
            models.CheckConstraint(
                condition=Q(errors_from__gte=FEWEST_ERRORS, errors_from__lte=MOST_ERRORS), name="alerting_errors"
            ),
        ]

    def is_on(self, kind: str) -> bool:
        """Return whether people are told of this."""
        return kind in self.kinds


class Watches(CompareAndSet):
    def in_turn(self) -> Self:
        """Return the rows locked until the transaction ends, in the one order in which all lock them: that of their screens."""
        return self.order_by("screen_id").select_for_update(of=("self",), no_key=True)

    def held(self) -> list[UUID]:
        """Return the keys of these rows, which are locked so."""
        return [each.pk for each in self.in_turn().only("pk")]


class Watch(TenantModel):
    """
    That one screen is looked after: when it is looked at next, and how far it was nudged.

    `wanted_since` is since when it should show something else than it does, empty while nothing is known of that.
    It stands beside the screen, so that looking after it never keeps a heartbeat waiting.
    """

    screen = TenantForeignKey(Screen, on_delete=models.CASCADE, related_name="watches")
    wanted_since = models.DateTimeField(null=True)
    nudged = models.PositiveSmallIntegerField(default=0)
    muted_until = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True, default=clock.now)
    leased_until = models.DateTimeField(null=True)

    objects = Watches.as_manager()

    class Meta:
        db_table = "relay_watch"
        constraints = [models.UniqueConstraint(fields=["organization_id", "screen"], name="watch_once")]


class Alarm(TenantModel):
    """
    One trouble of one screen, from when it begins until it is over and was told to be.

    `pending` until it held on for a while; `raised` since people were told; `resting` while it is over, and not for long enough
    to be believed: what returns meanwhile is the same trouble, and each time it rests twice as long.
    """

    class State(models.TextChoices):
        PENDING = "pending"
        RAISED = "raised"
        RESTING = "resting"

    screen = TenantForeignKey(Screen, on_delete=models.CASCADE, related_name="alarms")
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=7, choices=State, default=State.PENDING)
    since = models.DateTimeField()
    over_at = models.DateTimeField(null=True)
    times = models.PositiveIntegerField(default=1)
    due_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)

    objects = CompareAndSet.as_manager()

    class Meta:
        db_table = "relay_alarm"
        constraints = [models.UniqueConstraint(fields=["organization_id", "screen", "kind"], name="alarm_once")]

    @property
    def lasted(self) -> timedelta:
        """How long it lasted, or lasts."""
        return (self.over_at or clock.now()) - self.since
