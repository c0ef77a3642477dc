from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q

from operant.platform import clock
from operant.platform.crypto.fields import SealedTextField
from operant.platform.tenancy.models import CompareAndSet, TenantForeignKey, TenantModel

from .. import datasets, ids, kinds
from .people import person

MOST_READINGS = 3
"""How often the worker may die over one file before it counts as unreadable."""
HELD_BACK = "What is fetched is not used yet"
"""How the error of an address begins with which nothing is wrong: what it gave waits for somebody to decide."""


class Connection(TenantModel):
    """
    How the database or the address of a source is reached, and what the last test of it found.

    The password is sealed, and leaves this row for the adapter only; an address is sealed too, for many hold a key.
    `settings` are those of an address. `steps` are those of the newest test, also while it runs; `tables` are what the
    last one that came through could read in a database. `told` is what people heard of it last, and `troubled_at` when
    they last heard of trouble.
    """

    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField(default=5432)
    database = models.CharField(max_length=64, blank=True)
    username = models.CharField(max_length=80, blank=True)
    address = SealedTextField(null=True)
    settings = models.JSONField(default=dict)
    password = SealedTextField()
    tls = models.CharField(max_length=10, default="verify")
    authority = models.TextField(blank=True)
    schema = models.CharField(max_length=63, blank=True)
    tested_at = models.DateTimeField(null=True)
    server = models.CharField(max_length=40, blank=True)
    steps = models.JSONField(default=list)
    tables = models.JSONField(default=list)
    grants = models.TextField(blank=True)
    told = models.CharField(max_length=10, blank=True, default="")
    troubled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "stage_connection"
        constraints = [
            models.CheckConstraint(condition=Q(tls__in=["verify", "require", "off"]), name="connection_tls"),
            models.CheckConstraint(condition=Q(port__gte=1, port__lte=65535), name="connection_port"),
        ]

    def __str__(self) -> str:
        return f"{self.database} at {self.host}" if self.database else self.host


class Source(TenantModel):
    """
    Where data comes from: an uploaded file, read into one table that queries name, or somebody's database or address, or what
    programs push; or an extract: what a query of another source gave.

    A database has a `connection` and no files; its queries name the tables that stand there. One that was uploaded has its
    `file` and the `listing` of what stands in it. What an address answers is
    fetched into `parquet`, like a file's rows; so is what is pushed into a dataset, whose `columns` are declared before.

    `budget_runs` and `budget_seconds` are what asking it may come to within an hour.

    `upload` is the newest file while it waits to be read, and after that failed; `file` is the one that was read
    into `parquet`. So a file that cannot be read leaves the data of the one before as it was, and is not lost. `uploaded_by`
    brought the one, `brought_by` the other. `number` is that of the version in use, of `versions` that there were; earlier
    ones are kept beside it. `pins` are the types that people gave to columns, by name, and `sheet` is the one of a workbook that
    they chose, of the `sheets` that it has; `offered` are those of an `upload` that lacks the one. `read_with` is what of these
    held when what is in use was read, if that is known.
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
    offered = models.JSONField(default=list)
    columns = models.JSONField(default=list)
    listing = models.JSONField(default=list)
    rows = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.CONVERTING)
    error = models.TextField(blank=True)
    warnings = models.JSONField(default=list)
    created_by = person()
    created_at = models.DateTimeField(default=clock.now)
    uploaded_by = person()
    brought_by = person()
    read_at = models.DateTimeField(null=True)
    number = models.PositiveIntegerField(default=1)
    versions = models.PositiveIntegerField(default=1)
    pins = models.JSONField(default=dict)
    sheet = models.CharField(max_length=255, blank=True, default="")
    sheets = models.JSONField(default=list)
    read_with = models.JSONField(null=True)
    readings = models.PositiveSmallIntegerField(default=0)
    pushed = models.PositiveBigIntegerField(default=0)
    budget_runs = models.PositiveIntegerField(null=True)
    budget_seconds = models.PositiveIntegerField(null=True)
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
                condition=~Q(state="ready") | Q(parquet__isnull=False) | Q(connection__isnull=False)
                | Q(kind="sqlite", file__isnull=False),
                name="source_ready_has_data",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_budget(self) -> bool:
        return self.budget_runs is not None or self.budget_seconds is not None

    @property
    def public_id(self) -> str:
        return ids.public_id(ids.SOURCE, self.pk)

    @property
    def topic(self) -> str:
        return f"source:{self.public_id}"

    @property
    def is_connected(self) -> bool:
        return self.connection_id is not None

    @property
    def is_fetched(self) -> bool:
        """Whether it is an address: its rows are fetched and kept here."""
        return self.kind in kinds.FETCHED

    @property
    def is_database(self) -> bool:
        """Whether it is asked where it is, in its own SQL, and has tables of its own."""
        return self.is_uploaded_database or (self.is_connected and not self.is_fetched)

    @property
    def is_uploaded_database(self) -> bool:
        return self.kind == kinds.UPLOADED_DATABASE

    @property
    def is_pushed(self) -> bool:
        """Whether programs put its rows into it."""
        return self.kind == datasets.KIND

    @property
    def is_extract(self) -> bool:
        """Whether it is what a query of another source gave."""
        return self.kind == kinds.EXTRACT

    @property
    def keeps_versions(self) -> bool:
        """Whether what it was before can be used again: a file's, and a dataset's that was replaced."""
        return self.noun == "file" or self.is_pushed

    @property
    def takes_pins(self) -> bool:
        """Whether people may say of which types its columns are: they are found out by reading."""
        return (self.noun == "file" and not self.is_uploaded_database) or self.is_fetched

    @property
    def sheets_to_choose(self) -> list[str]:
        """The sheets that may be chosen: those of the newest file, where it lacks the one that was."""
        return self.offered or self.sheets

    @property
    def has_sheets(self) -> bool:
        """Whether there is a sheet to choose: it is a workbook with several, or one was chosen that may be gone."""
        return len(self.sheets_to_choose) > 1 or bool(self.sheet)

    @property
    def waiting_sheet(self) -> str | None:
        """The sheet whose rows are in use, "" for the first one, where another was chosen that is not in use yet."""
        used = (self.read_with or self.choices)["sheet"]
        return used if used != self.sheet else None

    @property
    def choices(self) -> dict[str, Any]:
        """What people said of how it is read."""
        return {"pins": self.pins, "sheet": self.sheet}

    @property
    def known_types(self) -> dict[str, str]:
        """The types of the columns in use, by name, that were found by reading: not those that people gave them."""
        given = (self.read_with or self.choices)["pins"]
        return {each["name"]: each["type"] for each in self.columns if each["name"] not in given}

    def choose(self, choices: dict[str, Any] | None) -> None:
        """Have it read like this from now on, if it is known how; whoever calls saves the row."""
        if choices is not None:
            self.pins, self.sheet = choices["pins"], choices["sheet"]

    @property
    def noun(self) -> str:
        """What it is made of, in a word for people."""
        if self.is_connected:
            return kinds.KINDS[self.kind].noun
        return {datasets.KIND: "dataset", kinds.EXTRACT: "extract"}.get(self.kind, "file")

    @property
    def has_data(self) -> bool:
        """Whether it can be asked: its rows, or its database's tables, were read once."""
        return self.parquet_id is not None or (self.is_database and self.read_at is not None)

    @property
    def is_held_back(self) -> bool:
        """Whether all that is wrong with an address is that somebody has to decide about what it gave last."""
        return self.state == self.State.FAILED and self.error.startswith(HELD_BACK)

    @property
    def tables(self) -> list[dict[str, Any]]:
        """What queries may name, spelled as SQL wants it, each with its rows if known, and its columns."""
        if self.is_database:
            return self.listing if self.is_uploaded_database else self.connection.tables
        return [{"name": self.table_name, "rows": self.rows, "columns": self.columns}]

    def is_at_work(self, at: datetime) -> bool:
        """Whether somebody has taken up what is due here, and is not lost yet."""
        return self.readings > 0 and self.due_at is not None and self.due_at > at

    def is_stale(self, at: datetime) -> bool:
        """Whether its address is to be fetched anew for whoever watches."""
        if not self.is_fetched or self.due_at is not None:
            return False
        # A little before its time: what is refreshed as often as it is fetched would else be late each second time.
        rest = timedelta(seconds=self.connection.settings["fresh_seconds"] * 0.9)
        return self.connection.tested_at is None or self.connection.tested_at + rest <= at

    @property
    def original(self):
        """The file that people uploaded last."""
        return self.upload or self.file

    @property
    def bringer(self):
        """Who brought that file, as far as it is known."""
        # Before versions were kept, only who made the source was noted.
        return (self.uploaded_by if self.upload else self.brought_by) or (self.created_by if self.versions == 1 else None)


class Push(TenantModel):
    """
    Rows that a program sent to a dataset, one JSON object a line, until they stand in its table.

    One that `replaces` leaves nothing of what came before it.
    """

    source = TenantForeignKey(Source, on_delete=models.CASCADE, related_name="pushes")
    number = models.PositiveBigIntegerField()
    replaces = models.BooleanField(default=False)
    rows = models.PositiveIntegerField()
    content = models.TextField(blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "stage_push"
        constraints = [models.UniqueConstraint(fields=["organization_id", "source", "number"], name="push_number")]
