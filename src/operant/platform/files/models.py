import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from django.core.files.base import File as OpenFile
from django.core.files.storage import default_storage
from django.db import models, transaction

from operant.platform import clock
from operant.platform.tenancy.models import TenantModel

KINDS = ("csv", "json", "parquet", "xlsx", "sqlite", "png", "jpeg")


class File(TenantModel):
    """
    One file of an organization: its row here, its bytes in the storage at `location`.

    The bytes are never changed; another content is another file. `unused_since` is for rooms that keep what nothing names
    any more for a while.
    """

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in KINDS])
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    location = models.CharField(max_length=120)
    created_at = models.DateTimeField(default=clock.now)
    unused_since = models.DateTimeField(null=True)

    class Meta:
        db_table = "files_file"
        indexes = [models.Index(fields=["organization_id", "created_at"], name="file_created")]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        """Where the bytes lie on this machine; only for storage that is a folder, otherwise use `local()`."""
        return Path(default_storage.path(self.location))

    def open(self) -> OpenFile:
        """Return the bytes, open for reading; the caller closes them."""
        return default_storage.open(self.location)

    @contextlib.contextmanager
    def local(self) -> Iterator[Path]:
        """Give a path to the bytes for as long as the block runs, wherever the storage is."""
        try:
            here = self.path
        except NotImplementedError:
            with tempfile.NamedTemporaryFile(suffix=f".{self.kind}") as copy, self.open() as stored:
                shutil.copyfileobj(stored, copy, 1 << 20)
                copy.flush()
                yield Path(copy.name)
        else:
            yield here

    def delete(self, *args, **kwargs) -> tuple[int, dict[str, int]]:
        """Delete the row now and the bytes when that is certain."""
        told = super().delete(*args, **kwargs)
        transaction.on_commit(partial(default_storage.delete, self.location))
        return told
