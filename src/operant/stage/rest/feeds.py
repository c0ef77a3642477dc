"""How programs say which address is to be read."""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field, model_validator

from operant.platform import api
from operant.platform.refusals import Refusal

from .. import feeds
from ..feeds.feed import LONGEST_MEASURE, MOST_MEASURES, MOST_PAGES, checked, checked_expression, checked_header

Expression = Annotated[str, Field(max_length=500), api.Storable]


class Paging(api.Body):
    """
    How an answer goes on. `link`: the JMESPath `following` finds the next address. `number`: `parameter` is counted.

    At most `most_pages` are read.
    """

    by: Literal["link", "number"]
    following: Expression = ""
    parameter: Annotated[str, Field(min_length=1, max_length=100), api.Storable] = "page"
    first: Annotated[int, Field(ge=0, le=1_000_000)] = 1
    most_pages: Annotated[int, Field(ge=1, le=MOST_PAGES)] = 20


class Measure(api.Body):
    """An expression of PromQL, and the name that its rows have."""

    name: Annotated[str, Field(pattern="^[A-Za-z0-9_ -]{1,60}$")]
    promql: Annotated[str, Field(min_length=1, max_length=LONGEST_MEASURE), api.Storable]


class FeedBody(api.Body):
    """
    An address that is read into a table. `rows` is JMESPath. The value of the header is kept sealed and never shown again.

    Of a Google sheet, give the address that its page has; it must be shared with everybody who has the link.
    Of a Prometheus, give where it stands, and the `measures`: as they are now, or since `span_seconds`.
    """

    name: api.Text
    kind: Literal["http_json", "http_csv", "prometheus"]
    address: Annotated[str, Field(min_length=1, max_length=2_000), api.Storable]
    header: Annotated[str, Field(max_length=100), api.Storable] = ""
    header_value: Annotated[str, Field(max_length=4_000), api.Storable] = ""
    rows: Expression = ""
    paging: Paging | None = None
    measures: Annotated[list[Measure], Field(max_length=MOST_MEASURES)] = []
    span_seconds: Annotated[int, Field(ge=0, le=31 * 86_400)] = 0
    fresh_seconds: Annotated[int, Field(ge=60, le=86_400)] = 300

    @model_validator(mode="after")
    def _fits(self) -> "FeedBody":
        try:
            self.place()
        except Refusal as wrong:
            raise ValueError(wrong.sentence) from None
        if self.paging and self.paging.by == "link" and not self.paging.following:
            raise ValueError("paging by link needs `following`")
        if (self.kind == feeds.PROMETHEUS) != bool(self.measures):
            raise ValueError("a Prometheus has measures, and nothing else has")
        return self

    def place(self) -> feeds.Feed:
        """Return the address as the adapter takes it."""
        header, value = checked_header(self.header, self.header_value)
        found = feeds.Feed(
            key="", format=self.kind, address=checked(self.address), header=header, password=value,
            rows=checked_expression(self.rows), fresh_seconds=self.fresh_seconds,
            measures=[[each.name, each.promql] for each in self.measures], span_seconds=self.span_seconds,
        )  # fmt: skip
        if self.paging is None:
            return found
        told = self.paging.model_dump(exclude={"by"}) | {"following": checked_expression(self.paging.following)}
        return replace(found, paging=self.paging.by, **told)
