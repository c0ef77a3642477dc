from datetime import datetime, timedelta

from django.db import models

from operant.platform.tenancy.models import CompareAndSet, TenantForeignKey, TenantModel

from .. import causes, ids, phrasing
from .sources import Source

WATCHED_FOR = timedelta(seconds=90)
RENEWED_BEFORE = timedelta(seconds=60)


class Result(TenantModel):
    """
    The newest answer of one query over one source, shared by every page and screen that watches. Those that ask the same with
    the same `parameters`, and differ in `steps` only, come from one run.

    `due_at` is empty while nobody watches, so nobody's query runs, and `cause` says why it is due; an alert watches as well
    (`is_alerted`), and `alerts` say what fires over which of its columns. `running_until` is the lease of the one run that
    may be under way; `runs` counts them. One that `is_held` waits for the budget of its source. `rows_json` is the text that
    travels: it is never parsed on its way, and text keeps what JSON columns refuse. `past_wanted` says how many seconds
    widgets look back on which of its columns, and `past_json` is what travels of that.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        OK = "ok"
        FAILED = "failed"

    key = models.CharField(max_length=64)
    source = TenantForeignKey(Source, on_delete=models.CASCADE, related_name="results")
    sql = models.TextField()
    parameters = models.JSONField(default=list)
    steps = models.JSONField(default=list)
    refresh_seconds = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    columns = models.JSONField(default=list)
    rows_json = models.TextField(default="[]")
    past_wanted = models.JSONField(default=dict)
    past_json = models.TextField(blank=True, default="")
    truncated = models.BooleanField(default=False)
    is_held = models.BooleanField(default=False)
    alerts = models.JSONField(default=list)
    is_alerted = models.BooleanField(default=False)
    error = models.TextField(blank=True)
    seq = models.PositiveBigIntegerField(default=0)
    runs = models.PositiveBigIntegerField(default=0)
    computed_at = models.DateTimeField(null=True)
    duration_ms = models.PositiveIntegerField(default=0)
    watched_until = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    cause = models.CharField(max_length=10, choices=causes.CHOICES, default=causes.WATCH)
    leased_until = models.DateTimeField(null=True)
    running_until = models.DateTimeField(null=True)

    objects = CompareAndSet.as_manager()

    class Meta:
        db_table = "stage_result"
        constraints = [models.UniqueConstraint(fields=["organization_id", "key"], name="result_key")]
        indexes = [models.Index(fields=["organization_id", "source"], name="result_source")]

    @property
    def public_id(self) -> str:
        return ids.public_id(ids.RESULT, self.pk)

    @property
    def every(self) -> str:
        """How often it is asked while somebody watches, in words."""
        return phrasing.every(self.refresh_seconds)

    def is_watched(self, at: datetime) -> bool:
        """Whether somebody wants to see or to hear what it says."""
        return self.is_alerted or self.watched_until > at

    def due_after(self, at: datetime) -> datetime:
        """When it should be asked again: each key a little later than asked, so that not all come at once."""
        share = int(self.key[:8], 16) / 0xFFFFFFFF
        return at + timedelta(seconds=self.refresh_seconds * (1 + share / 20))


class PastFigures(TenantModel):
    """The figures of the first row that a result had at an instant, so that nobody asks a source what it gave before."""

    result = TenantForeignKey(Result, on_delete=models.CASCADE, related_name="past")
    at = models.DateTimeField()
    figures = models.JSONField()

    class Meta:
        db_table = "stage_past_figures"
        indexes = [models.Index(fields=["organization_id", "result", "at"], name="past_figures_at")]
