"""What of a dashboard can be set for one screen, link or look: declared by name and type, with what holds until it is."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints
from typing_extensions import TypeAliasType

from .parameters import Broken, Day, Name, Whole
from .values import ColumnName, Id, Storable, Strict

MOST_VARIABLES, MOST_CHOICES, LONGEST_SET = 10, 100, 200
# Of all the texts that one variable is set to: addresses and what is kept beside screens hold them.
LONGEST_TOGETHER = 4_000
# What stands for all of them in addresses and forms; no choice can be called that.
ALL = "*"


def _together(values: list[str]) -> list[str]:
    if sum(map(len, values)) > LONGEST_TOGETHER:
        raise ValueError(f"must be at most {LONGEST_TOGETHER} characters with all its texts together")
    return values


def _nameable(text: str) -> str:
    if text.strip() == ALL:
        raise ValueError(f"cannot be {ALL}, which stands for all of them")
    return text


Word = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_SET), Storable]
Words = Annotated[list[Annotated[Word, AfterValidator(_nameable)]], Field(max_length=MOST_CHOICES), AfterValidator(_together)]
Numbers = Annotated[list[Whole | Broken], Field(max_length=MOST_CHOICES)]
Label = Annotated[str, StringConstraints(max_length=60), Storable]


class ChoicesFrom(Strict):
    """The values of a column that a query of the dashboard gives, each once, in its order, and the first hundred of them."""

    query: Id
    column: ColumnName


class _Variable(Strict):
    name: Name
    label: Label


class TextVariable(_Variable):
    """A text. With `choices` it is one of them; without a default it is NULL, as with every type."""

    type: Literal["text"]
    default: Word | None
    choices: Annotated[list[Word], Field(max_length=MOST_CHOICES)] = []
    choices_from: ChoicesFrom | None = None


class NumberVariable(_Variable):
    """A number. With `choices` it is one of them."""

    type: Literal["number"]
    default: Whole | Broken | None
    choices: Annotated[list[Whole | Broken], Field(max_length=MOST_CHOICES)] = []
    choices_from: ChoicesFrom | None = None


class TextsVariable(_Variable):
    """Several texts, for `IN (:name)`. With `choices` they are among them; an empty default is all, and `:name IS NULL` then."""

    type: Literal["texts"]
    default: Words
    choices: Words = []
    choices_from: ChoicesFrom | None = None


class NumbersVariable(_Variable):
    """Several numbers, as several texts."""

    type: Literal["numbers"]
    default: Numbers
    choices: Numbers = []
    choices_from: ChoicesFrom | None = None


class DateVariable(_Variable):
    """A day, like 2026-01-31."""

    type: Literal["date"]
    default: Day | None


class BooleanVariable(_Variable):
    """Yes or no."""

    type: Literal["boolean"]
    default: bool | None


Variable = TypeAliasType(
    "Variable",
    Annotated[
        TextVariable | NumberVariable | TextsVariable | NumbersVariable | DateVariable | BooleanVariable,
        Field(discriminator="type"),
    ],
)
Variables = Annotated[list[Variable], Field(max_length=MOST_VARIABLES)]
