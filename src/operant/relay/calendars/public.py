"""Public holidays, by the `holidays` package, which knows them by rules of its own."""

import re
from collections.abc import Sequence
from datetime import date
from functools import cache

from operant.platform.refusals import Invalid

from .days import MIDNIGHT, MOST_NAME, Day, joined


@cache
def countries() -> list[tuple[str, str]]:
    """Return the countries whose public holidays are known: code and name, by name."""
    # Only here: it loads a while.
    from holidays.registry import COUNTRIES

    named = ((code, re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)) for name, code, *_ in COUNTRIES.values())
    return sorted(named, key=lambda each: each[1])


@cache
def regions(country: str) -> list[tuple[str, str]]:
    """
    Return the parts of a country that have holidays of their own: code and name, by name.

    :raises Invalid: when no holidays of such a country are known.
    """
    found = _of(country, "", [])
    names = {code: name for name, code in getattr(found, "subdivisions_aliases", {}).items()}
    return sorted(((code, names.get(code, code)) for code in found.subdivisions), key=lambda each: each[1])


def holidays(country: str, region: str, first: date, last: date) -> list[Day]:
    """
    Return the public holidays of a country, or of one of its parts, between two days.

    :raises Invalid: when none are known of there.
    """
    found = _of(country, region, range(first.year, last.year + 1))
    named = ((day, str(name)[:MOST_NAME]) for day, name in found.items() if first <= day <= last)
    return joined(Day(day, day, MIDNIGHT, MIDNIGHT, name) for day, name in named)


def _of(country: str, region: str, years: Sequence[int]):
    from holidays import country_holidays

    if country not in dict(countries()):
        raise Invalid("Public holidays are known of the countries in the list. Choose one of them.")
    known = country_holidays(country)
    if region and region not in known.subdivisions:
        raise Invalid(f"{dict(countries())[country]} has no such region. Choose one of the list.")
    language = "en_US" if "en_US" in known.supported_languages else None
    return country_holidays(country, subdiv=region or None, years=years, language=language)
