"""Lists: search, sort, filters, paging and CSV, all kept in the address."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from operator import and_, or_
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from operant.platform import clock
from operant.platform.ui import cells, exports

EXPORT_CHUNK = 2000
LONGEST_SEARCH = 200


@dataclass(frozen=True)
class Column:
    """
    One column.

    `value` is what is sorted in lists and written to CSV (default: the attribute or key `key`, dots allowed);
    `cell` draws it (default: as its type asks). `sort` names database fields, or True for `key` itself.
    A column with `phone=False` is left out of the list a phone sees; `csv=False` keeps it out of the file.
    """

    key: str
    label: str
    sort: bool | str | Sequence[str] = False
    align: str = "start"
    value: Callable[[Any], Any] | None = None
    cell: Callable[[Any], Any] | None = None
    phone: bool = True
    csv: bool = True

    def value_of(self, row) -> Any:
        return self.value(row) if self.value else _lookup(row, self.key)

    def html_of(self, row) -> SafeString:
        return conditional_escape(self.cell(row)) if self.cell else cells.plain(self.value_of(row))

    @property
    def sort_fields(self) -> tuple[str, ...]:
        if isinstance(self.sort, str):
            return (self.sort,)
        return (self.key.replace(".", "__"),) if self.sort is True else tuple(self.sort or ())


@dataclass(frozen=True)
class Filter:
    """A choice above the list. `apply(rows, value)` narrows it; by default the field `key` equals it."""

    key: str
    label: str
    choices: Sequence[tuple[str, str]]
    any_label: str = "Any"
    apply: Callable[[Any, str], Any] | None = None


@dataclass(frozen=True)
class Empty:
    """What a list without any row says, and the one act that changes it."""

    sentence: str = "Nothing here yet."
    icon: str = "lucide--inbox"
    action: str = ""
    url: str = ""


@dataclass(frozen=True)
class Head:
    column: Column
    direction: str
    next_sort: str


@dataclass(frozen=True)
class ShownFilter:
    filter: Filter
    name: str
    chosen: str


@dataclass
class Table:
    """
    A list over a queryset or a sequence; see `respond` for the whole of a view.

    Where `chooses` is the address of a page, rows can be chosen: it is opened with `chosen`, the `public_id` of each. Where
    `keeps` is one, a narrowed list leads there with its own query, so that somebody keeps it.
    """

    rows: Any
    request: HttpRequest
    columns: Sequence[Column]
    search: Sequence[str] = ()
    filters: Sequence[Filter] = ()
    page_size: int = 50
    name: str = "table"
    label: str = ""
    search_label: str = "Search"
    default_sort: str = ""
    empty: Empty = field(default_factory=Empty)
    live: bool = False
    prefix: str = ""
    chooses: str = ""
    keeps: str = ""

    def respond(self, template: str, context: dict | None = None) -> HttpResponse:
        """Return the page, only the rows that htmx asked for, or the CSV file."""
        if self._param("format") == "csv":
            return self.csv()
        if not self._is_partial:
            response = render(self.request, template, {**(context or {}), "table": self})
        else:
            response = render(self.request, "ui/_table_rows.html", {"table": self, "is_partial": True})
            self._keep_address(response)
        patch_vary_headers(response, ["HX-Request"])
        return response

    def csv(self) -> HttpResponse:
        """Return every matching row, not only this page, as a file."""
        columns = [column for column in self.columns if column.csv]
        lines = ([column.value_of(row) for column in columns] for row in self._all_matching())
        name = f"{self.name}-{clock.now():%Y-%m-%d}"
        return exports.download(name, [column.label for column in columns], lines)

    @property
    def region(self) -> str:
        return f"{self.name}-rows"

    @property
    def form(self) -> str:
        return f"{self.name}-search"

    @property
    def query(self) -> str:
        return self._param("q").replace("\0", "").strip()[:LONGEST_SEARCH]

    @cached_property
    def sort(self) -> str:
        asked = self._param("sort")
        known = {column.key for column in self.columns if column.sort}
        return asked if asked.removeprefix("-") in known else self.default_sort

    @cached_property
    def shown_filters(self) -> list[ShownFilter]:
        return [ShownFilter(each, self.prefix + each.key, self._chosen(each)) for each in self.filters]

    @property
    def is_narrowed(self) -> bool:
        return bool(self.query or any(shown.chosen for shown in self.shown_filters))

    @cached_property
    def total(self) -> int:
        matching = self._matching
        return matching.count() if isinstance(matching, QuerySet) else len(matching)

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.page_size))

    @cached_property
    def page(self) -> int:
        asked = self._param("page")
        number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 1
        return min(max(number, 1), self.pages)

    @property
    def first(self) -> int:
        return (self.page - 1) * self.page_size + 1

    @property
    def last(self) -> int:
        return min(self.page * self.page_size, self.total)

    @cached_property
    def lines(self) -> list[list[tuple[Column, SafeString]]]:
        return [[(column, column.html_of(row)) for column in self.columns] for row in self._shown]

    @property
    def choices(self) -> list[tuple[str, str, list[tuple[Column, SafeString]]]]:
        """Each line with what it is chosen by, and what it is called; both empty where nothing is chosen."""
        if not self.chooses:
            return [("", "", line) for line in self.lines]
        names = [(row.public_id, str(self.columns[0].value_of(row))) for row in self._shown]
        return [(*name, line) for name, line in zip(names, self.lines, strict=True)]

    @property
    def choosing(self) -> str:
        return f"{self.name}-choosing"

    @property
    def keeping_address(self) -> str:
        """Where this list, narrowed as it is, can be kept; empty where it cannot or is whole."""
        query = urlsplit(self._address(page="", format="")).query
        return f"{self.keeps}?{query}" if self.keeps and self.is_narrowed else ""

    @property
    def heads(self) -> list[Head]:
        return [self._head(column) for column in self.columns]

    @property
    def has_toolbar(self) -> bool:
        return bool(self.label or self.search or self.filters)

    @property
    def address(self) -> str:
        return self._address()

    @property
    def bare_address(self) -> str:
        return self._address(q="", page="", **{each.key: "" for each in self.filters})

    @property
    def csv_address(self) -> str:
        return self._address(page="", format="csv")

    @property
    def previous_address(self) -> str:
        return self._address(page=str(self.page - 1)) if self.page > 1 else ""

    @property
    def next_address(self) -> str:
        return self._address(page=str(self.page + 1)) if self.page < self.pages else ""

    @property
    def foreign_params(self) -> list[tuple[str, str]]:
        """What the address holds besides this table's own state; a search must not lose it."""
        mine = {self.prefix + key for key in ("q", "sort", "page", "format", *(f.key for f in self.filters))}
        return [(key, value) for key, value in _pairs(self.request.GET) if key not in mine]

    def _param(self, key: str) -> str:
        return self.request.GET.get(self.prefix + key, "")

    def _chosen(self, each: Filter) -> str:
        asked = self._param(each.key)
        return asked if asked in {value for value, _ in each.choices} else ""

    def _address(self, **changes: str) -> str:
        chosen = {shown.filter.key: shown.chosen for shown in self.shown_filters}
        sort = "" if self.sort == self.default_sort else self.sort
        state = {"q": self.query, **chosen, "sort": sort, "page": str(self.page), **changes}
        if state["page"] == "1":
            state["page"] = ""
        pairs = self.foreign_params + [(self.prefix + key, value) for key, value in state.items() if value]
        return f"{self.request.path}?{urlencode(pairs)}" if pairs else self.request.path

    @cached_property
    def _matching(self):
        rows = self.rows
        for shown in self.shown_filters:
            if shown.chosen:
                rows = _filtered(rows, shown.filter, shown.chosen)
        words = self.query.split() if self.search else []
        return _searched(rows, self.search, words) if words else rows

    @cached_property
    def _shown(self) -> Sequence[Any]:
        return list(self._sorted[self.first - 1 : self.last]) if self.total else []

    @cached_property
    def _sorted(self):
        descending = self.sort.startswith("-")
        by = {column.key: column for column in self.columns if column.sort}
        column = by.get(self.sort.removeprefix("-"))
        if column is None:
            return self._matching
        if isinstance(self._matching, QuerySet):
            return self._matching.order_by(*_orderings(column.sort_fields, descending), "pk")
        return _sorted_list(self._matching, column, descending)

    def _all_matching(self) -> Iterable:
        rows = self._sorted
        return rows.iterator(chunk_size=EXPORT_CHUNK) if isinstance(rows, QuerySet) else rows

    def _head(self, column: Column) -> Head:
        key = self.sort.removeprefix("-")
        if key != column.key:
            return Head(column, "none", column.key)
        descending = self.sort.startswith("-")
        return Head(column, "descending" if descending else "ascending", key if descending else f"-{key}")

    @property
    def _is_partial(self) -> bool:
        headers = self.request.headers
        restores = headers.get("HX-History-Restore-Request") == "true"
        return headers.get("HX-Target", "").endswith(f"#{self.region}") and not restores

    def _keep_address(self, response: HttpResponse) -> None:
        """Typing replaces the address, choosing adds one, and a refresh by a live hint touches nothing."""
        before = _query_of(self.request.headers.get("HX-Current-URL", ""))
        after = QueryDict(urlsplit(self.address).query)
        changed = {key for key in {*before, *after} if before.get(key) != after.get(key)}
        if changed:
            only_typed = changed <= {self.prefix + "q", self.prefix + "page"}
            response.headers["HX-Replace-Url" if only_typed else "HX-Push-Url"] = self.address


def _lookup(row, path: str) -> Any:
    for key in path.split("."):
        row = row.get(key) if isinstance(row, dict) else getattr(row, key, None)
        row = row() if callable(row) else row
    return row


def _query_of(address: str) -> QueryDict:
    try:
        return QueryDict(urlsplit(address).query)
    except ValueError:
        return QueryDict()


def _pairs(query: QueryDict) -> list[tuple[str, str]]:
    return [(key, value) for key, values in query.lists() for value in values]


def _filtered(rows, each: Filter, value: str):
    if each.apply:
        return each.apply(rows, value)
    if isinstance(rows, QuerySet):
        return rows.filter(**{each.key: value})
    return [row for row in rows if str(_lookup(row, each.key)) == value]


def _searched(rows, fields: Sequence[str], words: list[str]):
    if isinstance(rows, QuerySet):
        each_word = (reduce(or_, (Q(**{f"{name}__icontains": word}) for name in fields)) for word in words)
        return rows.filter(reduce(and_, each_word))
    return [row for row in rows if all(_mentions(row, fields, word.casefold()) for word in words)]


def _mentions(row, fields: Sequence[str], word: str) -> bool:
    return any(word in str(_lookup(row, name.replace("__", ".")) or "").casefold() for name in fields)


def _orderings(fields: Iterable[str], descending: bool) -> list:
    return [F(name).desc(nulls_last=True) if descending else F(name).asc(nulls_last=True) for name in fields]


def _sorted_list(rows: Sequence, column: Column, descending: bool) -> list:
    known = [row for row in rows if column.value_of(row) is not None]
    unknown = [row for row in rows if column.value_of(row) is None]
    return sorted(known, key=column.value_of, reverse=descending) + unknown
