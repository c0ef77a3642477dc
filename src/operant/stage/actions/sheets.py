import re

from operant.panel.accounts.models import Person
from operant.panel.organizations import queries as organizations
from operant.platform.events import announce
from operant.platform.refusals import Invalid, Refusal

from .. import events
from ..models import Source
from ..naming import LONGEST as LONGEST_NAME
from ..naming import name_of_file, numbered
from . import source_versions, sources

LONGEST = 255


def choose_sheet(*, source: Source, sheet: str, by: Person) -> Source:
    """
    This function will have a sheet of a workbook read in place of another, or the first one where none is named; it stays for
    later files. A source that has a number because another one is called like the file is called after the sheet instead.

    :raises Refusal: when the source is no workbook that was read.
    :raises Invalid: when there is no such sheet.
    """
    source = source_versions.locked(source.pk)
    if not source.has_sheets:
        raise Refusal(f"{source.name} is no workbook with several sheets, so there is none to choose.")
    if sheet and sheet not in source.sheets_to_choose:
        raise Invalid(f"{source.name} has no sheet “{sheet[:60]}”.")
    if len(sheet) > LONGEST:
        raise Invalid(f"The name of that sheet has more than {LONGEST} characters. Shorten it and upload the file again.")
    if sheet == source.sheet:
        return source
    before, source.sheet = source.sheet, sheet
    if source.upload is None:
        source.upload, source.uploaded_by = source.file, organizations.person_of(by)
    if sheet:
        sources.rename_source(source=source, name=_called_after(source, before))
    announce(
        events.SourceSheetChosen(
            source_id=source.public_id, name=source.name, sheet=sheet or "the first one", chosen_by=by.name
        ),
        about=source,
    )
    sources.read_soon(source)
    return source


def _called_after(source: Source, before: str) -> str:
    file = name_of_file(source.upload.name)
    if not re.fullmatch(rf"{re.escape(file)}( \d+|: {re.escape(before)})", source.name):
        return source.name
    taken = set(Source.objects.exclude(pk=source.pk).values_list("name", flat=True))
    return numbered(f"{file}: {source.sheet}", taken, later=" {}", longest=LONGEST_NAME)
