"""Widgets that come through somebody's clipboard, perhaps from another organization, perhaps changed on the way."""

from typing import Any

from operant.platform.refusals import Invalid

from . import document as documents
from . import ids, pictures, saved
from .models import Source

LARGEST_GRID = {"columns": 60, "rows": 60}


def read(raw: dict[str, Any]) -> dict[str, Any]:
    """
    Return the variables, queries and widgets of a clipping, as a document would keep them.

    :raises Invalid: when it is no clipping, breaks a bound, or asks a source that this organization does not have.
    """
    if raw.get("operant") != "widgets" or raw.get("format") != 1:
        raise Invalid("The clipboard holds no widgets that can be read here. Nothing was pasted.")
    parts = {"variables": raw.get("variables", []), "queries": raw.get("queries"), "widgets": raw.get("widgets")}
    document = {"format": 1, "title": "", "grid": LARGEST_GRID, **parts}
    try:
        found = saved.brought(documents.parse(document).as_sent())
    except documents.InvalidDocument as refused:
        wrong = refused.details["fields"][0]
        why = f"{wrong['path']}: {wrong['message']}"
        raise Invalid(f"The widgets in the clipboard were changed: {why} Nothing was pasted.") from None
    _refuse_foreign(found["queries"], raw.get("sources"))
    if pictures.missing(found):
        raise Invalid("These widgets show a picture that this organization does not have. Nothing was pasted. Upload it here.")
    return {"variables": found.get("variables", []), "queries": found["queries"], "widgets": found["widgets"]}


def _refuse_foreign(queries: list[dict[str, Any]], named: Any) -> None:
    keys = {each: ids.source_key(each) for each in {query["source"] for query in queries} - {""}}
    here = set(Source.objects.filter(pk__in=[key for key in keys.values() if key]).values_list("pk", flat=True))
    foreign = sorted(public for public, key in keys.items() if key not in here)
    if not foreign:
        return
    listed = [each for each in named if isinstance(each, dict)] if isinstance(named, list) else []
    said = {each["id"]: each.get("name") for each in listed if isinstance(each.get("id"), str)}
    words = " and ".join(f"“{str(said.get(each) or each)[:120]}”" for each in foreign)
    ask = "a data source" if len(foreign) == 1 else "data sources"
    raise Invalid(
        f"These widgets ask {words}, {ask} that this organization does not have. Nothing was pasted. "
        "Copy them within one organization, or copy the texts alone."
    )
