"""What makes a figure or a word good, worth watching, or bad. Widgets say it with a color, an icon and a word."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints
from typing_extensions import TypeAliasType

from .parameters import Broken, Whole
from .values import Storable, Strict

MOST_RULES = 6
Role = TypeAliasType("Role", Literal["good", "warning", "bad"])
Figure = Whole | Broken
Said = Annotated[str, StringConstraints(max_length=40), Storable]
Word = Annotated[str, StringConstraints(min_length=1, max_length=200), Storable]


class FigureRule(Strict):
    """
    Of the rules that a figure meets, the nearest one above and the nearest one below hold, and of those two the worse.

    `label` is what is said in place of “Good”, “Warning” and “Bad”.
    """

    when: Literal["at_least", "below"]
    value: Figure
    role: Role
    label: Said = ""


class WordRule(Strict):
    """Holds for exactly this text, in capitals or not; before any rule for figures."""

    when: Literal["is"]
    value: Word
    role: Role
    label: Said = ""


Rule = TypeAliasType("Rule", Annotated[FigureRule | WordRule, Field(discriminator="when")])
FigureRules = Annotated[list[FigureRule], Field(max_length=MOST_RULES)]
Rules = Annotated[list[Rule], Field(max_length=MOST_RULES)]
