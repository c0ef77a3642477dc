"""What is done with the rows of a query before they are shown, one step after the other, without SQL."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints
from typing_extensions import TypeAliasType

from .values import ColumnName, Storable, Strict

MOST_STEPS, MOST_NAMED = 10, 50
Reduction = TypeAliasType(
    "Reduction", Literal["sum", "average", "lowest", "highest", "count", "distinct", "first", "last"]
)
Period = TypeAliasType("Period", Literal["row", "day", "week", "month", "quarter", "year"])
Columns = Annotated[list[ColumnName], Field(max_length=MOST_NAMED)]
NewName = Annotated[str, StringConstraints(min_length=1, max_length=120), Storable]


class PickStep(Strict):
    """Only these columns, in this order."""

    kind: Literal["pick"]
    columns: Annotated[list[ColumnName], Field(min_length=1, max_length=MOST_NAMED)]


class Renaming(Strict):
    """One column and its new name."""

    column: ColumnName
    name: NewName


class RenameStep(Strict):
    """Other names for columns."""

    kind: Literal["rename"]
    names: Annotated[list[Renaming], Field(max_length=MOST_NAMED)]


class Figure(Strict):
    """One figure of a group. `count` of no column ("") counts rows; without a name it is called after the two."""

    column: ColumnName
    how: Reduction
    name: Annotated[str, StringConstraints(max_length=120), Storable] = ""


class AggregateStep(Strict):
    """One row for each group of rows that are alike in `by`; without `by`, one row of all."""

    kind: Literal["aggregate"]
    by: Columns
    figures: Annotated[list[Figure], Field(min_length=1, max_length=MOST_NAMED)]


class PivotStep(Strict):
    """One row for each group, and a column for each value of `column`, with the figure of both."""

    kind: Literal["pivot"]
    by: Columns
    column: ColumnName
    value: ColumnName
    how: Reduction


class TopStep(Strict):
    """The rows with the highest or lowest values of a column, in that order."""

    kind: Literal["top"]
    column: ColumnName
    count: Annotated[int, Field(ge=1, le=1_000)]
    order: Literal["highest", "lowest"]


class CompareStep(Strict):
    """
    Two more columns: the figure a period before, and by which share it changed.

    Rows that are alike in `by` are compared with each other: with the one before it (row), or that of a day, week, month,
    quarter or year before.
    """

    kind: Literal["compare"]
    date: ColumnName
    column: ColumnName
    period: Period
    by: Columns


Step = TypeAliasType(
    "Step",
    Annotated[
        PickStep | RenameStep | AggregateStep | PivotStep | TopStep | CompareStep, Field(discriminator="kind")
    ],
)
Steps = Annotated[list[Step], Field(max_length=MOST_STEPS)]
