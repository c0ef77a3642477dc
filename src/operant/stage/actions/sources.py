from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from operant.panel.accounts.models import Person
from operant.panel.organizations import queries as organizations
from operant.platform import clock, files
from operant.platform.events import announce
from operant.platform.files.sandbox import Converted, Listed
from operant.platform.refusals import Invalid, Refusal

from .. import events, queries, saved, schemas
from ..breaking import NOTHING, Found
from ..kinds import UPLOADED_DATABASE
from ..models import MOST_READINGS, Result, Source, SourceVersion, Use
from ..naming import LONGEST, clean, name_of_file, numbered, table_name
from . import source_versions, watching
from .tables import put_table

DEADLY = "Reading this file stopped the server's worker several times, so it was given up."
_OTHER = {
    True: "A database can be replaced by a database only. Upload this file as a data source of its own.",
    False: "This is a database of tables of its own, which queries here do not know. Upload it as a data source of its own.",
}


@dataclass(frozen=True)
class Reading:
    """One attempt at reading an uploaded file into a table; `known` are the types of columns before, by name."""

    source_id: UUID
    file_id: UUID
    path: Path
    kind: str
    choices: dict[str, Any]
    attempt: int
    known: dict[str, str]


def upload(*, upload: Any, file_name: str, by: Person, kind: str = "upload") -> Source:
    """
    This function will keep an uploaded file as a new data source and have it read soon.

    :raises Invalid: when the file is too large, over the quota, or not a table.
    """
    file = files.store(upload, name=file_name)
    names = set(Source.objects.values_list("name", flat=True))
    name = numbered(name_of_file(file.name), names, later=" {}", longest=LONGEST)
    kind = UPLOADED_DATABASE if file.kind == UPLOADED_DATABASE else kind
    taken = set(Source.objects.values_list("table_name", flat=True))
    source = Source.objects.create(
        name=name, kind=kind, table_name=table_name(name, taken), upload=file, created_by=organizations.person_of(by),
        uploaded_by=organizations.person_of(by), due_at=clock.now(),
    )
    _announce_upload(source, by)
    return source


def replace_file(*, source: Source, upload: Any, file_name: str, by: Person) -> Source:
    """
    This function will have another file read in place of a source's; what is there stays until that worked.

    :raises Invalid: when the file is too large, over the quota, or not a table; or a database in a table's place.
    :raises Refusal: when the source is no file.
    """
    if source.noun != "file":
        raise Refusal(f"{source.name} is no uploaded file, so none can take its place.")
    # Before it is locked: a large file takes its time, and whoever reads the source goes on meanwhile.
    newer = files.store(upload, name=file_name)
    if (newer.kind == UPLOADED_DATABASE) != source.is_uploaded_database:
        raise Invalid(_OTHER[source.is_uploaded_database])
    source = source_versions.locked(source.pk)
    before, source.upload = source.upload, newer
    source.uploaded_by = organizations.person_of(by)
    read_soon(source)
    source_versions.forget_files([before] if before else [])
    _announce_upload(source, by)
    return source


def read_soon(source: Source) -> None:
    """Have what was uploaded to a source that is locked read as soon as a worker has time; what is there stays until then."""
    source.state, source.error, source.readings, source.offered = Source.State.CONVERTING, "", 0, []
    source.due_at, source.leased_until = clock.now(), None
    source.save(update_fields=[
        "upload", "uploaded_by", "pins", "sheet", "offered", "state", "error", "readings", "due_at", "leased_until",
    ])  # fmt: skip


def begin_reading(*, source_id: UUID) -> Reading | None:
    """This function will take up the reading of an uploaded file, or return None when there is nothing to read."""
    source = _locked(source_id)
    if source is None or source.due_at is None or source.upload is None:
        return None
    source.readings += 1
    source.save(update_fields=["readings"])
    if source.readings > MOST_READINGS:
        _reject(source, DEADLY)
        return None
    upload = source.upload
    return Reading(
        source.pk, source.upload_id, upload.path, upload.kind, source.choices, source.readings, source.known_types
    )


def give_back_reading(*, reading: Reading) -> None:
    """This function will give back the reading of a file, as if it had not been begun: the worker stops meanwhile."""
    source = _current(reading)
    if source is None:
        return
    source.readings, source.leased_until, source.due_at = source.readings - 1, None, clock.now()
    source.save(update_fields=["readings", "leased_until", "due_at"])


def may_break(*, reading: Reading, found: Converted | Listed) -> Source | None:
    """This function will return the source if queries of what is there may not work with what was read: its columns changed."""
    source = _current(reading)
    if source is None or not source.has_data:
        return None
    listing = found.tables if isinstance(found, Listed) else []
    columns = [vars(each) for each in found.columns] if isinstance(found, Converted) else []
    before = schemas.types(source.columns, source.listing)
    return source if schemas.difference(before, schemas.types(columns, listing)).may_break else None


def finish_reading(*, reading: Reading, found: Converted | Listed, breaks: Found = NOTHING) -> None:
    """
    This function will put what was read in place of the data before, which is kept, and have everything asked again.

    Where something that is shown `breaks`, or not everything could be asked, what was read waits for somebody to decide, and the
    data before stays in use.
    """
    source = _current(reading)
    if source is None:
        return
    if breaks.holds_back:
        _hold_back(source, found, breaks)
        return
    if source.has_data:
        source_versions.set_aside(source)
        source.versions += 1
        source.number = source.versions
        source.kept.filter(is_waiting=True).update(is_waiting=False)
    if isinstance(found, Listed):
        source.listing, source.rows = found.tables, sum(each["rows"] or 0 for each in found.tables)
    else:
        put_table(source, found)
        source.sheets = found.sheets
    source.read_with = reading.choices
    source.file, source.upload, source.warnings = source.upload, None, found.warnings
    source.brought_by = source.uploaded_by
    source.state, source.error, source.read_at = Source.State.READY, "", clock.now()
    source.readings, source.due_at, source.leased_until = 0, None, None
    source.save()
    source_versions.trim(source)
    watching.ask_again(source=source)
    announce(
        events.SourceConverted(source_id=source.public_id, name=source.name, rows=source.rows), about=source
    )


def _hold_back(source: Source, found: Converted | Listed, breaks: Found) -> None:
    made = source_versions.hold_back(source, found, is_unsure=not breaks.breaks)
    source.upload, source.state, source.error = None, Source.State.READY, ""
    source.readings, source.due_at, source.leased_until = 0, None, None
    source.save()
    source_versions.trim(source)
    watching.ask_again(source=source)
    announce(
        events.SourceVersionWaits(source_id=source.public_id, name=source.name, number=made.number, why=breaks.why),
        about=source,
    )


def reject_file(*, reading: Reading, reason: str, sheets: Sequence[str] = ()) -> None:
    """
    This function will say why a file could not be read; the file and any data before stay.

    Where it lacks the sheet that was chosen, `sheets` are those that may be chosen instead.
    """
    source = _current(reading)
    if source is not None:
        _reject(source, reason, sheets)


def rename_source(*, source: Source, name: str) -> Source:
    """
    This function will give a data source another name; queries keep naming its table.

    :raises Invalid: when the name is blank.
    """
    before, source.name = source.name, clean(name, "A data source")
    if before != source.name:
        source.save(update_fields=["name"])
        announce(
            events.SourceRenamed(source_id=source.public_id, before=before, name=source.name), about=source
        )
    return source


def delete_source(*, source: Source) -> None:
    """
    This function will delete a data source with its files, or its connection; a database stays as it is.

    :raises Refusal: when a dashboard, an extract or a saved query reads it; the sentence names which.
    """
    reading = queries.dashboards_reading(source)
    if reading:
        names = _listed(reading)
        raise Refusal(f"{source.name} is read by {names}. Delete those dashboards or their queries first.")
    if made := [each.source for each in queries.extracts_of(source)]:
        raise Refusal(f"{source.name} is what extracts are made of: {_listed(made)}. Delete those first.")
    if asking := saved.asking(source.pk):
        raise Refusal(f"{source.name} is asked by saved queries: {_listed(asking)}. Delete or change those first.")
    announce(events.SourceDeleted(source_id=source.public_id, name=source.name), about=source)
    earlier = list(SourceVersion.objects.select_related("file", "parquet").filter(source=source))
    of_versions = [file for version in earlier for file in version.files]
    kept = {each.pk: each for each in (source.upload, source.file, source.parquet, *of_versions) if each}
    # What deleted dashboards read is forgotten with it; brought back, they say that their data is gone.
    Use.objects.filter(source=source).delete()
    Result.objects.filter(source=source).delete()
    connection = source.connection
    _delete_row(source)
    for each in [*kept.values(), *([connection] if connection else [])]:
        each.delete()


def _listed(found: Sequence[Any]) -> str:
    return ", ".join(each.name for each in found[:5]) + (" and others" if len(found) > 5 else "")


def _delete_row(source: Source) -> None:
    name = source.name
    try:
        with transaction.atomic():
            source.delete()
            connection.check_constraints()  # at the end of the transaction nobody could say it any more
    except IntegrityError:
        raise Refusal(f"{name} was put into a dashboard or an extract just now, so it was not deleted.") from None


def _reject(source: Source, reason: str, sheets: Sequence[str] = ()) -> None:
    source.state, source.error, source.offered = Source.State.FAILED, reason, list(sheets)
    source.readings, source.due_at, source.leased_until = 0, None, None
    source.save(update_fields=["state", "error", "offered", "readings", "due_at", "leased_until"])
    watching.ask_again(source=source)
    announce(
        events.SourceRejected(source_id=source.public_id, name=source.name, reason=reason), about=source
    )


def _current(reading: Reading) -> Source | None:
    """Return the source if it still waits for this reading: a newer upload, choice or attempt overtakes an older one."""
    source = _locked(reading.source_id)
    wanted = reading.file_id, reading.choices, reading.attempt
    return source if source and (source.upload_id, source.choices, source.readings) == wanted else None


def _locked(source_id: UUID) -> Source | None:
    rows = Source.objects.select_related("upload", "file", "parquet").filter(pk=source_id)
    return rows.select_for_update(of=("self",)).first()


def _announce_upload(source: Source, by: Person) -> None:
    announce(
        events.SourceUploaded(
            source_id=source.public_id, name=source.name, file=source.upload.name, uploaded_by=by.name
        ),
        about=source,
    )
