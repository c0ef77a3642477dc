import uuid

from django.conf import settings
from django.db import models

from operant.platform import clock
from operant.platform.tenancy.models import TenantModel


class Notice(models.Model):
    """What the operator tells everybody who is signed in, until it is taken back. At most one stands."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    words = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    published_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "operating_notice"
        constraints = [
            models.UniqueConstraint(
                models.Value(1), name="notice_one_stands", condition=models.Q(withdrawn_at__isnull=True)
            )
        ]


class ProductUpdate(TenantModel):
    """
    News of the product, on its way by mail to everybody who did not end such mails. Of the operator's organization.

    It waits for its next batch until `finished_at`. `reached` is the last person who was looked at; of `looked_at`
    people `sent` got a mail.
    """

    subject = models.CharField(max_length=150)
    text = models.TextField(max_length=20_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    begun_at = models.DateTimeField(default=clock.now)
    total = models.PositiveIntegerField()
    looked_at = models.PositiveIntegerField(default=0)
    sent = models.PositiveIntegerField(default=0)
    reached = models.UUIDField(null=True)
    finished_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True, default=clock.now)
    leased_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "operating_product_update"
        indexes = [models.Index(fields=["organization_id", "-begun_at"], name="product_update_newest")]

    @property
    def percent(self) -> int:
        """How far it is."""
        return 100 if self.finished_at else min(99, self.looked_at * 100 // max(self.total, 1))
