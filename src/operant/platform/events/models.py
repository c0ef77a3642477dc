from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from operant.platform import clock
from operant.platform.tenancy.models import TenantForeignKey, TenantModel

from .committing import commitment
from .declaring import CATALOGUE, ERASED, Event, referred


class Announcement(TenantModel):
    """
    An event as it was announced: the audit log's entry, and what reactions are called with.

    It is never changed. Personal values stand beside it (`PersonalValue`), and in their place `payload` names which of
    `commitments` they belong to. `person_id` is who acted, or for whom a token did.
    """

    name = models.CharField(max_length=100)
    payload = models.JSONField()
    commitments = models.JSONField(default=dict)
    actor_kind = models.CharField(max_length=10, blank=True)
    actor_id = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=120, blank=True)
    person_id = models.UUIDField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    subject_kind = models.CharField(max_length=60, blank=True)
    subject_id = models.UUIDField(null=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "events_announcement"
        verbose_name = _("announcement")
        indexes = [
            models.Index(fields=["organization_id", "subject_id", "at"], name="announcement_subject"),
            models.Index(fields=["organization_id", "at"], name="announcement_at"),
            models.Index(fields=["organization_id", "name", "at"], name="announcement_name"),
            models.Index(fields=["organization_id", "person_id", "at"], name="announcement_person"),
        ]

    def event(self) -> Event:
        """Return the event with its type; where a personal value was erased it says so."""
        known = self.known()
        values = {key: known.get(key, ERASED) if referred(value) else value for key, value in self.payload.items()}
        return CATALOGUE[self.name].model_validate(values)

    def known(self) -> dict[str, Any]:
        """Return the personal values that were not erased, by name."""
        return {key: value for each in self.personal.all() for key, value in each.texts.items()}


class PersonalValue(TenantModel):
    """
    Personal values of one announcement that belong to one person, with the salt of their commitment.

    `part` names the commitment. Erasing deletes the row; changing it is nobody's right.
    """

    event = TenantForeignKey(Announcement, on_delete=models.PROTECT, related_name="personal")
    part = models.CharField(max_length=60)
    person_id = models.UUIDField(null=True)
    salt = models.BinaryField(max_length=16)
    texts = models.JSONField()

    class Meta:
        db_table = "events_personal"
        constraints = [models.UniqueConstraint(fields=["organization_id", "event", "part"], name="personal_once")]
        indexes = [models.Index(fields=["organization_id", "person_id"], name="personal_person")]

    @property
    def commitment(self) -> str:
        """What the announcement holds of these values, if nobody changed them."""
        return commitment(self.salt, self.texts)


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
