from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from operant.platform import clock
from operant.platform.tenancy.models import CompareAndSet, TenantForeignKey, TenantModel

from .. import ids
from .dashboards import Dashboard
from .people import person


class ShareQuerySet(CompareAndSet):
    """Share links by what is with them."""

    def showing(self, at: datetime) -> "ShareQuerySet":
        """Those that show something now: not over, and of a dashboard that is published and not deleted."""
        is_on = Q(expires_at=None) | Q(expires_at__gt=at)
        return self.filter(is_on, dashboard__archived_at=None, dashboard__published__isnull=False)


class Share(TenantModel):
    """
    An address that shows what is published of one dashboard to whoever has it. A revoked one is no row any more.

    `token_hash` is all that is kept of the address, `password` its Argon2id hash and empty for none. `origins` are those of
    pages that may show it in a frame. `values` are what variables are set to, by name, and those in `open_variables` may be
    set in the address to one of their choices.
    """

    name = models.CharField(max_length=120)
    dashboard = TenantForeignKey(Dashboard, on_delete=models.CASCADE, related_name="shares")
    token_hash = models.BinaryField(max_length=32)
    password = models.CharField(max_length=200, blank=True, default="")
    origins = ArrayField(models.CharField(max_length=300), default=list)
    values = models.JSONField(default=dict)
    open_variables = ArrayField(models.CharField(max_length=40), default=list)
    expires_at = models.DateTimeField(null=True)
    openings = models.PositiveBigIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)
    created_by = person()
    created_at = models.DateTimeField(default=clock.now)

    objects = ShareQuerySet.as_manager()

    class Meta:
        db_table = "stage_share"
        constraints = [models.UniqueConstraint(fields=["organization_id", "token_hash"], name="share_token")]
        indexes = [models.Index(fields=["organization_id", "dashboard"], name="share_dashboard")]

    def __str__(self) -> str:
        return self.name

    @property
    def public_id(self) -> str:
        return ids.public_id(ids.SHARE, self.pk)

    def is_over(self, at: datetime) -> bool:
        """Whether its time is up."""
        return self.expires_at is not None and self.expires_at <= at
