from datetime import timedelta

from django.db import models

from operant.platform import clock
from operant.platform.crypto.fields import SealedTextField
from operant.platform.tenancy.models import CompareAndSet, TenantModel

LEASE = timedelta(seconds=60)


def _after_lease() -> object:
    return clock.now() + LEASE


class Message(TenantModel):
    """
    One mail to one person, written before anything is sent.

    `queued` may be sent; `sending` is on the wire; `accepted` the server took it; `failed` it refused for good;
    `unknown` the process ended in between, and nobody can say; `withheld` it was no longer wanted when it was to leave.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"
        ACCEPTED = "accepted"
        FAILED = "failed"
        UNKNOWN = "unknown"
        WITHHELD = "withheld"

    category = models.CharField(max_length=20)
    template = models.CharField(max_length=60)
    person_id = models.UUIDField(null=True)
    recipient = SealedTextField()
    unsubscribe = SealedTextField(null=True)
    subject = SealedTextField()
    text = SealedTextField()
    html = SealedTextField()
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    due_at = models.DateTimeField(null=True, default=clock.now)
    leased_until = models.DateTimeField(null=True, default=_after_lease)
    created_at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True)

    objects = CompareAndSet.as_manager()

    class Meta:
        db_table = "messaging_message"
        indexes = [models.Index(fields=["organization_id", "created_at"], name="message_created")]

    def claim(self) -> bool:
        """Return whether this call may send: it was queued and nobody else took it."""
        return Message.objects.filter(pk=self.pk, state=self.State.QUEUED).moved(
            state=self.State.SENDING, attempts=models.F("attempts") + 1, leased_until=clock.now() + LEASE
        )

    def settle(self, state: str, error: str = "") -> bool:
        """Return whether this call settled the message; a late answer still replaces `unknown`."""
        open_states = [self.State.SENDING, self.State.UNKNOWN]
        return Message.objects.filter(pk=self.pk, state__in=open_states).moved(
            state=state, error=error[:300], due_at=None, leased_until=None, settled_at=clock.now()
        )

    def withhold(self, reason: str) -> bool:
        """Return whether this call kept a message back that nobody was sending."""
        return Message.objects.filter(pk=self.pk, state=self.State.QUEUED).moved(
            state=self.State.WITHHELD, error=reason[:300], due_at=None, leased_until=None, settled_at=clock.now()
        )

    def postpone(self, error: str) -> bool:
        """
        Return whether the message, refused for now, went back to the queue to be tried later.

        Nothing was handed over, so one that was given up as `unknown` in the meantime is safe to send again.
        """
        later = clock.now() + timedelta(minutes=2**min(self.attempts, 6))
        open_states = [self.State.SENDING, self.State.UNKNOWN]
        return Message.objects.filter(pk=self.pk, state__in=open_states).moved(
            state=self.State.QUEUED, error=error[:300], due_at=later, leased_until=None, settled_at=None
        )
