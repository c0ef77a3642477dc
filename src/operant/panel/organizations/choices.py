"""What an organization can be set to."""

from functools import cache
from pathlib import Path

from operant.panel.accounts.queries import zones

LOCALES = [("en", "English (1,234.56)"), ("en-GB", "English, United Kingdom"), ("de-DE", "Deutsch (1.234,56)"),
           ("fr-FR", "Français (1 234,56)"), ("es-ES", "Español"), ("nl-NL", "Nederlands"), ("it-IT", "Italiano")]
# ISO 4217 as of 2026: what is money somewhere. Funds, metals and codes for testing are left out.
_CURRENCIES = Path(__file__).with_name("currencies.txt")


@cache
def currencies() -> list[tuple[str, str]]:
    """Return the currencies an organization can reckon in, by code, with what to show."""
    lines = _CURRENCIES.read_text(encoding="utf-8").splitlines()
    return [(code, f"{code}, {name}") for code, _, name in (line.partition(" ") for line in lines)]


@cache
def currency_codes() -> frozenset[str]:
    """Return the codes of those currencies."""
    return frozenset(code for code, _ in currencies())


@cache
def zone_names() -> frozenset[str]:
    """Return the time zones an organization can have."""
    return frozenset(key for key, _ in zones())


@cache
def locale_names() -> frozenset[str]:
    """Return the locales an organization can have."""
    return frozenset(key for key, _ in LOCALES)
