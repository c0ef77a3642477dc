from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from operant.panel.accounts.models import Person
from operant.platform import clock
from operant.platform.events import announce
from operant.platform.files import NoRoom
from operant.platform.files.sandbox import Converted
from operant.platform.refusals import NotFound, Refusal

from .. import events
from ..models import Source, SourceVersion
from . import soon, watching
from .tables import adopted, put_table

_KEPT = ("number", "file", "parquet", "columns", "listing", "sheets", "rows", "warnings", "read_with", "brought_by")


def use_version(*, source: Source, number: int, by: Person, seen: str = "") -> int:
    """
    This function will put another version of a source to use, and return the number of the one that was; queries stay.

    What people said of columns goes back to what held when it was read, unless a newer file is being read with it just now.

    :raises NotFound: when there is no such version any more.
    :raises Refusal: when rows are being put into the dataset at the moment, or another one than was `seen` has the number now.
    """
    source = locked(source.pk)
    version, before = _version(source, number), source.number
    if seen and seen != str(version.pk):
        raise Refusal(f"Version {number} of {source.name} changed meanwhile: something newer was read. Look at it again.")
    if source.is_pushed and source.is_at_work(clock.now()):
        raise Refusal("Rows are being put into this dataset at the moment. Try again in a few seconds.")
    set_aside(source)
    for name in (*_KEPT, "read_at"):
        setattr(source, name, getattr(version, name))
    version.delete()
    if source.upload is None:
        source.state, source.error = Source.State.READY, ""
        source.choose(source.read_with)
        if source.connection:
            # Somebody decided, so what waits next is news, and that it works is none.
            source.connection.told, source.connection.troubled_at = source.state, None
            source.connection.save(update_fields=["told", "troubled_at"])
    source.save()
    trim(source)
    watching.ask_again(source=source)
    announce(
        events.SourceVersionUsed(
            source_id=source.public_id, name=source.name, number=number, before=before, used_by=by.name
        ),
        about=source,
    )
    return before


def delete_version(*, source: Source, number: int, by: Person) -> None:
    """
    This function will delete a version of a source that is not in use, with its files.

    What people said of columns goes with one that waited: what is in use was read without it. An address is asked again.

    :raises NotFound: when there is no such version any more.
    """
    source = locked(source.pk)
    version = _version(source, number)
    _remove(version)
    if version.is_waiting and source.upload is None:
        _take_back(source)
    announce(
        events.SourceVersionDeleted(source_id=source.public_id, name=source.name, number=number, deleted_by=by.name),
        about=source,
    )


def locked(source_id: UUID) -> Source:
    """
    Return a source with its files, locked until the transaction ends.

    :raises NotFound: when it was deleted.
    """
    rows = Source.objects.select_related("upload", "file", "parquet").filter(pk=source_id)
    found = rows.select_for_update(of=("self",)).first()
    if found is None:
        raise NotFound("There is no such data source here.")
    return found


def set_aside(source: Source) -> None:
    """
    Keep what a source is as an earlier version, if it has data.

    Whoever calls puts something else there, saves it, and trims what is kept.
    """
    if source.file or source.parquet:
        SourceVersion.objects.create(
            source=source, read_at=source.read_at or source.created_at, **{each: getattr(source, each) for each in _KEPT}
        )
        source.file = source.parquet = None


def hold_back(source: Source, found: Any, *, is_unsure: bool) -> SourceVersion:
    """
    Keep what was read as a version that waits for somebody to decide; what is in use stays.

    Of those that wait only the newest is of use. One of an address keeps its number, for it comes again with every fetch.
    """
    before = list(_kept(source).filter(is_waiting=True))
    again = before[0].number if before and source.is_fetched else None
    for each in before:
        _remove(each)
    made = SourceVersion(
        source=source, number=again or source.versions + 1, file=source.upload, warnings=found.warnings,
        brought_by=source.uploaded_by, read_with=source.choices, read_at=clock.now(), is_waiting=True, is_unsure=is_unsure,
    )
    if isinstance(found, Converted):
        made.parquet = adopted(source, found)
        made.columns, made.rows, made.sheets = [vars(each) for each in found.columns], found.rows, found.sheets
    else:
        made.listing, made.rows = found.tables, sum(each["rows"] or 0 for each in found.tables)
    made.save()
    source.versions = max(source.versions, made.number)
    return made


def forget_waiting(source: Source) -> None:
    """Delete what waits for somebody to decide: what came after it works."""
    for each in _kept(source).filter(is_waiting=True):
        _remove(each)


def put_replacement(source: Source, converted: Converted) -> None:
    """
    Put a table in the place of what a dataset has, which is kept; where there is no room, the oldest of what is kept goes.

    :raises Invalid: when it is over the quota even so.
    """
    aside = source.number
    if source.rows:
        set_aside(source)
        source.versions += 1
        source.number = source.versions
    while True:
        try:
            return put_table(source, converted)
        except NoRoom:
            oldest = _kept(source).exclude(number=aside).order_by("number").first()
            if oldest is None:
                raise
            _remove(oldest)


def trim(source: Source) -> None:
    """Delete the oldest of more versions than are kept; the source was saved before."""
    too_many = _kept(source).filter(is_waiting=False).order_by("-number")[settings.SOURCE_VERSIONS :]
    for each in list(too_many):
        _remove(each)


def forget_files(files: Iterable[Any]) -> None:
    """Delete files that no source and no version has any more: reading anew leaves two versions with one file."""
    for each in files:
        used = Q(file=each) | Q(parquet=each)
        if not SourceVersion.objects.filter(used).exists() and not Source.objects.filter(used | Q(upload=each)).exists():
            each.delete()


def _remove(version: SourceVersion) -> None:
    files = version.files
    version.delete()
    forget_files(files)


def _take_back(source: Source) -> None:
    source.choose(source.read_with)
    source.save(update_fields=["pins", "sheet"])
    if source.is_fetched:
        soon.test_soon(source)


def _kept(source: Source):
    return SourceVersion.objects.select_related("file", "parquet").filter(source=source)


def _version(source: Source, number: int) -> SourceVersion:
    found = _kept(source).select_related("brought_by").filter(number=number).first()
    if found is None:
        raise NotFound(f"{source.name} has no version {number} any more, or it is the one in use.")
    return found
