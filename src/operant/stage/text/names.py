"""What queries and widgets are called in a text, in place of ids that say nothing."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from ..naming import numbered

LONGEST = 40
# What the editor and proposals call things: a letter and a number.
_MADE = re.compile(r"[a-z]\d{1,6}")


def of(parts: Iterable[dict[str, Any]], kind: str = "query") -> dict[str, str]:
    """Return a name for each of these queries or widgets, by id: the id itself where somebody chose it."""
    parts = list(parts)
    made = {part["id"]: part["id"] for part in parts if not _MADE.fullmatch(part["id"])}
    for part in parts:
        if part["id"] not in made:
            said = _plain(part.get("title") or part.get("name") or "") or part.get("kind", kind)
            made[part["id"]] = free(said, set(made.values()))
    return {part["id"]: made[part["id"]] for part in parts}


def ids(names: Iterable[str], known: dict[str, str]) -> dict[str, str]:
    """Return an id for each name: the known one, and for a new name itself where that is free."""
    names, by_name = list(names), {name: key for key, name in known.items()}
    made = {name: by_name[name] for name in names if name in by_name}
    for name in names:
        if name not in made:
            taken = set(made.values())
            made[name] = free(name, taken) if name in taken else name
    return made


def free(name: str, taken: set[str]) -> str:
    """Return a name, or one with a number behind it, that is not taken."""
    return numbered(name, taken, later="-{}", longest=LONGEST)


def says(query: dict[str, Any], saved: dict[str, Any]) -> bool:
    """Say whether a query of a document uses this saved one as it is; values of its parameters may differ."""
    if query.get("saved") != saved["saved"]:
        return False
    one, other = ({name: value for name, value in each.items() if name not in ("id", "parameters")} for each in (query, saved))
    return one == other


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST].strip("-")
