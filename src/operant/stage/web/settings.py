"""What the variables of a dashboard are set to on a page: a bar of controls above it, whose values stand in the address."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from operant.platform.refusals import Invalid

from ..document.variables import ALL
from ..variables import ADDRESSED, NONE, Values, Variable, addressed, spelled, taken, written

TYPES = {"text": "text", "number": "text", "date": "date"}


@dataclass(frozen=True)
class Control:
    """
    One variable as a form shows it; `options` for a choice, otherwise an input of `type`.

    `chosen` are the options that hold, each with its word, and `is_several` says that they may be many.
    """

    name: str
    label: str
    value: str
    type: str
    placeholder: str
    options: tuple[tuple[str, str], ...] = ()
    error: str = ""
    is_several: bool = False
    chosen: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Bar:
    """The controls of a page, what of the address can be asked with, and the same as the address of a wall has it."""

    controls: tuple[Control, ...]
    values: dict[str, Any]
    query: dict[str, str | list[str]]
    errors: tuple[str, ...]

    @property
    def is_waiting(self) -> bool:
        """Whether a query that gives choices has no answer yet: then nothing but what holds can be chosen."""
        return any(len(each.options) == (2 if each.is_several else 1) for each in self.controls)

    @property
    def tail(self) -> str:
        """What stands behind the address of a wall."""
        return f"?{urlencode(self.query, doseq=True)}" if self.query else ""


def bar(request: HttpRequest, variables: Iterable[Variable], standing: Values = NONE) -> Bar:
    """
    Return the controls for these variables with what the request's address sets. What cannot be set is said.

    `standing` is what holds where the address says nothing.
    """
    known = {each.name: each for each in variables}
    values, query, errors = {}, {}, {}
    for name, text in addressed(request.GET).items():
        try:
            if name not in known:
                raise Invalid(f"There is no variable called {name[:40]} here.")
            if text:
                values[name] = taken(known[name], text)
                query[f"{ADDRESSED}{name}"] = spelled(values[name])
        except Invalid as refused:
            errors[name] = refused.sentence
    controls = tuple(control(each, values.get(each.name), standing, error=errors.pop(each.name, "")) for each in known.values())
    return Bar(controls, values, query, tuple(errors.values()))


def control(variable: Variable, value: Any, standing: Values = NONE, *, error: str = "") -> Control:
    """Return a variable as a form shows it; without a value stands what holds anyway."""
    holds = written(standing.get(variable.name, variable.default))
    choices = (True, False) if variable.type == "boolean" else variable.choices
    options: tuple[tuple[str, str], ...] = ()
    if choices is not None:
        words = [(written(each), written(each)) for each in choices]
        options = (("", _held(holds)), *((key, word.capitalize() if variable.type == "boolean" else word) for key, word in words))
    name, kind = f"{ADDRESSED}{variable.name}", TYPES.get(variable.type, "text")
    if variable.is_several:
        return _several(variable, name, value, standing, error)
    return Control(name, variable.title, written(value), kind, holds or "Any", options, error)


def _several(variable: Variable, name: str, value: Any, standing: Values, error: str) -> Control:
    held = spelled(standing.get(variable.name, variable.default) if value is None else value)
    if variable.choices is None:
        lines = "" if value is None else "\n".join(held)
        holds = f"{'All' if held == [ALL] else ', '.join(held)}; or one a line"
        return Control(name, variable.title, lines, "lines", holds, error=error, is_several=True)
    # What holds and is offered no more can still be seen, and unticked.
    offered = dict.fromkeys([*map(written, variable.choices), *(each for each in held if each != ALL)])
    options = ((ALL, "All"), *((each, each) for each in offered))
    chosen = tuple((key, word) for key, word in options if key in held)
    return Control(name, variable.title, "", "several", "", options, error, True, chosen)


def _held(text: str) -> str:
    return f"As it is: {text}" if text else "Any"
