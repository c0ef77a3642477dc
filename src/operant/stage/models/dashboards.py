from typing import Self

from django.conf import settings
from django.db import models

from operant.platform import clock
from operant.platform.tenancy.models import CompareAndSet, TenantForeignKey, TenantModel

from .. import ids
from .people import person
from .sources import Source


class DashboardQuerySet(CompareAndSet):
    """Dashboards by where they are in their life."""

    def standing(self) -> Self:
        """Those that nobody deleted."""
        return self.filter(archived_at=None)


class Dashboard(TenantModel):
    """
    What a wall shows: a draft that people edit, and the version that was published last.

    `revision` counts the draft's changes; `published_revision` is the one that the published version equals. `folder` and
    `tags` are where people find it: they are no part of the document, and a folder stands as long as something is in it.
    `noted` is JSON: the annotations that its charts over time show, as every reader and screen is handed them.
    """

    name = models.CharField(max_length=120)
    folder = models.CharField(max_length=60, blank=True, default="")
    tags = models.JSONField(default=list)
    draft = models.JSONField()
    revision = models.PositiveIntegerField(default=1)
    published = TenantForeignKey(
        "stage.DashboardVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )
    published_revision = models.PositiveIntegerField(null=True)
    noted = models.TextField(default="[]")
    created_by = person()
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    archived_at = models.DateTimeField(null=True)

    objects = DashboardQuerySet.as_manager()

    class Meta:
        db_table = "stage_dashboard"
        indexes = [models.Index(fields=["organization_id", "archived_at"], name="dashboard_standing")]

    def __str__(self) -> str:
        return self.name

    @property
    def public_id(self) -> str:
        return ids.public_id(ids.DASHBOARD, self.pk)

    @property
    def has_changes(self) -> bool:
        return self.published_revision != self.revision

    @property
    def state(self) -> str:
        """Where it is in its life, in words."""
        if self.published is None:
            return "Draft, not published yet"
        return f"Published v{self.published.number}" + (" · draft has changes" if self.has_changes else "")


class DashboardVersion(TenantModel):
    """A dashboard as it was published. Never edited and never deleted: the database refuses both."""

    dashboard = TenantForeignKey(Dashboard, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    note = models.CharField(max_length=500, blank=True)
    # Without a constraint: a person who leaves must not have to change an immutable row.
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, null=True, db_constraint=False,
        db_column="person_id", related_name="+",
    )
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "stage_version"
        constraints = [
            models.UniqueConstraint(fields=["organization_id", "dashboard", "number"], name="version_number")
        ]

    @property
    def public_id(self) -> str:
        return ids.public_id(ids.VERSION, self.pk)


class Star(TenantModel):
    """That a member keeps a dashboard at hand. It is theirs alone, and ends with the membership."""

    member = TenantForeignKey("organizations.Membership", on_delete=models.CASCADE, related_name="+")
    dashboard = TenantForeignKey(Dashboard, on_delete=models.CASCADE, related_name="stars")

    class Meta:
        db_table = "stage_star"
        constraints = [models.UniqueConstraint(fields=["organization_id", "member", "dashboard"], name="star_once")]
        indexes = [models.Index(fields=["organization_id", "dashboard"], name="star_dashboard")]


class Editing(TenantModel):
    """
    That a member has the editor of a dashboard open in one tab, and what they have selected there.

    It stands for as long as the tab says so: what was not seen for a minute is over.
    """

    dashboard = TenantForeignKey(Dashboard, on_delete=models.CASCADE, related_name="+")
    member = TenantForeignKey("organizations.Membership", on_delete=models.CASCADE, related_name="+")
    tab = models.CharField(max_length=40)
    selection = models.JSONField(default=list)
    seen_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "stage_editing"
        constraints = [models.UniqueConstraint(fields=["organization_id", "dashboard", "tab"], name="editing_once")]


class EarlierDraft(TenantModel):
    """
    What a dashboard's draft was before something else replaced it whole: an older version, or a text.

    The newest of each dashboard. It can come back as long as `revision` is still the draft that replaced it.
    """

    dashboard = TenantForeignKey(Dashboard, on_delete=models.CASCADE, related_name="+")
    draft = models.JSONField()
    revision = models.PositiveIntegerField()

    class Meta:
        db_table = "stage_earlier_draft"
        constraints = [models.UniqueConstraint(fields=["organization_id", "dashboard"], name="earlier_draft_once")]


class PlannedPublication(TenantModel):
    """
    A draft as it was when somebody planned to publish it, until the clock does.

    A dashboard has one at most. The row is gone once it is published or canceled: events tell what became of it.
    """

    dashboard = TenantForeignKey(Dashboard, on_delete=models.CASCADE, related_name="+")
    document = models.JSONField()
    revision = models.PositiveIntegerField()
    note = models.CharField(max_length=500, blank=True)
    planned_by = person()
    planned_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "stage_planned_publication"
        constraints = [models.UniqueConstraint(fields=["organization_id", "dashboard"], name="planned_once")]


class Use(TenantModel):
    """That a dashboard's draft, planned or published version reads a source, which therefore cannot be deleted."""

    dashboard = TenantForeignKey(Dashboard, on_delete=models.CASCADE, related_name="uses")
    source = TenantForeignKey(Source, on_delete=models.PROTECT, related_name="uses")

    class Meta:
        db_table = "stage_use"
        constraints = [
            models.UniqueConstraint(fields=["organization_id", "dashboard", "source"], name="use_once"),
        ]
        indexes = [models.Index(fields=["organization_id", "source"], name="use_source")]
