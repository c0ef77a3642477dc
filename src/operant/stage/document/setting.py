"""What cannot be right about the variables of a document, each with its place."""

from collections.abc import Iterator

from .shape import Document, Query
from .variables import NumbersVariable, NumberVariable, TextsVariable, TextVariable, Variable

Problem = tuple[str, str]


def problems(document: Document) -> Iterator[Problem]:
    """Return a path and a sentence for each thing that is wrong with its variables, and with what refers to them."""
    names = [each.name for each in document.variables]
    for position, variable in enumerate(document.variables):
        if variable.name in names[:position]:
            yield f"variables.{position}.name", f"There are two variables called {variable.name}."
        yield from _choices(f"variables.{position}", variable, {each.id: each for each in document.queries})
    for position, query in enumerate(document.queries):
        for place, parameter in enumerate(query.parameters):
            if parameter.type == "variable" and parameter.variable not in names:
                said = f"There is no variable called {parameter.variable}."
                yield f"queries.{position}.parameters.{place}.variable", said


def _defaults(variable: TextVariable | NumberVariable | TextsVariable | NumbersVariable) -> list[str | int | float]:
    held = variable.default
    return held if isinstance(held, list) else [] if held is None else [held]  # type: ignore[return-value]


def _choices(path: str, variable: Variable, queries: dict[str, Query]) -> Iterator[Problem]:
    if variable.type in ("date", "boolean"):
        return
    if variable.choices and variable.choices_from:
        yield f"{path}.choices", "Its choices stand here or come from a query, not both."
    elif variable.choices and (strange := [each for each in _defaults(variable) if each not in variable.choices]):
        yield f"{path}.default", f"{strange[0] if isinstance(variable.default, list) else 'This'} is none of its choices."
    if variable.choices_from:
        query = queries.get(variable.choices_from.query)
        if query is None:
            yield f"{path}.choices_from.query", f"There is no query with the id {variable.choices_from.query}."
        elif any(each.type == "variable" for each in query.parameters):
            yield f"{path}.choices_from.query", "Choices come from a query that no variable changes."
