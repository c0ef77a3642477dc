from collections.abc import Mapping

from operant.panel.accounts.models import Person
from operant.panel.organizations import queries as organizations
from operant.platform.events import announce
from operant.platform.refusals import Invalid, Refusal

from .. import events, pins
from ..models import Source
from . import source_versions, sources
from .connections import ask_for_test


def pin_columns(*, source: Source, types: Mapping[str, str], by: Person, adds: bool = False) -> Source:
    """
    This function will keep what people say that columns are, by name, and have the source read anew; it stays for later files.

    Columns that are not named are read as they come, or where it only `adds`, as was said of them before.

    :raises Refusal: when types of this source are not found out by reading.
    :raises Invalid: when there is no such column or type.
    """
    if not source.takes_pins or not source.has_data:
        raise Refusal(f"The types of {source.name} are not found out by reading a file, so none can be set.")
    # A newer file may have come since its caller read it: it is that which is read with these types.
    source = source_versions.locked(source.pk)
    types = {**source.pins, **types} if adds else types
    given = {name: kind for name, kind in types.items() if kind}
    _check(source, given)
    if given == source.pins:
        return source
    source.pins = given
    source.save(update_fields=["pins"])
    told = ", ".join(f"{name}: {pins.LABELS[kind].lower()}" for name, kind in given.items()) or "as they come"
    announce(
        events.SourcePinned(source_id=source.public_id, name=source.name, types=told[:500], pinned_by=by.name), about=source
    )
    if source.is_fetched:
        return ask_for_test(source=source)
    if source.upload is None:
        source.upload, source.uploaded_by = source.file, organizations.person_of(by)
    sources.read_soon(source)
    return source


def _check(source: Source, given: Mapping[str, str]) -> None:
    known = {each["name"] for each in source.columns} | source.pins.keys()
    for name, kind in given.items():
        if name not in known:
            raise Invalid(f"{source.name} has no column {name[:60]}.")
        if kind not in pins.LABELS:
            raise Invalid(f"{name} cannot be {kind[:20]}: choose one of {', '.join(pins.LABELS)}.")
