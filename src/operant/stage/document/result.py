from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypeAliasType

from .values import Strict

ColumnType = TypeAliasType(
    "ColumnType",
    Literal["text", "integer", "decimal", "float", "boolean", "date", "datetime", "time", "json"],
)
DataState = TypeAliasType("DataState", Literal["ok", "failed", "waiting", "forbidden"])
Cell = TypeAliasType(
    "Cell",
    Annotated[
        str | int | float | bool | dict[str, Any] | list[Any] | None,
        Field(description="Decimals and integers beyond 2^53 are strings; dates and times are ISO 8601."),
    ],
)


class Column(Strict):
    """A column of a result."""

    name: str
    type: ColumnType


class Firing(Strict):
    """What fires over one column of an answer, in words; over the whole of it where `column` is empty."""

    column: str
    text: str


class Annotation(Strict):
    """What happened at an instant, as charts over time show it."""

    at: datetime
    text: str
    tag: str


class Past(Strict):
    """Figures of an answer's first row at earlier times, in seconds since 1970, the oldest first and the answer itself last."""

    at: list[int]
    figures: dict[str, list[float | None]]


class DataResult(Strict):
    """
    One query's newest answer.

    After a failure the last good rows stay, with the state "failed" and a sentence. "waiting" has no rows
    yet, "forbidden" says that this reader may not, or no longer, see them. `alerts` fire over it, and `past` is there where a
    widget looks back.
    """

    key: str
    seq: int
    state: DataState
    computed_at: datetime | None
    refresh_seconds: int
    duration_ms: int = 0
    columns: list[Column]
    rows: list[list[Cell]]
    truncated: bool
    error: str | None
    alerts: list[Firing] = []
    past: Past | None = None
