"""What of dashboards and alerts would not work any more with other data in a source's place: found by asking it."""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from operant.platform.files.sandbox import BadQuery, Busy, SandboxBroken, SandboxRefusal, TooBig, TooSlow

from . import columns, engine, queries, reasons, schemas
from .models import Alert, Source
from .questions import Asked, asked

_SECONDS = 30
_ONE, _MANY = ("value", "compare", "along", "x", "names", "target_column"), ("y",)
_FIGURES = ("value", "compare", "target_column", "y")
# What is wrong with the columns of an answer, the worst first.
_GONE, _NO_FIGURE = "The answer has no column {}.", "{} would be no figure any more."
_NO_VALUE = "{} would be no single value any more."
_WHOLE = ""
"""Stands among the columns of a reader for its whole query."""


@dataclass(frozen=True)
class Reader:
    """A widget or an alert, the columns that it names, those of them that hold figures, and where it stands."""

    dashboard: str
    name: str
    columns: frozenset[str]
    figures: frozenset[str] = frozenset()


# By column, what is wrong with it.
_Wrong = dict[Reader, dict[str, str]]


@dataclass
class Reading:
    """One query that reads a source, with all that shows its answer."""

    asked: Asked
    readers: set[Reader] = field(default_factory=set)


@dataclass(frozen=True)
class Break:
    """What would not work any more, or could not be checked, and why."""

    dashboard: str
    name: str
    why: str


@dataclass(frozen=True)
class Found:
    """What would break, and what is `unchecked`: too slow, or there was not the time to ask it."""

    breaks: list[Break]
    unchecked: list[Break] = field(default_factory=list)

    @property
    def holds_back(self) -> bool:
        """Whether somebody has to decide: something would break, or nobody knows."""
        return bool(self.breaks or self.unchecked)

    @property
    def why(self) -> str:
        """What holds it back, as the rest of a sentence."""
        if self.breaks:
            return f"with it, {_listed(self.breaks)} would not work any more"
        return f"{_listed(self.unchecked)} could not be checked" if self.unchecked else ""


NOTHING = Found([])


class _Unchecked(Exception):
    """Nobody knows whether what reads a source would work; its text says why."""


class _Refused(_Unchecked):
    """The query takes too much, whatever the columns are."""


def readings(source: Source) -> list[Reading]:
    """Return each query of drafts and published dashboards that reads a source, once."""
    found: dict[str, Reading] = {}
    dashboards = queries.dashboards_reading(source)
    published, watching = queries.documents(each.pk for each in dashboards), defaultdict(list)
    for alert in Alert.objects.filter(dashboard__in=dashboards):
        watching[alert.dashboard_id].append(alert)
    for dashboard in dashboards:
        alerts = watching[dashboard.pk]
        documents = [dashboard.draft, *([published[dashboard.pk]] if dashboard.pk in published else [])]
        for document in documents:
            for query_id, each in asked(document).items():
                if each.source_id == source.pk:
                    reading = found.setdefault(each.key, Reading(each))
                    reading.readers |= set(_readers(dashboard.name, document, query_id, alerts))
    return list(found.values())


def breaks(
    found: Iterable[Reading], before: engine.Place, after: engine.Place, seconds: float = _SECONDS,
    change: schemas.Difference | None = None,
) -> Found:
    """
    Return what works now and would not with what is `after`. Never inside a scope.

    The `change` of the columns says why. A query breaks as well where it gets an answer that cannot be shown.

    What does not work now, or takes too much, is nobody's news. What got too slow, and what there is no time for, is unchecked.
    """
    until, broken, unchecked = time.monotonic() + seconds, set[Break](), set[Break]()
    for reading in found:
        try:
            if time.monotonic() > until:
                raise _Unchecked("There was not the time to ask it.")
            news = _news(reading, before, after, change or schemas.Difference())
            broken |= set(news.breaks)
            unchecked |= set(news.unchecked)
        except _Unchecked as told:
            unchecked |= {Break(each.dashboard, each.name, str(told)) for each in reading.readers}
    return Found(_sorted(broken), _sorted(unchecked))


def _readers(dashboard: str, document: dict[str, Any], query_id: str, alerts: list[Alert]) -> Iterator[Reader]:
    for widget in document["widgets"]:
        if widget.get("query") == query_id:
            named, title = frozenset(_named(widget["options"])), widget["title"] or f"A {widget['kind']} without a title"
            # The value of a status tile is a word as often as a figure.
            yield Reader(dashboard, title, named, frozenset(_figures(widget["options"]) if widget["kind"] != "status" else ()))
    for alert in alerts:
        if alert.query_id == query_id:
            column = frozenset({alert.column} - {""})
            yield Reader(dashboard, f"Alert {alert.name}", column, column)
    for variable in document.get("variables", []):
        if (variable.get("choices_from") or {}).get("query") == query_id:
            yield Reader(dashboard, f"Choices of {variable['name']}", frozenset())


def _named(options: dict[str, Any]) -> Iterator[str]:
    yield from (options[each] for each in _ONE if options.get(each))
    for each in _MANY:
        yield from options.get(each) or []
    yield from (each["column"] for each in options.get("columns") or [])


def _figures(options: dict[str, Any]) -> Iterator[str]:
    for each in _FIGURES:
        named = options.get(each) or []
        yield from [named] if isinstance(named, str) else named


def _news(reading: Reading, before: engine.Place, after: engine.Place, change: schemas.Difference) -> Found:
    try:
        wrong, is_known = _wrong(reading, after, change), True
    except _Refused as refused:
        wrong, is_known = _all_wrong(reading, str(refused)), False
    if not wrong:
        return NOTHING
    try:
        known = _wrong(reading, before, schemas.Difference())
    except _Refused:
        return NOTHING
    found = []
    for each, told in wrong.items():
        if news := _new(each, told, known.get(each, {})):
            why = news.get(_WHOLE) or reasons.because(change, reading.asked.sql, each.columns) or _said(news)
            found.append(Break(each.dashboard, each.name, why))
    return Found(found) if is_known else Found([], found)


def _new(reader: Reader, wrong: dict[str, str], known: dict[str, str]) -> dict[str, str]:
    """Return what is wrong that was not before: of a reader that showed something, and of columns that it showed."""
    lost = {column for column, told in known.items() if told != _NO_VALUE}
    if lost and (_WHOLE in lost or reader.columns <= lost):
        return {}
    return {column: told for column, told in wrong.items() if column not in lost and told != known.get(column)}


def _wrong(reading: Reading, place: engine.Place, change: schemas.Difference) -> _Wrong:
    """Return each reader that does not get what it needs, with the reason."""
    sql = reading.asked.sql
    why = reasons.because(change, sql) or reasons.OTHERWISE
    if isinstance(place, engine.FileTable) and reasons.takes_row(change, sql, place.name):
        return _all_wrong(reading, why)
    try:
        outcome = engine.ask(place, reading.asked.sql, engine.REFRESH, reading.asked.parameters)
    except BadQuery:
        return _all_wrong(reading, why)
    except SandboxRefusal as refused:
        # Too slow or too large is no matter of columns, and nobody knows.
        if isinstance(refused, TooSlow | TooBig) and not isinstance(refused, Busy):
            raise _Refused(refused.message) from None
        raise _Unchecked(refused.message) from None
    except SandboxBroken:
        engine.log.exception("A query could not be asked of what was read.")
        raise _Unchecked("It could not be asked because of a fault in Operant.") from None
    outcome = engine.stepped(outcome, reading.asked.steps)
    if outcome.error:
        return _all_wrong(reading, outcome.error)
    found = {each: _unshown(each, outcome) for each in reading.readers}
    return {each: told for each, told in found.items() if told}


def _all_wrong(reading: Reading, why: str) -> _Wrong:
    return {each: {_WHOLE: why} for each in reading.readers}


def _unshown(reader: Reader, outcome: engine.Outcome) -> dict[str, str]:
    """Return what of an answer is not there, or is nothing that can be shown where it stands."""
    types = {each["name"]: each["type"] for each in outcome.columns}
    # Without a value nobody can tell: SQLite has a type for each of them.
    held = {each["name"] for at, each in enumerate(outcome.columns) if any(row[at] is not None for row in outcome.rows)}
    whole = dict.fromkeys((each for each in reader.columns & held if types[each] == "json"), _NO_VALUE)
    words = dict.fromkeys((each for each in reader.figures & held if types[each] not in columns.FIGURES), _NO_FIGURE)
    return whole | words | dict.fromkeys(reader.columns - types.keys(), _GONE)


def _said(wrong: dict[str, str]) -> str:
    worst = next(each for each in (_GONE, _NO_FIGURE, _NO_VALUE) if each in wrong.values())
    return worst.format(", ".join(sorted(column for column, told in wrong.items() if told == worst)))


def _listed(found: list[Break]) -> str:
    names = list(dict.fromkeys(f"{each.name} on {each.dashboard}" for each in found))
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _sorted(found: set[Break]) -> list[Break]:
    return sorted(found, key=lambda each: (each.dashboard, each.name))
