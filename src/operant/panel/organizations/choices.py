"""What an organization can be set to."""

from functools import cache

from operant.panel.accounts.queries import zones

LOCALES = [("en", "English (1,234.56)"), ("en-GB", "English, United Kingdom"), ("de-DE", "Deutsch (1.234,56)"),
           ("fr-FR", "Français (1 234,56)"), ("es-ES", "Español"), ("nl-NL", "Nederlands"), ("it-IT", "Italiano")]


@cache
def zone_names() -> frozenset[str]:
    """Return the time zones an organization can have."""
    return frozenset(key for key, _ in zones())


@cache
def locale_names() -> frozenset[str]:
    """Return the locales an organization can have."""
    return frozenset(key for key, _ in LOCALES)
