from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypeAliasType

from . import options
from .parameters import QueryParameters
from .steps import Steps
from .values import ColumnName, Id, Sql, Strict, Title
from .variables import Variables

WidgetKind = TypeAliasType(
    "WidgetKind",
    Literal[
        "number", "gauge", "progress", "line", "bar", "donut", "leaderboard", "status", "table",
        "text", "image", "clock", "countdown", "qr", "web",
    ],
)  # fmt: skip
# They show what their options say: nothing is asked for them.
WITHOUT_QUERY = frozenset({"text", "image", "clock", "countdown", "qr", "web"})
Place = Annotated[int, Field(ge=0, le=59)]
Length = Annotated[int, Field(ge=1, le=60)]
Source = Annotated[str, Field(max_length=40)]


class Grid(Strict):
    """The wall, in cells; a dashboard fills it without scrolling."""

    columns: Length
    rows: Length


class QueryColumn(options.FormatOptions):
    """What the figures in a column of a query are, for every widget that does not say otherwise."""

    column: ColumnName


class Query(Strict):
    """
    A question to one source. `source` is its public id, and empty while none is chosen.

    Its SQL names `parameters` as :name, and is asked with the values that stand there or that a variable is set to. What it gives
    goes through its `steps` before it is shown, with figures as `columns` say. One that is a use of a saved query names it in
    `saved`, and says what that says; only the values of its parameters are its own.
    """

    id: Id
    name: Title
    source: Source
    sql: Sql
    parameters: QueryParameters = []
    steps: Steps = []
    refresh_seconds: Annotated[int, Field(ge=10, le=86_400)]
    columns: Annotated[list[QueryColumn], Field(max_length=50)] = []
    saved: Source = ""


class _Placed(Strict):
    id: Id
    title: Title
    x: Place
    y: Place
    w: Length
    h: Length
    query: Id | None


class NumberWidget(_Placed):
    """One figure, large."""

    kind: Literal["number"]
    options: options.NumberOptions


class LineWidget(_Placed):
    """How figures change over time."""

    kind: Literal["line"]
    options: options.LineOptions


class BarWidget(_Placed):
    """Figures side by side."""

    kind: Literal["bar"]
    options: options.BarOptions


class TableWidget(_Placed):
    """Rows as they are."""

    kind: Literal["table"]
    options: options.TableOptions


class GaugeWidget(_Placed):
    """One figure on a scale."""

    kind: Literal["gauge"]
    options: options.GaugeOptions


class ProgressWidget(_Placed):
    """How far it is to a target."""

    kind: Literal["progress"]
    options: options.ProgressOptions


class DonutWidget(_Placed):
    """Shares of a whole."""

    kind: Literal["donut"]
    options: options.DonutOptions


class LeaderboardWidget(_Placed):
    """Who leads."""

    kind: Literal["leaderboard"]
    options: options.LeaderboardOptions


class StatusWidget(_Placed):
    """A tile for each thing: green, amber or red."""

    kind: Literal["status"]
    options: options.StatusOptions


class TextWidget(_Placed):
    """A heading or a note."""

    kind: Literal["text"]
    options: options.TextOptions


class ImageWidget(_Placed):
    """A picture that was uploaded."""

    kind: Literal["image"]
    options: options.ImageOptions


class ClockWidget(_Placed):
    """What time it is."""

    kind: Literal["clock"]
    options: options.ClockOptions


class CountdownWidget(_Placed):
    """How long it is until something."""

    kind: Literal["countdown"]
    options: options.CountdownOptions


class QrWidget(_Placed):
    """A text or an address for phones to read."""

    kind: Literal["qr"]
    options: options.QrOptions


class WebWidget(_Placed):
    """A page from elsewhere."""

    kind: Literal["web"]
    options: options.WebOptions


Widget = TypeAliasType(
    "Widget",
    Annotated[
        NumberWidget | GaugeWidget | ProgressWidget
        | LineWidget | BarWidget | DonutWidget
        | LeaderboardWidget | StatusWidget | TableWidget
        | TextWidget | ImageWidget | ClockWidget | CountdownWidget | QrWidget | WebWidget,
        Field(discriminator="kind"),
    ],
)  # fmt: skip


class Document(Strict):
    """
    A dashboard, format 1: what the editor saves, a version freezes and a screen draws.

    Parameters of its queries may take the values of its `variables`.
    """

    format: Literal[1]
    title: Title
    grid: Grid
    variables: Variables = []
    queries: Annotated[list[Query], Field(max_length=30)]
    widgets: Annotated[list[Widget], Field(max_length=60)]

    def as_sent(self) -> dict[str, Any]:
        """Return the document as JSON, with exactly the options that its author gave."""
        return self.model_dump(mode="json", exclude_unset=True)


def empty(title: str) -> dict[str, Any]:
    """Return the document of a dashboard on which nothing stands yet."""
    return {"format": 1, "title": title, "grid": {"columns": 24, "rows": 14}, "queries": [], "widgets": []}
