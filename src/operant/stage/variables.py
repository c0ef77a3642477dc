"""
What the variables of a dashboard are set to. Pure: from what people and programs say to values that queries are asked with.

What was set once may not fit any more after the next publication: `holding` leaves it out, and the default holds. What
somebody sets now is `checked`, and refused with a sentence.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from django.http import QueryDict
from pydantic import Field, TypeAdapter, ValidationError

from operant.platform.refusals import Invalid

from .document.parameters import Broken, Day, Name, Whole
from .document.values import Storable
from .document.variables import ALL, LONGEST_SET, LONGEST_TOGETHER, MOST_CHOICES, Numbers, Word, Words

# One screen may keep what several dashboards take.
MOST_SET = 30

Values = Mapping[str, Any]
VariableName = Name
Said = Annotated[str, Field(max_length=LONGEST_SET), Storable] | Whole | Broken | bool
Settings = Annotated[dict[Name, Said | Annotated[list[Said], Field(max_length=MOST_CHOICES)]], Field(max_length=MOST_SET)]
NONE: Values = {}
ADDRESSED = "var-"
_FITTING: dict[str, TypeAdapter[Any]] = {
    "text": TypeAdapter(Word), "number": TypeAdapter(Whole | Broken), "date": TypeAdapter(Day), "boolean": TypeAdapter(bool),
    "texts": TypeAdapter(Words), "numbers": TypeAdapter(Numbers),
}  # fmt: skip
# What takes several values: of which type each of them is.
_EACH = {"texts": "text", "numbers": "number"}
_EXPECTED = {
    "text": f"is a text of 1 to {LONGEST_SET} characters", "number": "is a number, like 12 or 0.5",
    "date": "is a day, like 2026-01-31", "boolean": "is yes or no",
    "texts": f"takes texts of 1 to {LONGEST_SET} characters, {LONGEST_TOGETHER} with all of them",
    "numbers": "takes numbers, like 12 or 0.5",
}  # fmt: skip
_SPELLED = {"yes": True, "true": True, "no": False, "false": False}


@dataclass(frozen=True)
class Variable:
    """A variable as people see it. `choices` are all it takes; None where it takes whatever is of its type."""

    name: str
    label: str
    type: str
    default: Any
    choices: tuple[Any, ...] | None = None

    @property
    def title(self) -> str:
        """What it is called on pages."""
        return self.label or self.name

    @property
    def is_several(self) -> bool:
        """Whether it takes several values at once; none of them are all."""
        return self.type in _EACH


def declared(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the variables of a document."""
    return document.get("variables", [])


def holding(document: dict[str, Any], values: Values) -> dict[str, Any]:
    """Return those of these values that a document's variables take and that are other than their defaults."""
    said = {each["name"]: (each, _held(each, values[each["name"]])) for each in declared(document) if each["name"] in values}
    return {
        name: value for name, (each, value) in said.items() if _takes(each, value) and value != _ordered(each["default"])
    }  # fmt: skip


def given(document: dict[str, Any], parameters: Iterable[dict[str, Any]], values: Values) -> list[dict[str, Any]]:
    """Return the parameters of a query with the values that the document's variables have now."""
    known = {each["name"]: each for each in declared(document)}
    held = holding(document, values)
    return [_bound(each, known, held) if each["type"] == "variable" else each for each in parameters]


def varying(parameters: Iterable[dict[str, Any]]) -> set[str]:
    """Return the names of the parameters that variables set."""
    return {each["name"] for each in parameters if each["type"] == "variable"}


def defaults(document: dict[str, Any], query: dict[str, Any]) -> str:
    """Return the defaults that a query is asked with, in words: “Region North”. Nothing where no variable changes it."""
    named = {each["variable"] for each in query.get("parameters", []) if each["type"] == "variable"}
    mine = [each for each in declared(document) if each["name"] in named]
    return ", ".join(f"{each['label'] or each['name']} {written(each['default']) or '(any)'}" for each in mine)


def choices_of(variable: dict[str, Any], columns: Sequence[dict[str, Any]], rows: Sequence[Sequence[Any]]) -> tuple[Any, ...]:
    """Return what an answer offers for a variable whose choices come from one of its columns."""
    name = variable["choices_from"]["column"]
    at = next((number for number, column in enumerate(columns) if column["name"] == name), None)
    kind = _EACH.get(variable["type"], variable["type"])
    read = [_read(kind, row[at]) for row in rows] if at is not None else []
    refused = {None, ALL} if variable["type"] in _EACH else {None}
    return tuple(dict.fromkeys(each for each in read if each not in refused))[:MOST_CHOICES]


def checked(variables: Iterable[Variable], said: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return the values that somebody sets, texts among them read as what the variable takes. Empty ones set nothing.

    :raises Invalid: with a sentence for the first that cannot be.
    """
    known = {each.name: each for each in variables}
    for name in said:
        if name not in known:
            raise Invalid(f"There is no variable called {name[:40]} here.")
    return {name: taken(known[name], value) for name, value in said.items() if value is not None and value != ""}


def taken(variable: Variable, value: Any) -> Any:
    """
    Return a value that somebody sets a variable to.

    :raises Invalid: when it is of another type, or none of its choices.
    """
    if variable.is_several:
        return _several(variable, value)
    read = _read(variable.type, value)
    if read is None:
        raise Invalid(f"{variable.title} {_EXPECTED[variable.type]}.")
    if variable.choices is not None and read not in variable.choices:
        raise Invalid(f"{variable.title} has no choice “{str(value)[:60]}”.")
    return read


def addressed(query: QueryDict) -> dict[str, str | list[str]]:
    """Return what an address sets: `?var-region=North`, and of several `?var-region=North&var-region=South`."""
    said = {name: [each for each in query.getlist(name) if each] for name in query if name.startswith(ADDRESSED)}
    return {name[len(ADDRESSED) :]: values if len(values) > 1 else "".join(values) for name, values in said.items()}


def spelled(value: Any) -> str | list[str]:
    """Return a value as addresses and forms have it: one text, or a list of them for what takes several."""
    return [written(each) for each in value] or [ALL] if isinstance(value, list) else written(value)


def written(value: Any) -> str:
    """Return a value in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "all"
    return "" if value is None else str(value)


def said(values: Values) -> str:
    """Return values in words: “region North, year 2026”."""
    return ", ".join(f"{name} {written(value)}" for name, value in values.items())


def as_text(values: Values) -> str:
    """Return values as they are kept beside a screen: always the same for the same values, and nothing for none."""
    return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":")) if values else ""


def from_text(text: str) -> dict[str, Any]:
    """Return the values that such a text says."""
    return json.loads(text) if text else {}


def _bound(parameter: dict[str, Any], known: dict[str, dict[str, Any]], held: Values) -> dict[str, Any]:
    variable = known[parameter["variable"]]
    value = held.get(variable["name"], _ordered(variable["default"]))
    return {"name": parameter["name"], "type": "list" if variable["type"] in _EACH else variable["type"], "value": value}


def _several(variable: Variable, value: Any) -> list[Any]:
    """Return several values, each once and in one order, so that they are one question however they are chosen."""
    listed = value if isinstance(value, list) else value.splitlines() if isinstance(value, str) else [value]
    listed = [each for each in listed if not isinstance(each, str) or each.strip()]
    if any(isinstance(each, str) and each.strip() == ALL for each in listed):
        return []
    if len(listed) > MOST_CHOICES:
        raise Invalid(f"{variable.title} takes at most {MOST_CHOICES} values at once.")
    single = replace(variable, type=_EACH[variable.type])
    found = _ordered([taken(single, each) for each in listed])
    if _read(variable.type, found) is None:
        raise Invalid(f"{variable.title} {_EXPECTED[variable.type]}.")
    return found


def _ordered(value: Any) -> Any:
    return sorted(set(value)) if isinstance(value, list) else value


def _held(variable: dict[str, Any], value: Any) -> Any:
    """Return a value as a variable that may take several by now would have it."""
    return [value] if variable["type"] in _EACH and not isinstance(value, list) else value


def _takes(variable: dict[str, Any], value: Any) -> bool:
    chosen = value if isinstance(value, list) else [value]
    if variable.get("choices") and any(each not in variable["choices"] for each in chosen):
        return False
    try:
        _FITTING[variable["type"]].validate_python(value, strict=True)
    except ValidationError:
        return False
    return True


def _read(type: str, value: Any) -> Any:
    """Return what somebody wrote, or a source gave, as a value of this type; None when it is none."""
    if type == "boolean" and isinstance(value, str):
        return _SPELLED.get(value.strip().lower())
    if type == "number" and isinstance(value, str):
        value = _number(value.strip())
    elif type == "text" and isinstance(value, str):
        value = value.strip()
    if type == "number" and isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    try:
        return _FITTING[type].validate_python(value, strict=True)
    except ValidationError:
        return None


def _number(text: str) -> int | float | None:
    # Python reads digits of other alphabets, and “1_000”.
    if not text.isascii() or "_" in text or len(text) > LONGEST_SET:
        return None
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return None
