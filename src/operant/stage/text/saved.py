"""From text to a saved query, or to sentences that say what is wrong, on which line."""

import re
from collections.abc import Callable
from typing import Any

from operant.platform.refusals import Refusal

from ..document import InvalidDocument
from .reading import InvalidText, mistake
from .tree import Path, Tree, Unreadable

_FIRST = re.compile(r"^saved_query:", re.MULTILINE)
_BEGINS = "A saved query as text begins with “format: 1” and “saved_query:”, its name."


def is_saved(text: str) -> bool:
    """Say whether a text is one of a saved query, and none of a dashboard."""
    return _FIRST.search(text) is not None


def read_saved(text: str, labels: dict[str, str], keep: Callable[[dict[str, Any], str], Any]) -> Any:
    """
    Return what `keep` makes of the saved query that a text says and of its description.

    `labels` has what each source is called by its public id. `keep` may raise `InvalidDocument` and other refusals.

    :raises InvalidText: with a line, a path and a sentence for each thing that is wrong.
    """
    try:
        tree = Tree(text)
    except Unreadable as error:
        raise InvalidText([mistake(error.line, error.path, error.sentence)]) from None

    def wrong(path: Path, message: str) -> InvalidText:
        return InvalidText([mistake(tree.line(path), path, message)])

    top = tree.value
    if not isinstance(top, dict) or top.get("format") != 1 or "saved_query" not in top:
        raise wrong((), _BEGINS)
    description = top.get("description", "")
    if not isinstance(description, str):
        raise wrong(("description",), "This must be text. Put it in quotes.")
    sources = {label: key for key, label in labels.items()} | {key: key for key in labels}
    source = top.get("source")
    if not isinstance(source, str) or source not in sources:
        raise wrong(("source",), f"There is no data source called “{str(source)[:120]}” here.")
    rest = {name: value for name, value in top.items() if name not in ("format", "saved_query", "description")}
    try:
        return keep({**rest, "name": top["saved_query"], "source": sources[source]}, description)
    except InvalidDocument as error:
        fields = [(tuple(each["path"].split(".")), each["message"]) for each in error.details["fields"]]
        raise InvalidText([mistake(tree.line(path), path, message) for path, message in fields]) from None
    except InvalidText:
        raise
    except Refusal as refused:
        raise wrong(("saved_query",), refused.sentence) from None
