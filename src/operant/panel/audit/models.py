from datetime import timedelta

from django.db import models

from operant.platform import clock
from operant.platform.events.models import Announcement
from operant.platform.tenancy.models import CompareAndSet, TenantForeignKey, TenantModel

# A check says how far it is after each page; one that is silent for longer was lost with its worker.
SILENT_FOR = timedelta(minutes=3)


class Unsealed(TenantModel):
    """That an entry waits for its place in the chain. A wait: the clock hands those that are due to the sealer."""

    event = TenantForeignKey(Announcement, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField(default=clock.now, null=True)
    leased_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "audit_unsealed"
        constraints = [models.UniqueConstraint(fields=["organization_id", "event"], name="unsealed_once")]


class Seal(TenantModel):
    """An entry's place in its organization's chain. `hash` covers the entry, its number and the hash before."""

    event = TenantForeignKey(Announcement, on_delete=models.PROTECT, related_name="seals")
    sequence = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "audit_seal"
        constraints = [
            models.UniqueConstraint(fields=["organization_id", "event"], name="seal_once"),
            models.UniqueConstraint(fields=["organization_id", "sequence"], name="seal_sequence"),
        ]


class Checkpoint(TenantModel):
    """A day's signed statement: so far did the chain go, and this was its last hash."""

    sequence = models.BigIntegerField()
    head = models.BinaryField(max_length=32)
    date = models.DateField()
    public_key = models.BinaryField(max_length=32)
    signature = models.BinaryField(max_length=64)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "audit_checkpoint"
        constraints = [models.UniqueConstraint(fields=["organization_id", "sequence"], name="checkpoint_sequence")]


class Check(TenantModel):
    """The chain read from end to end: how far it came, and what was found."""

    class State(models.TextChoices):
        RUNNING = "running"
        HELD = "held"
        BROKEN = "broken"

    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    entries = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=500, blank=True)
    begun_at = models.DateTimeField(default=clock.now)
    told_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)

    objects = CompareAndSet.as_manager()

    class Meta:
        db_table = "audit_check"
        indexes = [models.Index(fields=["organization_id", "begun_at"], name="check_latest")]

    @property
    def is_running(self) -> bool:
        """Whether somebody is reading: a check that fell silent is over."""
        return self.state == self.State.RUNNING and self.told_at > clock.now() - SILENT_FOR

    @property
    def percent(self) -> int:
        return min(100, round(100 * self.entries / self.total)) if self.total else 0
