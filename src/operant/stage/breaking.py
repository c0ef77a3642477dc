"""What of dashboards and alerts would not work any more with other data in a source's place: found by asking it."""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from operant.platform.files.sandbox import BadQuery, SandboxRefusal

from . import engine, queries
from .models import Alert, Source
from .questions import Asked, asked

_SECONDS = 30
_ONE, _MANY = ("value", "compare", "along", "x", "names", "target_column"), ("y",)


@dataclass(frozen=True)
class Reader:
    """A widget or an alert, the columns that it names, and where it stands."""

    dashboard: str
    name: str
    columns: frozenset[str]


@dataclass
class Reading:
    """One query that reads a source, with all that shows its answer."""

    asked: Asked
    readers: set[Reader] = field(default_factory=set)


@dataclass(frozen=True)
class Break:
    """What would not work any more, and why."""

    dashboard: str
    name: str
    why: str


@dataclass(frozen=True)
class Found:
    """What would break; `is_whole` unless the time was not enough to ask every query."""

    breaks: list[Break]
    is_whole: bool = True

    @property
    def holds_back(self) -> bool:
        """Whether somebody has to decide: something would break, or nobody knows."""
        return bool(self.breaks) or not self.is_whole

    @property
    def why(self) -> str:
        """What holds it back, as the rest of a sentence."""
        names = list(dict.fromkeys(f"{each.name} on {each.dashboard}" for each in self.breaks))
        if not names:
            return "" if self.is_whole else "there was not the time to ask everything that reads it"
        readers = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        return f"with it, {readers} would not work any more"


NOTHING = Found([])


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


def breaks(found: Iterable[Reading], before: engine.Place, after: engine.Place, seconds: float = _SECONDS) -> Found:
    """
    Return what works now and would not with what is `after`. Never inside a scope.

    What does not work now is nobody's news.
    """
    until, broken = time.monotonic() + seconds, set[Break]()
    for reading in found:
        if time.monotonic() > until:
            return Found(_sorted(broken), is_whole=False)
        wrong = _wrong(reading, after)
        if wrong:
            known = _wrong(reading, before)
            broken |= {Break(each.dashboard, each.name, wrong[each]) for each in wrong.keys() - known.keys()}
    return Found(_sorted(broken))


def _readers(dashboard: str, document: dict[str, Any], query_id: str, alerts: list[Alert]) -> Iterator[Reader]:
    for widget in document["widgets"]:
        if widget.get("query") == query_id:
            yield Reader(dashboard, widget["title"] or f"A {widget['kind']} without a title", frozenset(_named(widget["options"])))
    for alert in alerts:
        if alert.query_id == query_id:
            yield Reader(dashboard, f"Alert {alert.name}", frozenset({alert.column} - {""}))
    for variable in document.get("variables", []):
        if (variable.get("choices_from") or {}).get("query") == query_id:
            yield Reader(dashboard, f"Choices of {variable['name']}", frozenset())


def _named(options: dict[str, Any]) -> Iterator[str]:
    yield from (options[each] for each in _ONE if options.get(each))
    for each in _MANY:
        yield from options.get(each) or []
    yield from (each["column"] for each in options.get("columns") or [])


def _wrong(reading: Reading, place: engine.Place) -> dict[Reader, str]:
    """Return each reader that does not get what it needs, with the reason."""
    try:
        outcome = engine.ask(place, reading.asked.sql, engine.REFRESH, reading.asked.parameters)
    except BadQuery as refused:
        return dict.fromkeys(reading.readers, refused.message)
    except SandboxRefusal:
        # Too slow or too large is no matter of columns.
        return {}
    outcome = engine.stepped(outcome, reading.asked.steps)
    if outcome.error:
        return dict.fromkeys(reading.readers, outcome.error)
    given = {each["name"] for each in outcome.columns}
    missing = {each: sorted(each.columns - given) for each in reading.readers}
    return {each: f"The answer has no column {', '.join(names)}." for each, names in missing.items() if names}


def _sorted(found: set[Break]) -> list[Break]:
    return sorted(found, key=lambda each: (each.dashboard, each.name))
