import uuid

from django.conf import settings
from django.db import models

from operant.platform import clock


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
