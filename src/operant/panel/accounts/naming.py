"""What people and organizations may be called: anything they write, and nothing that plays tricks with the page it stands on."""

import unicodedata

from operant.platform.refusals import Invalid

LONGEST = 120
# They turn the order of what follows them around, outside of the name as well. Arabic and Hebrew need none of them.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")

# Letters and signs by their kind that leave no mark on the page.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def plain(text: str) -> str:
    """
    Return a text on one line, without control characters and those that turn the order of letters around.

    Of a text that nobody would see nothing is left.
    """
    kept = (" " if _is_control(letter) else letter for letter in text if letter not in _TURNING)
    found = " ".join(unicodedata.normalize("NFC", "".join(kept)).split())
    return found if any(map(_is_seen, found)) else ""


def of_person(text: str) -> str:
    """
    Return the name of a person.

    :raises Invalid: when nothing is left of it, it is too long, or it holds an address.
    """
    return checked(text, "A name")


def checked(text: str, noun: str) -> str:
    """
    Return what is to be the name of a person or an organization; `noun` begins the sentence that refuses it.

    :raises Invalid: when nothing is left of it, it is too long, or it holds an address.
    """
    name = plain(text)
    if not 1 <= len(name) <= LONGEST:
        raise Invalid(f"{noun} has between 1 and {LONGEST} characters.")
    # It stands in mails to whoever is invited: with an address it would carry a stranger's advertisement.
    if "://" in name:
        raise Invalid(f"{noun} holds no web address.")
    return name


def _is_control(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"}


def _is_seen(letter: str) -> bool:
    # Unassigned ones count: they may be newer than this Python.
    return unicodedata.category(letter) not in {"Cf", "Mn", "Me", "Zs"} and letter not in _BLANK
