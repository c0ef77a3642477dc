"""What an organization and its parts may be called: anything that people write, and nothing that plays tricks with it."""

import unicodedata

from operant.platform.refusals import Invalid

LONGEST = 120
# They turn the order of what follows them around, outside of the name as well. Arabic and Hebrew need none of them.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


def plain(text: str) -> str:
    """Return a text on one line, without control characters and those that turn the order of letters around."""
    kept = (" " if _is_control(letter) else letter for letter in text if letter not in _TURNING)
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


def of_organization(text: str) -> str:
    """
    Return the name of an organization.

    :raises Invalid: when nothing is left of it, it is too long, or it holds an address.
    """
    name = plain(text)
    if not 1 <= len(name) <= LONGEST:
        raise Invalid(f"An organization needs a name of at most {LONGEST} characters.")
    # It stands in mails to whoever is invited: with an address it would carry a stranger's advertisement.
    if "://" in name:
        raise Invalid("The name of an organization holds no web address.")
    return name


def _is_control(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"}
