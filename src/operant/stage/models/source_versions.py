from typing import Any

from django.db import models

from operant.platform import clock
from operant.platform.tenancy.models import TenantForeignKey, TenantModel

from .people import person
from .sources import Source


class SourceVersion(TenantModel):
    """
    What a source was before, or what it may become: a file as it was read, or a dataset's rows before they were replaced.

    One that is in use is the source itself and has no row here. One that `is_waiting` was read and never used: somebody
    has to decide, because something that is shown would break, or, where it `is_unsure`, not everything could be asked in time.
    """

    source = TenantForeignKey(Source, on_delete=models.CASCADE, related_name="kept")
    number = models.PositiveIntegerField()
    file = TenantForeignKey("files.File", on_delete=models.PROTECT, null=True, related_name="+")
    parquet = TenantForeignKey("files.File", on_delete=models.PROTECT, null=True, related_name="+")
    columns = models.JSONField(default=list)
    listing = models.JSONField(default=list)
    sheets = models.JSONField(default=list)
    read_with = models.JSONField(null=True)
    rows = models.BigIntegerField(default=0)
    warnings = models.JSONField(default=list)
    brought_by = person()
    read_at = models.DateTimeField(default=clock.now)
    is_waiting = models.BooleanField(default=False)
    is_unsure = models.BooleanField(default=False)

    class Meta:
        db_table = "stage_source_version"
        constraints = [
            models.UniqueConstraint(fields=["organization_id", "source", "number"], name="source_version_number"),
        ]

    @property
    def why(self) -> str | None:
        """Why it waits, as a sentence, if it does."""
        if not self.is_waiting:
            return None
        if self.is_unsure:
            return "Not everything that reads it could be asked whether it would work."
        return "Something that is shown would not work with it."

    @property
    def files(self) -> list[Any]:
        """What it takes room with."""
        return [each for each in (self.file, self.parquet) if each]
