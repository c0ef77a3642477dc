"""What can be chosen for each kind of widget. A new kind starts here, in `shape` and in packages/widgets."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints
from typing_extensions import TypeAliasType

from .values import Address, ColumnName, LocalTime, PictureName, Storable, Strict, Text, Title, Zone

ValueFormat = TypeAliasType("ValueFormat", Literal["number", "integer", "percent", "currency"])
Currency = Annotated[str, StringConstraints(pattern=r"^([A-Z]{3})?$")]
Unit = Annotated[str, StringConstraints(max_length=20), Storable]
Series = Annotated[list[ColumnName], Field(max_length=6)]


class FormatOptions(Strict):
    """How a figure is written. A percentage is a fraction: 0.25 reads "25%"."""

    format: ValueFormat = "number"
    currency: Currency = ""
    decimals: Annotated[int, Field(ge=0, le=4)] | None = None
    unit: Unit = ""


class NumberOptions(FormatOptions):
    """One figure, and what it is compared with. `goal` says which direction is good news."""

    value: ColumnName
    compare: ColumnName | None = None
    goal: Literal["up", "down", "none"] = "none"


class LineOptions(FormatOptions):
    """Figures over time."""

    x: ColumnName
    y: Series
    area: bool = False


class BarOptions(FormatOptions):
    """Figures side by side."""

    x: ColumnName
    y: Series
    horizontal: bool = False
    stacked: bool = False


class TableColumn(FormatOptions):
    """One column of a table widget."""

    column: ColumnName
    label: Title = ""
    align: Literal["left", "center", "right"] = "left"


class TableOptions(Strict):
    """Rows as they are."""

    columns: Annotated[list[TableColumn], Field(max_length=50)]
    rows: Annotated[int, Field(ge=1, le=50)] = 10


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
