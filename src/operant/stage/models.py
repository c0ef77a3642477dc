from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from operant.platform import clock
from operant.platform.crypto.fields import SealedTextField
from operant.platform.tenancy.models import CompareAndSet, TenantForeignKey, TenantModel

from . import ids

WATCHED_FOR = timedelta(seconds=90)
RENEWED_BEFORE = timedelta(seconds=60)
MOST_READINGS = 3
"""How often the worker may die over one file before it counts as unreadable."""


def _person(related_name: str = "+") -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name=related_name
    )


class Connection(TenantModel):
    """
    How the database of a source is reached, and what the last test of it found.

    The password is sealed, and leaves this row for the adapter only. `steps` are those of the newest test, also while
    it runs; `tables` are what the last one that came through could read.
    """

    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField(default=5432)
    database = models.CharField(max_length=63)
    username = models.CharField(max_length=63)
    password = SealedTextField()
    tls = models.CharField(max_length=10, default="verify")
    authority = models.TextField(blank=True)
    schema = models.CharField(max_length=63, blank=True)
    tested_at = models.DateTimeField(null=True)
    server = models.CharField(max_length=40, blank=True)
    steps = models.JSONField(default=list)
    tables = models.JSONField(default=list)
    grants = models.TextField(blank=True)

    class Meta:
        db_table = "stage_connection"
        constraints = [
            models.CheckConstraint(condition=Q(tls__in=["verify", "require", "off"]), name="connection_tls"),
            models.CheckConstraint(condition=Q(port__gte=1, port__lte=65535), name="connection_port"),
        ]

    def __str__(self) -> str:
        return f"{self.database} at {self.host}"


class Source(TenantModel):
    """
    Where data comes from: an uploaded file, read into one table that queries name, or somebody's database.

    A database has a `connection` and no files; its queries name the tables that stand there.

    `upload` is the newest file while it waits to be read, and after that failed; `file` is the one that was read
    into `parquet`. So a file that cannot be read leaves the data of the one before as it was, and is not lost.
    """

    class State(models.TextChoices):
        CONVERTING = "converting"
        READY = "ready"
        FAILED = "failed"

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, default="upload")
    table_name = models.CharField(max_length=63)
    upload = TenantForeignKey("files.File", on_delete=models.PROTECT, null=True, related_name="+")
    file = TenantForeignKey("files.File", on_delete=models.PROTECT, null=True, related_name="+")
    parquet = TenantForeignKey("files.File", on_delete=models.PROTECT, null=True, related_name="+")
    connection = TenantForeignKey(Connection, on_delete=models.PROTECT, null=True, related_name="+")
    columns = models.JSONField(default=list)
    rows = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.CONVERTING)
    error = models.TextField(blank=True)
    warnings = models.JSONField(default=list)
    created_by = _person()
    created_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True)
    readings = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)

    objects = CompareAndSet.as_manager()

    class Meta:
        db_table = "stage_source"
        constraints = [
            models.UniqueConstraint(fields=["organization_id", "table_name"], name="source_table"),
            models.CheckConstraint(
                condition=Q(state__in=["converting", "ready", "failed"]), name="source_state"
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | Q(parquet__isnull=False) | Q(connection__isnull=False),
                name="source_ready_has_data",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def public_id(self) -> str:
        return ids.public_id(ids.SOURCE, self.pk)

    @property
    def topic(self) -> str:
        return f"source:{self.public_id}"

    @property
    def is_database(self) -> bool:
        return self.connection_id is not None

    @property
    def has_data(self) -> bool:
        """Whether it can be asked: its file, or its database's tables, were read once."""
        return self.parquet_id is not None or (self.is_database and self.read_at is not None)

    @property
    def tables(self) -> list[dict[str, Any]]:
        """What queries may name, spelled as SQL wants it, each with its rows if known, and its columns."""
        if self.connection:
            return self.connection.tables
        return [{"name": self.table_name, "rows": self.rows, "columns": self.columns}]

    @property
    def original(self):
        """The file that people uploaded last."""
        return self.upload or self.file


class DashboardQuerySet(CompareAndSet):
    """Dashboards by where they are in their life."""

    def standing(self) -> Self:
        """Those that nobody deleted."""
        return self.filter(archived_at=None)


class Dashboard(TenantModel):
    """
    What a wall shows: a draft that people edit, and the version that was published last.

    `revision` counts the draft's changes; `published_revision` is the one that the published version equals.
    """

    name = models.CharField(max_length=120)
    draft = models.JSONField()
    revision = models.PositiveIntegerField(default=1)
    published = TenantForeignKey(
        "stage.DashboardVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )
    published_revision = models.PositiveIntegerField(null=True)
    created_by = _person()
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


class Use(TenantModel):
    """That a dashboard's draft or published version reads a source, which therefore cannot be deleted."""

    dashboard = TenantForeignKey(Dashboard, on_delete=models.CASCADE, related_name="uses")
    source = TenantForeignKey(Source, on_delete=models.PROTECT, related_name="uses")

    class Meta:
        db_table = "stage_use"
        constraints = [
            models.UniqueConstraint(fields=["organization_id", "dashboard", "source"], name="use_once"),
        ]
        indexes = [models.Index(fields=["organization_id", "source"], name="use_source")]


class Result(TenantModel):
    """
    The newest answer of one query over one source, shared by every page and screen that watches.

    `due_at` is empty while nobody watches, so nobody's query runs. `running_until` is the lease of the one run
    that may be under way; `runs` counts them. `rows_json` is the text that travels: it is never parsed on its
    way, and text keeps what JSON columns refuse.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        OK = "ok"
        FAILED = "failed"

    key = models.CharField(max_length=64)
    source = TenantForeignKey(Source, on_delete=models.CASCADE, related_name="results")
    sql = models.TextField()
    refresh_seconds = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    columns = models.JSONField(default=list)
    rows_json = models.TextField(default="[]")
    truncated = models.BooleanField(default=False)
    error = models.TextField(blank=True)
    seq = models.PositiveBigIntegerField(default=0)
    runs = models.PositiveBigIntegerField(default=0)
    computed_at = models.DateTimeField(null=True)
    duration_ms = models.PositiveIntegerField(default=0)
    watched_until = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    running_until = models.DateTimeField(null=True)

    objects = CompareAndSet.as_manager()

    class Meta:
        db_table = "stage_result"
        constraints = [models.UniqueConstraint(fields=["organization_id", "key"], name="result_key")]
        indexes = [models.Index(fields=["organization_id", "source"], name="result_source")]

    def due_after(self, at: datetime) -> datetime:
        """When it should be asked again: each key a little later than asked, so that not all come at once."""
        share = int(self.key[:8], 16) / 0xFFFFFFFF
        return at + timedelta(seconds=self.refresh_seconds * (1 + share / 20))
