"""
How times and numbers are written for whoever reads the page: their zone, and their country's way.

The words are English whatever is chosen; Django's own locales would translate some of them and leave the rest.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import dateformat, numberformat

SAMPLE = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
NARROW = "\u202f"


@dataclass(frozen=True)
class Locale:
    """One way of writing: days, times, the decimal point and what stands between thousands."""

    name: str
    day: str
    time: str
    point: str
    group: str
    # What a browser calls the same way of writing dates; empty: its own.
    browser: str

    @property
    def sample(self) -> str:
        """What it looks like."""
        written = dateformat.format(SAMPLE, f"{self.day}, {self.time}")
        return f"{self.name}: {written}; {_number(Decimal('1234.5'), self)}"


DEFAULT = "en"
# What organizations choose for their screens is a language with its country; here only its way of writing counts.
_LIKE = {"de-DE": "en-DE", "es-ES": "en-DE", "it-IT": "en-DE", "nl-NL": "en-DE", "fr-FR": "en-FR"}
LOCALES = {
    DEFAULT: Locale("As this browser writes them", "j M Y", "H:i", ".", ",", ""),
    "en-GB": Locale("United Kingdom", "j M Y", "H:i", ".", ",", "en-GB"),
    "en-US": Locale("United States", "M j, Y", "g:i A", ".", ",", "en-US"),
    "en-DE": Locale("Germany", "j M Y", "H:i", ",", ".", "en-GB"),
    "en-CH": Locale("Switzerland", "j M Y", "H:i", ".", "’", "en-GB"),
    "en-FR": Locale("France", "j M Y", "H:i", ",", NARROW, "en-GB"),
    "iso": Locale("ISO 8601", "Y-m-d", "H:i", ".", NARROW, "sv-SE"),
}


@dataclass(frozen=True)
class Reader:
    """Whoever reads: how they write, and where they are. `zone_name` is empty where their browser knows it."""

    locale: Locale = LOCALES[DEFAULT]
    zone_name: str = ""

    @property
    def zone(self) -> tzinfo:
        """The zone in which times are written before the browser takes over."""
        return ZoneInfo(self.zone_name) if self.zone_name else UTC


@dataclass(frozen=True)
class Somebody:
    """Whoever something is written for, where that is not a person as they are kept."""

    locale: str
    time_zone: str


class _Asked:
    """Who reads, asked once and not before. Compared by identity: between threads contexts are, on the event loop."""

    def __init__(self, person: Callable[[], Any]) -> None:
        self._person = person

    @cached_property
    def reader(self) -> Reader:
        return reader(self._person())


NOBODY = _Asked(lambda: None)
_asked: ContextVar[_Asked] = ContextVar("asked", default=NOBODY)


def choices() -> list[tuple[str, str]]:
    """Return the ways of writing that a person can choose, each with what it looks like."""
    return [(key, each.sample if key != DEFAULT else each.name) for key, each in LOCALES.items()]


@contextmanager
def written_for(person: Callable[[], Any]) -> Iterator[None]:
    """Write for a person or an organization (their `locale` and `time_zone`); who it is is asked when something is written."""
    token = _asked.set(_Asked(person))
    try:
        yield
    finally:
        _asked.reset(token)


def reader(person: Any) -> Reader:
    """Return how a person reads, or an organization; nobody in particular reads as the house does."""
    chosen = getattr(person, "locale", DEFAULT)
    return Reader(LOCALES.get(_LIKE.get(chosen, chosen), LOCALES[DEFAULT]), _known(getattr(person, "time_zone", "")))


def current() -> Reader:
    """Return who reads what is being written."""
    return _asked.get().reader


def day(value: date) -> str:
    """Write a day; that of an instant is the day in the reader's zone."""
    at = value.astimezone(current().zone) if isinstance(value, datetime) else value
    return dateformat.format(at, current().locale.day)


def instant(at: datetime) -> str:
    """Write an instant exactly, with the name of its zone."""
    local, locale = at.astimezone(current().zone), current().locale
    return f"{dateformat.format(local, f'{locale.day}, {locale.time}')} {local.tzname() or ''}".rstrip()


def number(value: float | Decimal) -> str:
    """Write a number, its thousands apart."""
    return _number(value, current().locale)


def figure(text: str) -> str:
    """Write a number that is kept as text. One with an exponent has no thousands to part, and stays."""
    return text if "E" in text else number(Decimal(text))


def _number(value: float | Decimal, locale: Locale) -> str:
    return numberformat.format(
        value, locale.point, grouping=3, thousand_sep=locale.group, force_grouping=True, use_l10n=True
    )


def _known(zone: str) -> str:
    try:
        ZoneInfo(zone or "UTC")
    except (KeyError, ValueError):
        # One that this machine's list does not have, or has no longer.
        return ""
    return zone
