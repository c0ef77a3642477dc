from django.db import models
from django.utils.translation import gettext_lazy as _

from operant.platform import clock
from operant.platform.tenancy.models import TenantModel

from .declaring import CATALOGUE, Event


class Announcement(TenantModel):
    """An event as it was announced: its name, its values, who did it and what it is about."""

    name = models.CharField(max_length=100)
    payload = models.JSONField()
    actor_id = models.UUIDField(null=True)
    subject_kind = models.CharField(max_length=60, blank=True)
    subject_id = models.UUIDField(null=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "events_announcement"
        verbose_name = _("announcement")
        indexes = [
            models.Index(fields=["organization_id", "subject_id", "at"], name="announcement_subject"),
            models.Index(fields=["organization_id", "at"], name="announcement_at"),
        ]

    def event(self) -> Event:
        """Return the event with its type."""
        return CATALOGUE[self.name].model_validate(self.payload)


class Reaction(TenantModel):
    """That one listener has had its effect for one event: delivered twice, it changes nothing."""

    event_id = models.UUIDField()
    listener = models.CharField(max_length=150)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "events_reaction"
        constraints = [
            models.UniqueConstraint(fields=["organization_id", "event_id", "listener"], name="reaction_once")
        ]
