import uuid

from django.db import models

from operant.platform import clock
from operant.platform.tenancy.models import TenantModel


class Failure(models.Model):
    """
    All errors of one type at one place, counted. It belongs to whoever runs the installation.

    `open` until somebody marks it as solved; when it comes again it is open again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    fingerprint = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=120)
    message = models.CharField(max_length=300, blank=True)
    place = models.CharField(max_length=200, blank=True)
    doing = models.CharField(max_length=200, blank=True)
    stack = models.TextField(blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    release = models.CharField(max_length=40)
    count = models.PositiveBigIntegerField(default=0)
    first_at = models.DateTimeField(default=clock.now)
    last_at = models.DateTimeField(default=clock.now)
    solved_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "observing_failure"
        indexes = [models.Index(fields=["last_at"], name="failure_last")]

    @property
    def is_open(self) -> bool:
        return self.solved_at is None


class Report(models.Model):
    """The figures of a process that nobody can ask over HTTP: the worker."""

    name = models.CharField(primary_key=True, max_length=40)
    at = models.DateTimeField()
    figures = models.JSONField()

    class Meta:
        db_table = "observing_report"


class Usage(TenantModel):
    """How often an organization used a feature on a day. Nobody else reads it: see `app.told_usage`."""

    day = models.DateField()
    feature = models.CharField(max_length=80)
    uses = models.PositiveBigIntegerField()

    class Meta:
        db_table = "observing_usage"
        constraints = [models.UniqueConstraint(fields=["organization_id", "day", "feature"], name="usage_once")]
