from datetime import timedelta

from django.db import models
from django.db.models import Q

from operant.platform import clock
from operant.platform.crypto.fields import SealedTextField
from operant.platform.tenancy.ids import public_id
from operant.platform.tenancy.models import CompareAndSet, TenantForeignKey, TenantModel

from . import addresses

HELD_FOR = timedelta(seconds=60)
"""Longer than one job is at work: whoever holds a delivery after that has died."""


class Endpoints(CompareAndSet):
    """Endpoints, and which of them."""

    def standing(self) -> "Endpoints":
        """Return those that nobody removed."""
        return self.filter(removed_at=None)

    def hearing(self, event: str) -> "Endpoints":
        """Return those that are to be told of an event."""
        wanted = Q(event_types=[]) | Q(event_types__contains=[event])
        return self.standing().filter(wanted, state=Endpoint.State.ACTIVE)


class Endpoint(TenantModel):
    """
    An address of an organization that is told of events: of those it names, or of all when it names none.

    Its address is sealed like its secret, for many receivers put a key of theirs into it. `failing_since` is when the
    failures began that nothing interrupted; `is_slow` keeps it in a lane of its own.
    """

    class State(models.TextChoices):
        ACTIVE = "active"
        PAUSED = "paused"
        DISABLED = "disabled"

    address = SealedTextField()
    description = models.CharField(max_length=200, blank=True)
    event_types = models.JSONField(default=list, blank=True)
    secret = SealedTextField()
    previous_secret = SealedTextField(null=True)
    previous_until = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    disabled_because = models.CharField(max_length=200, blank=True)
    failing_since = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    is_slow = models.BooleanField(default=False)
    added_at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True)

    objects = Endpoints.as_manager()

    class Meta:
        db_table = "webhooks_endpoint"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["active", "paused", "disabled"]), name="webhook_endpoint_state")
        ]
        indexes = [models.Index(fields=["organization_id", "added_at"], name="webhook_endpoint_added")]

    @property
    def public_id(self) -> str:
        return public_id("whe", self.pk)

    @property
    def host(self) -> str:
        return addresses.read(self.address).place

    @property
    def is_active(self) -> bool:
        return self.state == self.State.ACTIVE and self.removed_at is None

    @property
    def has_old_secret(self) -> bool:
        return self.previous_until is not None and self.previous_until > clock.now()

    @property
    def secrets(self) -> list[str]:
        """What a delivery is signed with now: for a while after a rotation with the old secret too."""
        return [self.secret, self.previous_secret] if self.has_old_secret and self.previous_secret else [self.secret]

    def move(self, *, to: str, because: str = "") -> bool:
        """Return whether this call changed the state; one that begins again starts with a clean record."""
        record = {"failing_since": None, "failed_at": None, "is_slow": False} if to == self.State.ACTIVE else {}
        others = Endpoint.objects.standing().filter(pk=self.pk).exclude(state=to)
        return others.moved(state=to, disabled_because=because, **record)

    def remove(self) -> bool:
        """Return whether this call removed it; its secrets are gone at once."""
        standing = Endpoint.objects.standing().filter(pk=self.pk)
        return standing.moved(removed_at=clock.now(), secret="", previous_secret=None, previous_until=None)


class Deliveries(CompareAndSet):
    """Deliveries, and which of them."""

    def free(self) -> "Deliveries":
        """Return those that are due and that no job is sending."""
        now = clock.now()
        unheld = Q(held_until=None) | Q(held_until__lte=now)
        return self.filter(unheld, state=Delivery.State.WAITING, due_at__lte=now)


class Delivery(TenantModel):
    """
    One event on its way to one endpoint.

    `waiting` is to be sent when it is due, `delivered` was accepted, `failed` was given up. `attempts` counts since it
    was last queued, `status` and `because` are those of the last attempt. `held_until` is set while a job sends it.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        DELIVERED = "delivered"
        FAILED = "failed"

    endpoint = TenantForeignKey(Endpoint, on_delete=models.CASCADE, related_name="+")
    event = TenantForeignKey("events.Announcement", on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    status = models.PositiveSmallIntegerField(null=True)
    because = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(null=True, default=clock.now)
    leased_until = models.DateTimeField(null=True)
    held_until = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    objects = Deliveries.as_manager()

    class Meta:
        db_table = "webhooks_delivery"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["waiting", "delivered", "failed"]), name="webhook_delivery_state")
        ]
        indexes = [
            models.Index(fields=["organization_id", "endpoint", "created_at"], name="webhook_delivery_endpoint"),
            models.Index(fields=["organization_id", "created_at"], name="webhook_delivery_age"),
            models.Index(fields=["organization_id", "event"], name="webhook_delivery_event"),
        ]

    @property
    def public_id(self) -> str:
        return public_id("whd", self.pk)

    @property
    def webhook_id(self) -> str:
        """What receivers know the event by: the same for every attempt and every endpoint."""
        return public_id("evt", self.event_id)

    def settle(self, state: str, **told: object) -> bool:
        """Return whether this call ended it."""
        waiting = Delivery.objects.filter(pk=self.pk, state=self.State.WAITING)
        return waiting.moved(state=state, settled_at=clock.now(), due_at=None, leased_until=None, held_until=None, **told)

    def postpone(self, wait: timedelta, **told: object) -> bool:
        """Return whether this call put it off."""
        waiting = Delivery.objects.filter(pk=self.pk, state=self.State.WAITING)
        return waiting.moved(due_at=clock.now() + wait, leased_until=None, held_until=None, **told)


class Attempt(TenantModel):
    """One try at a delivery: what was answered, or why nothing was. The answer is kept as text, its first kilobyte."""

    # Nothing follows a deletion by itself: old attempts are deleted before their deliveries, many at a time.
    delivery = TenantForeignKey(Delivery, on_delete=models.DO_NOTHING, related_name="+")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    because = models.CharField(max_length=300, blank=True)
    answer = models.TextField(blank=True)
    took_ms = models.PositiveIntegerField()

    class Meta:
        db_table = "webhooks_attempt"
        indexes = [models.Index(fields=["organization_id", "delivery", "at"], name="webhook_attempt_delivery")]
