"""The values that a query is asked with: declared by name and type, and bound, never written into its SQL."""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints
from typing_extensions import TypeAliasType

from .values import Storable, Strict

MOST_PARAMETERS, MOST_LISTED = 20, 100
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# Beyond these a browser does not count exactly.
_WHOLE = 2**53
_BROKEN = 1e15


def _day(text: str) -> str:
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        date.fromisoformat(text)
    except ValueError:
        raise ValueError("must be a date like 2026-01-31") from None
    return text


def _alike(values: list[str] | list[int | float]) -> list[str] | list[int | float]:
    if len({isinstance(each, str) for each in values}) > 1:
        raise ValueError("must hold only texts or only numbers")
    return values


Name = Annotated[str, StringConstraints(pattern=r"^[a-z_][a-z0-9_]{0,39}$")]
Words = Annotated[str, StringConstraints(max_length=1_000), Storable]
Day = Annotated[str, AfterValidator(_day)]
Whole = Annotated[int, Field(ge=-_WHOLE, le=_WHOLE)]
Broken = Annotated[float, Field(ge=-_BROKEN, le=_BROKEN, allow_inf_nan=False)]
Listed = Annotated[list[Words | Whole | Broken], Field(max_length=MOST_LISTED), AfterValidator(_alike)]


class TextParameter(Strict):
    """A text. Without a value it is NULL, as with every type."""

    name: Name
    type: Literal["text"]
    value: Words | None


class NumberParameter(Strict):
    """A number."""

    name: Name
    type: Literal["number"]
    value: Whole | Broken | None


class DateParameter(Strict):
    """A day, like 2026-01-31."""

    name: Name
    type: Literal["date"]
    value: Day | None


class BooleanParameter(Strict):
    """Yes or no."""

    name: Name
    type: Literal["boolean"]
    value: bool | None


class ListParameter(Strict):
    """Texts or numbers, for IN (:name). An empty one matches nothing."""

    name: Name
    type: Literal["list"]
    value: Listed


Parameter = TypeAliasType(
    "Parameter",
    Annotated[
        TextParameter | NumberParameter | DateParameter | BooleanParameter | ListParameter, Field(discriminator="type")
    ],
)
Parameters = Annotated[list[Parameter], Field(max_length=MOST_PARAMETERS)]


class VariableParameter(Strict):
    """What a variable of the dashboard is set to; type and value are the variable's."""

    name: Name
    type: Literal["variable"]
    variable: Name


QueryParameter = TypeAliasType(
    "QueryParameter",
    Annotated[
        TextParameter | NumberParameter | DateParameter | BooleanParameter | ListParameter | VariableParameter,
        Field(discriminator="type"),
    ],
)
QueryParameters = Annotated[list[QueryParameter], Field(max_length=MOST_PARAMETERS)]
