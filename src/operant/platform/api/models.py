from django.db import models

from operant.platform import clock
from operant.platform.crypto.fields import SealedTextField
from operant.platform.tenancy.models import TenantModel


class Answer(TenantModel):
    """What a caller's POST with an idempotency key was answered, kept in the transaction of its effect."""

    client = models.UUIDField()
    key = models.CharField(max_length=255)
    fingerprint = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = SealedTextField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "api_answer"
        constraints = [models.UniqueConstraint(fields=["organization_id", "client", "key"], name="answer_once")]
        indexes = [models.Index(fields=["organization_id", "created_at"], name="answer_age")]
