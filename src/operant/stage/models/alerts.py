from datetime import datetime

from django.db import models
from django.db.models import Q

from operant.platform import clock
from operant.platform.tenancy.models import CompareAndSet, TenantForeignKey, TenantModel

from .. import amounts, ids, judging, phrasing, terms
from .dashboards import Dashboard
from .people import person


class AlertQuerySet(CompareAndSet):
    """Alerts by what is with them."""

    def standing(self) -> "AlertQuerySet":
        """Those of dashboards that nobody deleted."""
        return self.filter(dashboard__archived_at=None)

    def firing(self) -> "AlertQuerySet":
        """Those that fired and are not over, muted or not."""
        return self.filter(state__in=[judging.FIRING, judging.RESTING])

    def heard(self, at: datetime) -> "AlertQuerySet":
        """Those that nobody muted."""
        return self.filter(Q(muted_until=None) | Q(muted_until__lte=at))


class Alert(TenantModel):
    """
    That people are told when one figure of a published dashboard does what they said.

    `key` is that of the result it judges: the query as the published version asks it, and empty when it asks none such.
    `value` is the last one that was seen, to be written as the query says (`said`), `trouble` why there is no newer one.
    `resting` is firing still: the condition does not
    hold any more, and not yet for long enough.
    """

    name = models.CharField(max_length=120)
    dashboard = TenantForeignKey(Dashboard, on_delete=models.CASCADE, related_name="alerts")
    query_id = models.CharField(max_length=40)
    column = models.CharField(max_length=300, blank=True)
    reduce = models.CharField(max_length=10, choices=[(each, each) for each in terms.REDUCTIONS])
    condition = models.CharField(max_length=10, choices=[(each, each) for each in terms.CONDITIONS])
    limit = models.DecimalField(max_digits=terms.LIMIT_DIGITS, decimal_places=terms.LIMIT_PLACES, null=True)
    within_seconds = models.PositiveIntegerField(default=0)
    hold_seconds = models.PositiveIntegerField(default=0)
    rest_seconds = models.PositiveIntegerField(default=0)
    key = models.CharField(max_length=64, blank=True, default="")
    state = models.CharField(max_length=10, default=judging.OK)
    state_since = models.DateTimeField(default=clock.now)
    fired_at = models.DateTimeField(null=True)
    value = models.CharField(max_length=40, blank=True, default="")
    evaluated_at = models.DateTimeField(null=True)
    trouble = models.TextField(blank=True, default="")
    muted_until = models.DateTimeField(null=True)
    said = models.JSONField(default=dict)
    created_by = person()
    created_at = models.DateTimeField(default=clock.now)

    objects = AlertQuerySet.as_manager()

    class Meta:
        db_table = "stage_alert"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["ok", "pending", "firing", "resting"]), name="alert_state"),
            models.CheckConstraint(condition=Q(condition__in=list(terms.CONDITIONS)), name="alert_condition"),
            models.CheckConstraint(condition=Q(reduce__in=list(terms.REDUCTIONS)), name="alert_reduce"),
            models.CheckConstraint(condition=Q(condition="silent") | Q(limit__isnull=False), name="alert_limit"),
        ]
        indexes = [
            models.Index(fields=["organization_id", "key"], name="alert_key"),
            models.Index(fields=["organization_id", "dashboard"], name="alert_dashboard"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def public_id(self) -> str:
        return ids.public_id(ids.ALERT, self.pk)

    @property
    def terms(self) -> terms.Terms:
        """What it looks at, and when it fires."""
        return terms.Terms(**{name: getattr(self, name) for name in terms.Terms.__dataclass_fields__})

    @property
    def is_firing(self) -> bool:
        return self.state in {judging.FIRING, judging.RESTING}

    @property
    def finding(self) -> str:
        """What made it fire, in words."""
        return phrasing.finding(self.terms, self.value, self.said)

    @property
    def written(self) -> str:
        """The last value that was seen, with its unit; nothing where there was none."""
        return amounts.written(self.value, self.said)

    def is_muted(self, at: datetime) -> bool:
        """Whether nobody is told of it now."""
        return self.muted_until is not None and self.muted_until > at


class AlertReading(TenantModel):
    """A value that an alert saw: at most one a minute, for what changes and for the line on its page."""

    alert = TenantForeignKey(Alert, on_delete=models.CASCADE, related_name="readings")
    at = models.DateTimeField()
    # A double takes whatever size figures have; a column of decimals would have to know it before.
    value = models.FloatField()

    class Meta:
        db_table = "stage_alert_reading"
        indexes = [models.Index(fields=["organization_id", "alert", "at"], name="alert_reading_at")]
