"""Keeping files: whole or not at all, within the limits, each under its organization."""

import hashlib
import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.base import File as OpenFile
from django.core.files.storage import default_storage
from django.db import connection

from operant.platform import tenancy
from operant.platform.refusals import Invalid

from . import checks, pictures, sniffing

if TYPE_CHECKING:
    from .models import File

_CHUNK = 1 << 20
_MOST_NAME = 200
# Long enough for the slowest upload to end: younger files without a row may just be on their way.
ORPHAN_SECONDS = 3600


class NoRoom(Invalid):
    """A file that is over the organization's quota."""


class Upload(Protocol):
    """What Django gives for an uploaded file."""

    def chunks(self, chunk_size: int = ...) -> Iterable[bytes]: ...


def store(upload: Upload, *, name: str, kind: str | None = None) -> "File":
    """
    Keep an uploaded file in the organization in scope and return its row.

    :raises Invalid: when it is too large, over the quota, of no readable kind, or not of `kind` where that is given.
    """
    with _arrival() as (path, target):
        digest, size = _receive(upload, target)
        name = _plain(name)
        found = sniffing.kind_of(_start(path), name)
        if kind is not None and kind != found:
            raise Invalid(f"This is a {found.upper()} file, not {kind.upper()}.")
        return _keep(path, name=name, kind=found, digest=digest, size=size)


def store_picture(upload: Upload, *, name: str) -> "File":
    """
    Keep an uploaded picture, without anything that is not the picture, and return its row.

    :raises Invalid: when it is no PNG or JPEG, too large, damaged, or over the quota.
    """
    whole = bytearray()
    for chunk in upload.chunks(_CHUNK):
        whole += chunk
        if len(whole) > pictures.LARGEST:
            break
    kind, content = pictures.cleaned(bytes(whole))
    with _arrival() as (path, target):
        digest, size = _receive(ContentFile(content), target)
        return _keep(path, name=_plain(name), kind=kind, digest=digest, size=size)


def adopt(path: Path, *, name: str, kind: str | None = None) -> "File":
    """
    Keep a file that this server made, such as a converted one; the original stays where it is.

    :raises Invalid: as `store` does.
    """
    with path.open("rb") as source:
        return store(OpenFile(source), name=name, kind=kind)


def arriving() -> Path:
    """Return the folder of what is on its way, on the disk of the files."""
    folder = settings.FILES_ROOT / ".arriving"
    for private in (settings.FILES_ROOT, folder):
        private.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


@contextmanager
def _arrival() -> Iterator[tuple[Path, IO[bytes]]]:
    with tempfile.NamedTemporaryFile(dir=arriving(), delete=False) as target:
        try:
            yield Path(target.name), target
        finally:
            Path(target.name).unlink(missing_ok=True)


def _receive(upload: Upload, target: IO[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for chunk in upload.chunks(_CHUNK):
        size += len(chunk)
        if size > settings.FILE_LIMIT:
            raise Invalid(f"The file is larger than {_megabytes(settings.FILE_LIMIT)}. Split it or leave columns out.")
        digest.update(chunk)
        target.write(chunk)
    target.flush()
    os.fsync(target.fileno())
    return digest.hexdigest(), size


def _keep(path: Path, *, name: str, kind: str, digest: str, size: int) -> "File":
    from .models import File  # the package is imported before models are ready

    checks.run(path, kind)
    _within_quota(size)
    key = uuid4()
    kept = put(path, f"{tenancy.current_organization_id()}/{key}.{kind}")
    # The row comes last: if it fails the bytes are an orphan, which the next sweep removes.
    return File.objects.create(id=key, name=name, kind=kind, size=size, sha256=digest, location=kept)


def put(path: Path, location: str) -> str:
    """Give a finished file to the storage and return the name that it has there from now on, also after a power cut."""
    with path.open("rb") as content:
        kept = default_storage.save(location, _Movable(content, path))
    # A storage elsewhere has no folders of ours.
    with suppress(NotImplementedError):
        folder = Path(default_storage.path(kept)).parent
        # Its bytes were written out before; a name stands in its folder, and a new folder's name in the one above.
        for each in (folder, folder.parent):
            _write_out(each)
    return kept


def _write_out(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class _Movable(OpenFile):
    """A finished file that a storage on the same disk takes by renaming it, so that it appears whole."""

    def __init__(self, content: IO[bytes], path: Path) -> None:
        super().__init__(content, name=path.name)
        self._path = path

    def temporary_file_path(self) -> str:
        return str(self._path)


def _start(path: Path) -> bytes:
    with path.open("rb") as source:
        return source.read(sniffing.SAMPLE)


def _within_quota(size: int) -> None:
    from django.db.models import Sum

    from .models import File

    organization_id = tenancy.current_organization_id()
    with connection.cursor() as cursor:
        # Two uploads at once would each see room for themselves.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"files.quota:{organization_id}"])
    used = File.objects.aggregate(used=Sum("size"))["used"] or 0
    if used + size > settings.FILE_QUOTA:
        raise NoRoom(
            f"There is no room for this file: {_megabytes(used)} of {_megabytes(settings.FILE_QUOTA)} are used. "
            "Delete files that are no longer needed."
        )


def sweep(organization_id: UUID) -> int:
    """Remove bytes of one organization that no row knows, and uploads that broke off; returns how many."""
    from .models import File

    folder = str(organization_id)
    with tenancy.organization_scope(organization_id):
        known = set(File.objects.values_list("location", flat=True))
    names = default_storage.listdir(folder)[1] if default_storage.exists(folder) else []
    orphans = [f"{folder}/{name}" for name in names if f"{folder}/{name}" not in known]
    gone = [location for location in orphans if _is_old(default_storage.get_modified_time(location).timestamp())]
    for location in gone:
        default_storage.delete(location)
    broken = [path for path in (settings.FILES_ROOT / ".arriving").glob("*") if _is_old(_modified(path))]
    for path in broken:
        path.unlink(missing_ok=True)
    return len(gone) + len(broken)


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # it arrived between the listing and now
        return time.time()


def _is_old(modified: float) -> bool:
    return time.time() - modified > ORPHAN_SECONDS


def _plain(name: str) -> str:
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    printable = "".join(letter for letter in last if letter.isprintable()).strip(" .")
    return printable[-_MOST_NAME:] or "file"


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.0f} MB" if size < 1_000_000_000 else f"{size / 1_000_000_000:,.1f} GB"
