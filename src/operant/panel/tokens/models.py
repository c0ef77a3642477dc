from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Greatest

from operant.panel.organizations.models import Membership, Role, ServiceAccount
from operant.platform import clock
from operant.platform.tenancy.ids import public_id
from operant.platform.tenancy.models import CompareAndSet, TenantForeignKey, TenantModel

PACED_OVER = timedelta(minutes=1)


class Token(TenantModel):
    """
    What lets a program in. Only the hash of its secret is kept.

    `maker` is the membership it acts for, empty once that ended, or `service` the service account; `role` is the most it
    may have been given.
    `busy_until` is its pace: each request moves it on by its share of a minute, and none may move it past the next.
    """

    name = models.CharField(max_length=80)
    handle = models.CharField(max_length=8)
    secret_hash = models.BinaryField(max_length=32)
    scopes = models.JSONField()
    maker = TenantForeignKey("organizations.Membership", on_delete=models.SET_NULL, null=True, related_name="+")
    service = TenantForeignKey("organizations.ServiceAccount", on_delete=models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    role = models.CharField(max_length=10, choices=Role)
    made_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    busy_until = models.DateTimeField(null=True)

    objects = CompareAndSet.as_manager()

    class Meta:
        db_table = "tokens_token"
        constraints = [
            models.UniqueConstraint(fields=["organization_id", "handle"], name="token_handle"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="token_role"),
            models.CheckConstraint(condition=Q(maker=None) | Q(service=None), name="token_one_holder"),
        ]
        indexes = [models.Index(fields=["organization_id", "maker"], name="token_maker")]

    @property
    def public_id(self) -> str:
        return public_id("tok", self.pk)

    @property
    def holder(self) -> Membership | ServiceAccount | None:
        """Whom it acts for."""
        return self.service or self.maker

    @property
    def has_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= clock.now()

    @property
    def state(self) -> str:
        """`active`, or why it is refused: `revoked`, `ended` with its service account, `left` with its maker, `expired`."""
        if self.revoked_at:
            return "revoked"
        if self.service is not None and self.service.ended_at:
            return "ended"
        if self.maker_id is None and self.service_id is None:
            return "left"
        return "expired" if self.has_expired else "active"

    def revoke(self) -> bool:
        """Return whether this call revoked it."""
        return Token.objects.filter(pk=self.pk, revoked_at=None).moved(revoked_at=clock.now())

    def step(self, share: timedelta, at: datetime) -> bool:
        """Return whether there was room for one more request, and take it."""
        begin = Greatest(Coalesce(F("busy_until"), at), at)
        room = Token.objects.filter(pk=self.pk).filter(Q(busy_until=None) | Q(busy_until__lte=at + PACED_OVER - share))
        return room.moved(busy_until=begin + share, used_at=at.replace(second=0, microsecond=0))
