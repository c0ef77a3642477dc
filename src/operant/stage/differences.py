"""What is different between two documents, in words that people read; pure."""

from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, Literal

from .document import shape

MOST_LINES = 400
"""Longer texts are shown whole, one after the other: comparing lines takes the square of their number."""
NOTHING = "none"
_WORDS = {
    "sql": "SQL", "refresh_seconds": "Refreshed every", "x": "Horizontal axis", "y": "Figures", "value": "Figure",
    "compare": "Compared with", "choices_from": "Choices from", "goal": "Good news", "area": "Filled area", "box": "Size",
    "size": "Size of the text", "along": "Course along", "since": "Its own history", "low": "Low end", "high": "High end",
    "target_column": "Target from", "rules": "Good, warning and bad", "saved": "Uses a saved query", "order": "First comes",
    "hole": "Ring",
}  # fmt: skip
_WITH_LINES = {"sql", "text"}


@dataclass(frozen=True)
class Line:
    """One line of a text: `+` where it came, `-` where it went, otherwise a space."""

    mark: Literal["+", "-", " "]
    text: str


@dataclass(frozen=True)
class Property:
    """One thing that is different. Texts have `lines`, in place of what stood there before and stands there after."""

    name: str
    before: str = ""
    after: str = ""
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Change:
    """What became of one part of a dashboard: `verbs` of added, removed, moved, resized and changed."""

    part: Literal["grid", "variable", "query", "widget"]
    id: str
    name: str
    verbs: tuple[str, ...]
    properties: tuple[Property, ...] = field(default=())

    @property
    def word(self) -> str:
        """All of it in a few words: “Moved, changed”."""
        return ", ".join(self.verbs).capitalize()


def between(before: dict[str, Any], after: dict[str, Any], sources: dict[str, str]) -> list[Change]:
    """
    Return what is different: the grid first, then widgets, variables and queries, each in the order of the later document.

    `sources` has the names of data sources by public id. The title is only a name, and no difference.
    """
    one, other = (shape.Document.model_validate(each).model_dump(mode="json") for each in (before, after))
    queries = _parts("query", _queries(one, sources), _queries(other, sources))
    touched = {each.id for each in queries if each.verbs == ("changed",) and _shows(each)}
    widgets = _parts("widget", _widgets(one, touched=set()), _widgets(other, touched))
    variables = _parts("variable", _variables(one), _variables(other))
    return [*_grid(one["grid"], other["grid"]), *widgets, *variables, *queries]


def _shows(query: Change) -> bool:
    # How often it is asked, and what it is called, cannot be seen on a wall.
    return any(each.name in ("SQL", "Source", "Units") for each in query.properties)


def _grid(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    sizes = [f"{each['columns']} × {each['rows']}" for each in (before, after)]
    return [] if before == after else [Change("grid", "grid", "The grid", ("changed",), (Property("Cells", *sizes),))]


def _queries(document: dict[str, Any], sources: dict[str, str]) -> dict[str, dict[str, Any]]:
    return {
        each["id"]: {
            "name": each["name"], "source": sources.get(each["source"], each["source"]), "sql": each["sql"],
            "refresh_seconds": f"{each['refresh_seconds']} s",
            "steps": [_said(one) for one in each["steps"]],
            "parameters": [_given(one) for one in each["parameters"]],
            "units": [_unit(one) for one in each["columns"]], "saved": bool(each["saved"]),
        }
        for each in document["queries"]
    }  # fmt: skip


def _variables(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    names = {each["id"]: each["name"] or each["id"] for each in document["queries"]}
    return {
        each["name"]: {**each, "name": each["label"] or each["name"], **_offered(each, names)} for each in document["variables"]
    }


def _offered(variable: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    source = variable.get("choices_from")
    return {"choices_from": source and f"{source['column']} of {names[source['query']]}"} if "choices_from" in variable else {}


def _said(step: dict[str, Any]) -> str:
    """Return a step in a line: “top: column revenue, count 3, order highest”."""
    return f"{step['kind']}: " + ", ".join(f"{name} {_flatly(value)}" for name, value in step.items() if name != "kind")


def _flatly(value: Any) -> str:
    if isinstance(value, list):
        return "(" + "; ".join(map(_flatly, value)) + ")"
    return " ".join(str(each) for each in value.values() if each) if isinstance(value, dict) else str(value)


def _unit(column: dict[str, Any]) -> str:
    """Return what a query says of a column in a line: “revenue: format currency, currency EUR”."""
    usual = shape.QueryColumn(column="").model_dump(mode="json")
    said = [f"{name} {_flatly(value)}" for name, value in column.items() if name != "column" and value != usual[name]]
    return f"{column['column']}: {', '.join(said) or 'number'}"


def _given(parameter: dict[str, Any]) -> str:
    if parameter["type"] == "variable":
        return f"{parameter['name']} = what {parameter['variable']} is set to"
    value = parameter["value"]
    text = ", ".join(map(str, value)) if isinstance(value, list) else "NULL" if value is None else str(value)
    return f"{parameter['name']} = {text} ({parameter['type']})"


def _widgets(document: dict[str, Any], touched: set[str]) -> dict[str, dict[str, Any]]:
    asked = {each["id"]: each["name"] or each["id"] for each in document["queries"]}
    return {
        each["id"]: {
            "kind": each["kind"], "title": each["title"],
            "place": f"column {each['x'] + 1}, row {each['y'] + 1}", "box": f"{each['w']} × {each['h']}",
            "query": asked.get(each["query"], "") + (", changed" if each["query"] in touched else ""),
            **_flat(each["options"]),
        }
        for each in document["widgets"]
    }  # fmt: skip


def _flat(options: dict[str, Any]) -> dict[str, Any]:
    """Return options as one level: of a list of columns their names, and what is chosen for each."""
    made: dict[str, Any] = {}
    for name, value in options.items():
        if name == "columns":
            made[name] = [each["column"] for each in value]
            made |= {
                f"{each['column']}: {_worded(key).lower()}": _ruled(chosen) if key == "rules" else chosen
                for each in value for key, chosen in each.items() if key != "column"
            }  # fmt: skip
        else:
            made[name] = _ruled(value) if name == "rules" else value
    return made


def _ruled(rules: list[dict[str, Any]]) -> str:
    """Return rules in words: “at least 90: good; below 75: bad (Too low)”."""
    words = {"at_least": "at least", "below": "below", "is": "is"}
    return "; ".join(
        f"{words[each['when']]} {each['value']}: {each['role']}{' (' + each['label'] + ')' if each['label'] else ''}"
        for each in rules
    )


def _parts(part: Any, before: dict[str, dict], after: dict[str, dict]) -> list[Change]:
    found = []
    for key, now in after.items():
        if key not in before:
            found.append(Change(part, key, _name(now, key), ("added",)))
        elif properties := _properties(before[key], now):
            found.append(Change(part, key, _name(now, key), _verbs(properties), properties))
    gone = [Change(part, key, _name(was, key), ("removed",)) for key, was in before.items() if key not in after]
    return found + gone


def _name(part: dict[str, Any], key: str) -> str:
    return part.get("title") or part.get("name") or (f"{part['kind']} without a title".capitalize() if "kind" in part else key)


def _verbs(properties: tuple[Property, ...]) -> tuple[str, ...]:
    names = {each.name for each in properties}
    verbs = [verb for verb, name in (("moved", "Place"), ("resized", "Size")) if name in names]
    return (*verbs, "changed") if names - {"Place", "Size"} else tuple(verbs)


def _properties(before: dict[str, Any], after: dict[str, Any]) -> tuple[Property, ...]:
    # Columns that came or went are named already; what is chosen for them says nothing more.
    names = [each for each in after if each in before]
    if before.get("kind") != after.get("kind"):
        # What can be chosen for one kind says nothing of another.
        names = ["kind", "title", "place", "box", "query"]
    different = [name for name in names if before.get(name) != after.get(name)]
    return tuple(_property(name, before.get(name), after.get(name)) for name in different)


def _property(name: str, before: Any, after: Any) -> Property:
    if name in _WITH_LINES:
        return Property(_worded(name), lines=tuple(_lines(str(before or ""), str(after or ""))))
    return Property(_worded(name), _written(before), _written(after))


def _worded(name: str) -> str:
    return name if ": " in name else _WORDS.get(name) or name[:1].upper() + name[1:].replace("_", " ")


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
    return text or NOTHING


def _lines(before: str, after: str) -> list[Line]:
    one, other = before.splitlines(), after.splitlines()
    if max(len(one), len(other)) > MOST_LINES:
        return [*(Line("-", each) for each in one), *(Line("+", each) for each in other)]
    found: list[Line] = []
    for verb, start, end, begin, stop in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if verb == "equal":
            found += [Line(" ", each) for each in one[start:end]]
        else:
            found += [Line("-", each) for each in one[start:end]]
            found += [Line("+", each) for each in other[begin:stop]]
    return found
