"""Takes out of a client error what could be a secret or a person. The player does it too; nothing rests on that."""

import re

LONGEST = 200
_ENDS = "'\")>,;:."
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b(bearer|basic|token|password|secret|key)(?:\s*[=:]\s*|\s+)[^\s,;]+", re.IGNORECASE), r"\1 [token]"),
    (re.compile(r"[^\s@'\"<>(),;:]+@[^\s@'\"<>(),;:]+\.[a-z]{2,}", re.IGNORECASE), "[email]"),
    (re.compile(r"[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}"), "[token]"),
    (re.compile(r"\b(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{20,}"), "[token]"),
    (re.compile(r"\b[A-Za-z0-9_-]{32,}"), "[token]"),
    (re.compile(r"\+?\d(?:[\s().,/-]{0,3}\d){5,}"), "[number]"),
)


def scrub(message: str) -> str:
    """Return a message of one line without addresses, tokens, query strings and long numbers, at most 200 letters."""
    printable = "".join(letter if letter.isprintable() else " " for letter in message)
    line = " ".join(_bare(word) for word in printable.split())
    for pattern, instead in _RULES:
        line = pattern.sub(instead, line)
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def _bare(word: str) -> str:
    """Return a word without what an address carries behind its path, or before its host."""
    # By hand, word for word: one pattern for whole addresses takes seconds on texts made to be slow.
    scheme, is_address, rest = word.partition("://")
    if is_address:
        authority, slash, path = rest.partition("/")
        word = f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}"
    cut = min((place for place in (word.find("?"), word.find("#")) if place >= 0), default=-1)
    if cut < 0 or not set("/.") & set(word[:cut]):
        return word
    return word[:cut] + word[len(word.rstrip(_ENDS)) :]
