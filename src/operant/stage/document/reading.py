"""From what a client sent to a document, or to sentences that say what is wrong and where."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError

from operant.platform.refusals import Invalid

from . import setting
from .currencies import CODES
from .parameters import Parameters, QueryParameters
from .shape import WITHOUT_QUERY, Document, Widget, WidgetKind
from .steps import Steps
from .variables import Variables

_RULES, _NUMBERS = {"at_least", "below", "is"}, {"constrained-int", "constrained-float"}
KINDS = frozenset(get_args(WidgetKind.__value__))
MOST_FIELDS = 50
_PARAMETERS, _SET = TypeAdapter(Parameters), TypeAdapter(QueryParameters)
_STEPS, _VARIABLES = TypeAdapter(Steps), TypeAdapter(Variables)
_SENTENCES = {
    "missing": "This is missing.",
    "extra_forbidden": "This is not part of a dashboard document.",
    "string_type": "This must be text.",
    "int_type": "This must be a whole number.",
    "bool_type": "This must be true or false.",
    "list_type": "This must be a list.",
    "model_type": "This must be an object.",
    "model_attributes_type": "This must be an object.",
    "dict_type": "This must be an object.",
    "string_too_short": "This is missing.",
    "too_short": "Something is missing here.",
    "string_too_long": "This is longer than {max_length} characters.",
    "too_long": "There are more than {max_length} here.",
    "greater_than_equal": "This must be at least {ge}.",
    "less_than_equal": "This must be at most {le}.",
    "string_pattern_mismatch": "This is not written the way it must be.",
    "string_unicode": "This contains a character that cannot be stored.",
    "value_error": "This {error}.",
    "literal_error": "This must be {expected}.",
    "float_type": "This must be a number.",
    "finite_number": "This must be a number.",
    "union_tag_invalid": "There is no {noun} of the kind {tag}.",
    "union_tag_not_found": "This {noun} has no kind.",
}


class InvalidDocument(Invalid):
    """A document that cannot be kept; `details` lists each place and what is wrong there."""

    code = "invalid"
    pointer = "#/document"

    def __init__(self, fields: list[dict[str, str]]) -> None:
        count = "One thing" if len(fields) == 1 else f"{len(fields)} things"
        super().__init__(f"{count} in this dashboard cannot be kept as it is. {fields[0]['message']}")
        self.details = {"fields": fields}


def parse(raw: Any) -> Document:
    """
    Return the document.

    :raises InvalidDocument: with a path and a sentence for each thing that is wrong.
    """
    try:
        document = Document.model_validate(raw)
    except ValidationError as error:
        # What may be one of two types is wrong for each of them: the last says it.
        found = {each["path"]: each for each in map(_field, error.errors())}
        raise InvalidDocument(list(found.values())[:MOST_FIELDS]) from None
    problems = [{"path": path, "message": message} for path, message in _problems(document)]
    if problems:
        raise InvalidDocument(problems[:MOST_FIELDS])
    return document


def _field(error: Any) -> dict[str, str]:
    sentence = _SENTENCES.get(error["type"], "This cannot be accepted.")
    part = "variables" if error["loc"][:1] == ("variables",) else next(iter(error["loc"][2:3]), "")
    noun = {"parameters": "parameter", "steps": "step", "variables": "variable"}.get(part, "widget")
    noun = "rule" if "rules" in error["loc"] else noun
    return {"path": _path(error["loc"]), "message": sentence.format(**error.get("ctx", {}), noun=noun)}


def _path(place: tuple[int | str, ...]) -> str:
    # The tag of a union stands in pydantic's path; the document has no such step.
    steps = [str(step)[:60] for step in place]
    if steps[:1] == ["widgets"] and steps[2:3] and steps[2] in KINDS:
        del steps[2]
        steps = _untagged(steps)
    if steps[:1] == ["variables"]:
        steps = [*steps[:2], *steps[3 : {"choices_from": 5, "choices": 5}.get("".join(steps[3:4]), 4)]]
    if steps[:1] == ["queries"] and steps[2:3] == ["parameters"]:
        steps = [*steps[:4], *steps[5:6]]
    if steps[:1] == ["queries"] and steps[2:3] == ["steps"]:
        del steps[4:5]
    return ".".join(steps)


def _untagged(steps: list[str]) -> list[str]:
    """Return a path in options without what says which rule, and which kind of number, it might have been."""
    tag = steps.index("rules") + 2 if "rules" in steps else -1
    return [step for at, step in enumerate(steps) if not (at == tag and step in _RULES) and step not in _NUMBERS]


def parse_parameters(raw: Any) -> list[dict[str, Any]]:
    """
    Return the parameters of a query that is no part of a document.

    :raises Invalid: with a sentence for the first thing that is wrong.
    """
    return _parameters(_PARAMETERS, raw)


def parse_setting(parameters: Any, variables: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """
    Return the parameters of one query of a document, and the variables that may set them.

    :raises Invalid: with a sentence for the first thing that is wrong.
    """
    given = _parameters(_SET, parameters)
    try:
        declared = [each.model_dump(mode="json") for each in _VARIABLES.validate_python(variables)]
    except ValidationError as error:
        wrong = _field({**error.errors()[-1], "loc": ("variables", *error.errors()[-1]["loc"])})
        raise Invalid(f"{wrong['path']}: {wrong['message']}") from None
    names = [each["name"] for each in declared]
    if len(names) > len(set(names)):
        raise Invalid("There are two variables of one name.")
    if strange := [each for each in given if each["type"] == "variable" and each["variable"] not in names]:
        raise Invalid(f"There is no variable called {strange[0]['variable']}.")
    return given, declared


def _parameters(shape: TypeAdapter[Any], raw: Any) -> list[dict[str, Any]]:
    try:
        found = shape.validate_python(raw)
    except ValidationError as error:
        wrong = _field({**error.errors()[-1], "loc": ("queries", 0, "parameters", *error.errors()[-1]["loc"])})
        raise Invalid(f"{wrong['path'].split('.', 2)[2]}: {wrong['message']}") from None
    if double := next((message for _, message in _same_names("", found)), None):
        raise Invalid(double)
    return [each.model_dump(mode="json") for each in found]


def parse_steps(raw: Any) -> list[dict[str, Any]]:
    """
    Return the steps of a query that is no part of a document.

    :raises Invalid: with a sentence for the first thing that is wrong.
    """
    try:
        return [each.model_dump(mode="json") for each in _STEPS.validate_python(raw)]
    except ValidationError as error:
        wrong = _field({**error.errors()[0], "loc": ("queries", 0, "steps", *error.errors()[0]["loc"])})
        raise Invalid(f"{wrong['path'].split('.', 2)[2]}: {wrong['message']}") from None


def _problems(document: Document) -> Iterator[tuple[str, str]]:
    yield from _doubles("queries", [query.id for query in document.queries])
    yield from _doubles("widgets", [widget.id for widget in document.widgets])
    for position, query in enumerate(document.queries):
        yield from _same_names(f"queries.{position}.", query.parameters)
        yield from _columns(f"queries.{position}.columns", query.columns)
    yield from setting.problems(document)
    for position, widget in enumerate(document.widgets):
        yield from _currencies(f"widgets.{position}.options", widget.options)
    yield from _references(document)
    yield from _outside(document)
    yield from _overlaps(document)


def _doubles(part: str, ids: list[str]) -> Iterator[tuple[str, str]]:
    for position, each in enumerate(ids):
        if each in ids[:position]:
            yield f"{part}.{position}.id", f"The id {each} is used twice."


def _same_names(where: str, parameters: list[Any]) -> Iterator[tuple[str, str]]:
    names = [each.name for each in parameters]
    for position, name in enumerate(names):
        if name in names[:position]:
            yield f"{where}parameters.{position}.name", f"There are two parameters called {name}."


def _columns(where: str, columns: list[Any]) -> Iterator[tuple[str, str]]:
    names = [each.column for each in columns]
    for position, each in enumerate(columns):
        yield from _currencies(f"{where}.{position}", each)
        if each.column in names[:position]:
            yield f"{where}.{position}.column", f"The column {each.column} stands here twice."


def _currencies(where: str, chosen: Any) -> Iterator[tuple[str, str]]:
    # No part of the type: what was published with other letters is read for ever.
    currency = getattr(chosen, "currency", "")
    if currency and currency not in CODES:
        yield f"{where}.currency", f"{currency} is no currency. Write its three letters, like EUR or USD."
    for position, each in enumerate(getattr(chosen, "columns", ())):
        yield from _currencies(f"{where}.columns.{position}", each)


def _references(document: Document) -> Iterator[tuple[str, str]]:
    queries = {query.id: query for query in document.queries}
    for position, widget in enumerate(document.widgets):
        if widget.query is None:
            continue
        if widget.kind in WITHOUT_QUERY:
            yield f"widgets.{position}.query", f"A widget of the kind {widget.kind} has no query."
        elif widget.query not in queries:
            yield f"widgets.{position}.query", f"There is no query with the id {widget.query}."


def _outside(document: Document) -> Iterator[tuple[str, str]]:
    for position, widget in enumerate(document.widgets):
        if widget.x + widget.w > document.grid.columns or widget.y + widget.h > document.grid.rows:
            yield f"widgets.{position}", f"{_named(widget)} reaches over the edge of the grid."


def _overlaps(document: Document) -> Iterator[tuple[str, str]]:
    for (_, one), (position, other) in combinations(enumerate(document.widgets), 2):
        beside = one.x + one.w <= other.x or other.x + other.w <= one.x
        if not beside and one.y < other.y + other.h and other.y < one.y + one.h:
            yield f"widgets.{position}", f"{_named(other)} lies over {_named(one)}."


def _named(widget: Widget) -> str:
    return f"“{widget.title}”" if widget.title else f"The widget {widget.id}"
