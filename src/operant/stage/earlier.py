"""The versions of a source, as pages and programs read them: the one in use, earlier ones, and one that waits."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from operant.panel.accounts.models import Person
from operant.platform.refusals import NotFound

from . import engine, schemas
from .models import Source, SourceVersion


@dataclass(frozen=True)
class Line:
    """
    One version: the file that was read or None for rows of programs, what its columns changed against the one before, and why it
    waits, if it does.
    """

    number: int
    state: Literal["in_use", "kept", "waiting"]
    file: str | None
    rows: int
    bytes: int
    read_at: datetime | None
    by: Person | None
    changes: list[str]
    why: str | None = None


def versions(source: Source) -> list[Line]:
    """Return the versions of a source that there are, newest first; none before it was read."""
    kept = list(_kept(source))
    if not source.has_data or not (source.keeps_versions or kept):
        return []
    found: list[Source | SourceVersion] = [source, *kept]
    found.sort(key=lambda each: each.number)
    before = [None, *found[:-1]]
    return [_line(each, earlier) for each, earlier in zip(found, before, strict=True)][::-1]


def waiting(source: Source) -> SourceVersion | None:
    """Return the version that was read and waits for somebody to decide."""
    return _kept(source).filter(is_waiting=True).first()


def version(source: Source, number: int) -> SourceVersion:
    """
    Return a version of a source that is not in use.

    :raises NotFound: when there is none of this number.
    """
    found = _kept(source).filter(number=number).first()
    if found is None:
        raise NotFound(f"{source.name} has no version {number} any more, or it is the one in use.")
    return found


def change(source: Source, to: SourceVersion) -> schemas.Difference:
    """Return what of the columns changes when a version is put to use."""
    return schemas.difference(_types(source), _types(to))


def place(source: Source, of: SourceVersion) -> engine.Place:
    """Return where queries would be asked with a version in use."""
    if source.is_uploaded_database:
        return engine.DatabaseFile(Path(of.file.path))
    return engine.FileTable(source.table_name, Path(of.parquet.path))


def line(source: Source, number: int) -> Line:
    """
    Return one version as it stands in the list.

    :raises NotFound: when there is none of this number.
    """
    found = next((each for each in versions(source) if each.number == number), None)
    if found is None:
        raise NotFound(f"{source.name} has no version {number} any more.")
    return found


def _line(each: Source | SourceVersion, before: Source | SourceVersion | None) -> Line:
    state = "in_use" if isinstance(each, Source) else "waiting" if each.is_waiting else "kept"
    size = (each.file or each.parquet).size
    by = each.bringer if isinstance(each, Source) else each.brought_by
    changes = schemas.difference(_types(before), _types(each)).sentences if before else []
    why = None if isinstance(each, Source) else each.why
    return Line(each.number, state, each.file and each.file.name, each.rows, size, each.read_at, by, changes, why)


def _types(of: Any) -> schemas.Types:
    return schemas.types(of.columns, of.listing)


def _kept(source: Source):
    return SourceVersion.objects.select_related("file", "parquet", "brought_by").filter(source=source).order_by("-number")
