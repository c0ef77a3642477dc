"""What can be chosen for each kind of widget. A new kind starts here, in `shape` and in packages/widgets."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationInfo, field_validator
from typing_extensions import TypeAliasType

from .rules import Figure, FigureRules, Rules
from .values import Address, ColumnName, LocalTime, PictureName, Storable, Strict, Text, Title, Zone

ValueFormat = TypeAliasType(
    "ValueFormat", Literal["number", "integer", "percent", "currency", "duration", "bytes", "binary_bytes"]
)
Per = TypeAliasType("Per", Literal["", "second", "minute", "hour", "day", "week", "month", "year"])
DurationIn = TypeAliasType("DurationIn", Literal["milliseconds", "seconds", "minutes", "hours", "days"])
Currency = Annotated[str, StringConstraints(pattern=r"^([A-Z]{3})?$")]
Unit = Annotated[str, StringConstraints(max_length=20), Storable]
Series = Annotated[list[ColumnName], Field(max_length=6)]
Rows = Annotated[int, Field(ge=1, le=50)]


class FormatOptions(Strict):
    """
    How a figure is written. A percentage is a fraction: 0.25 reads "25%".

    Without a `format`, what the query says of the column holds, and what is given here stands in place of it. A duration is told
    `duration_in` a unit and reads "2 h 5 min". `compact` writes 1,234,567 as "1.23M", `prefix` and `unit` stand before and
    behind, and `per` says of how much time a figure tells: "12/h".
    """

    format: ValueFormat = "number"
    currency: Currency = ""
    decimals: Annotated[int, Field(ge=0, le=4)] | None = None
    unit: Unit = ""
    prefix: Unit = ""
    per: Per = ""
    duration_in: DurationIn = "seconds"
    compact: bool = False


Missing = Literal["connected", "zero", "gap"]
Every = Literal["day", "week", "month", "quarter", "year"]
Since = Literal["refresh", "hour", "day", "week"]
Goal = Literal["up", "down", "none"]


class NumberOptions(FormatOptions):
    """
    One figure, and what it is compared with. `goal` says which direction is good news.

    The first row counts. With `along` it is the last one along that column, and the course up to it is drawn beneath. With `since`
    it is compared with what it was then, by the answers that were kept, and their course is drawn.
    """

    value: ColumnName
    compare: ColumnName | None = None
    goal: Goal = "none"
    along: ColumnName | None = None
    since: Since | None = None
    rules: FigureRules = []

    @field_validator("since")
    @classmethod
    def _alone(cls, since: str | None, known: ValidationInfo) -> str | None:
        if since is not None and (known.data.get("compare") is not None or known.data.get("along") is not None):
            raise ValueError("must be left out where a column says what it is compared with, or along which it goes")
        return since


class LineOptions(FormatOptions):
    """
    Figures over time, as lines or areas; `stacked` areas stand on each other. Target and rules are lines across.

    Days, weeks, months or years between others that have no row are passed over (`connected`), count as `zero`, or are a `gap`:
    with `every`, which says how far apart rows stand. Rows that keep a wider step have no zeros between them. A stack has no gaps.
    """

    x: ColumnName
    y: Series
    area: bool = False
    stacked: bool = False
    missing: Missing = "connected"
    every: Every | None = None
    target: Figure | None = None
    rules: FigureRules = []


class BarOptions(FormatOptions):
    """Figures side by side. Target and rules are lines across; rules color the bars of a single figure too."""

    x: ColumnName
    y: Series
    horizontal: bool = False
    stacked: bool = False
    target: Figure | None = None
    rules: FigureRules = []


class TableColumn(FormatOptions):
    """One column of a table widget."""

    column: ColumnName
    label: Title = ""
    align: Literal["left", "center", "right"] = "left"
    rules: Rules = []


class TableOptions(Strict):
    """Rows as they are."""

    columns: Annotated[list[TableColumn], Field(max_length=50)]
    rows: Rows = 10


class GaugeOptions(FormatOptions):
    """The figure of the first row on a scale from `low` to `high`, compared with what it was `since` then."""

    value: ColumnName
    low: Figure = 0
    high: Annotated[Figure, Field(validate_default=True)] = 100
    target: Figure | None = None
    since: Since | None = None
    goal: Goal = "none"
    rules: FigureRules = []

    @field_validator("high")
    @classmethod
    def _above(cls, high: Figure, known: ValidationInfo) -> Figure:
        if high <= known.data.get("low", float("-inf")):
            raise ValueError("must be more than the low end of the scale")
        return high


class ProgressOptions(FormatOptions):
    """
    How much of a target the figure of the first row has reached, compared with what it was `since` then. Rules are about that
    share: 0.9 is 90%.
    """

    value: ColumnName
    target: Figure | None = None
    target_column: ColumnName | None = None
    since: Since | None = None
    goal: Goal = "none"
    rules: FigureRules = []

    @field_validator("target_column")
    @classmethod
    def _alone(cls, column: ColumnName | None, known: ValidationInfo) -> ColumnName | None:
        if column is not None and known.data.get("target") is not None:
            raise ValueError("must be left out where the target is a number")
        return column


class DonutOptions(FormatOptions):
    """Shares of a whole; with more than six rows the small ones are one."""

    names: ColumnName
    value: ColumnName
    hole: bool = True


class LeaderboardOptions(FormatOptions):
    """Who leads. `goal` says which change against `compare` is good news."""

    names: ColumnName
    value: ColumnName
    compare: ColumnName | None = None
    goal: Goal = "none"
    order: Literal["highest", "lowest"] = "highest"
    rows: Rows = 10
    rules: FigureRules = []


class StatusOptions(FormatOptions):
    """One tile a row: is it well? Rules say what its figure or word means."""

    names: ColumnName
    value: ColumnName
    rules: Rules = []


class TextOptions(Strict):
    """A heading or a note: paragraphs, # and ## headings, **bold**, *emphasis*, lists."""

    text: Text
    size: Literal["s", "m", "l", "xl"] = "m"
    align: Literal["left", "center"] = "left"


class ImageOptions(Strict):
    """A picture that was uploaded, and what it says to people who do not see it. Empty `alt` means that it only decorates."""

    picture: PictureName = ""
    alt: Annotated[str, StringConstraints(max_length=300), Storable] = ""
    fit: Literal["contain", "cover"] = "contain"


class ClockOptions(Strict):
    """What time it is; without a `zone` in the one of the organization."""

    zone: Zone = ""
    hours: Literal["24", "12"] = "24"
    seconds: bool = False
    date: bool = True


class CountdownOptions(Strict):
    """How long it is until a time on the clocks of a zone, down to a smallest `unit`, and what is said `after` it."""

    to: LocalTime = ""
    zone: Zone = ""
    unit: Literal["days", "hours", "minutes", "seconds"] = "minutes"
    after: Title = ""


class QrOptions(Strict):
    """A text or an address for phones, and what stands under it."""

    text: Annotated[str, StringConstraints(max_length=400), Storable] = ""
    caption: Title = ""


class WebOptions(Strict):
    """A page from elsewhere, loaded again every so many seconds; 0 loads it once."""

    address: Address = ""
    refresh_seconds: Annotated[int, Field(ge=0, le=86_400)] = 0
