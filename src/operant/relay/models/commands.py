from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from operant.platform import clock
from operant.platform.tenancy.models import CompareAndSet, TenantForeignKey, TenantModel

from .screens import Screen


class Command(TenantModel):
    """
    Something a person asked a screen to do, and what the screen answered.

    It is handed over again and again until the screen answers or it expires, and a screen does each one once, in the order
    in which they were asked.
    """

    class Kind(models.TextChoices):
        IDENTIFY = "identify", _("Show its name")
        RELOAD = "reload", _("Reload")
        RESTART = "restart", _("Restart the player")
        CLEAR_CACHE = "clear_cache", _("Clear its cache")
        SCREENSHOT = "screenshot", _("Send its picture")

    class Outcome(models.TextChoices):
        DONE = "done"
        REFUSED = "refused"
        FAILED = "failed"

    screen = TenantForeignKey(Screen, on_delete=models.CASCADE, related_name="commands")
    kind = models.CharField(max_length=20, choices=Kind)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(default=clock.now)
    delivered_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    reason = models.CharField(max_length=200, blank=True, default="")

    objects = CompareAndSet.as_manager()

    class Meta:
        db_table = "relay_command"
        indexes = [models.Index(fields=["organization_id", "screen", "-created_at"], name="command_latest")]

    def settle(self) -> bool:
        """Return whether this call noted that it was done, while it was open."""
        now = clock.now()
        still_open = Command.objects.filter(pk=self.pk, acknowledged_at=None, expires_at__gt=now)
        return still_open.moved(heard_at=self.heard_at or now, acknowledged_at=now, outcome=Command.Outcome.DONE)

    @property
    def state(self) -> str:
        """Where it is: `sent`, `heard`, `done`, `failed` or `expired`."""
        if self.outcome:
            return "done" if self.outcome == self.Outcome.DONE else "failed"
        if self.expires_at <= clock.now():
            return "expired"
        return "heard" if self.heard_at else "sent"


# Whoever stands in front of a screen waits for its name, and whoever asks for a picture wants that of now; all else is of use
# when it comes back.
COMMANDS_FOR = {
    Command.Kind.IDENTIFY: timedelta(minutes=2), Command.Kind.RELOAD: timedelta(hours=1), Command.Kind.RESTART: timedelta(hours=1),
    Command.Kind.CLEAR_CACHE: timedelta(hours=1), Command.Kind.SCREENSHOT: timedelta(minutes=10),
}  # fmt: skip
