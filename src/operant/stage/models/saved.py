from django.db import models

from operant.platform import clock
from operant.platform.tenancy.models import TenantForeignKey, TenantModel

from .. import ids, phrasing
from .dashboards import Dashboard
from .people import person
from .sources import Source


class SavedQuery(TenantModel):
    """
    A query that the dashboards of an organization share: it is written in one place, and their drafts say what it says.

    `revision` counts its changes. What was published keeps the query as it was then, until it is published again.
    """

    name = models.CharField(max_length=120)
    description = models.CharField(max_length=500, blank=True, default="")
    source = TenantForeignKey(Source, on_delete=models.PROTECT, related_name="saved_queries")
    sql = models.TextField()
    parameters = models.JSONField(default=list)
    steps = models.JSONField(default=list)
    columns = models.JSONField(default=list)
    refresh_seconds = models.PositiveIntegerField()
    revision = models.PositiveIntegerField(default=1)
    created_by = person()
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "stage_saved_query"
        constraints = [models.UniqueConstraint(fields=["organization_id", "name"], name="saved_query_name")]
        indexes = [models.Index(fields=["organization_id", "source"], name="saved_query_source")]

    def __str__(self) -> str:
        return self.name

    @property
    def public_id(self) -> str:
        return ids.public_id(ids.SAVED, self.pk)

    @property
    def every(self) -> str:
        """How often it is asked while somebody watches, in words."""
        return phrasing.every(self.refresh_seconds)

    @property
    def topic(self) -> str:
        """On which topic pages hear of it."""
        return f"saved_query:{self.public_id}"


class SavedUse(TenantModel):
    """That a dashboard uses a saved query: how many widgets show it in the draft, and how many in what is published."""

    saved = TenantForeignKey(SavedQuery, on_delete=models.CASCADE, related_name="uses")
    dashboard = TenantForeignKey(Dashboard, on_delete=models.CASCADE, related_name="+")
    widgets = models.PositiveIntegerField()
    published_widgets = models.PositiveIntegerField()

    class Meta:
        db_table = "stage_saved_use"
        constraints = [models.UniqueConstraint(fields=["organization_id", "saved", "dashboard"], name="saved_use_once")]
        indexes = [models.Index(fields=["organization_id", "dashboard"], name="saved_use_dashboard")]
