"""Takes out of a client error what could be a secret or a person. The player does it too; nothing rests on that."""

import re

LONGEST = 200
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b([a-z][a-z0-9+.-]*://)[^\s/@'\"]+@", re.IGNORECASE), r"\1"),
    (re.compile(r"([^\s?#'\"()]*[/.][^\s?#'\"()]*)[?#][^\s'\")]*"), r"\1"),
    (re.compile(r"\b(bearer|basic|token|password|secret|key)(\s*[=:]\s*|\s+)[^\s,;]+", re.IGNORECASE), r"\1 [token]"),
    (re.compile(r"[^\s@'\"<>(),;:]+@[^\s@'\"<>(),;:]+\.[a-z]{2,}", re.IGNORECASE), "[email]"),
    (re.compile(r"[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}"), "[token]"),
    (re.compile(r"\b(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{20,}"), "[token]"),
    (re.compile(r"\b[A-Za-z0-9_-]{32,}"), "[token]"),
    (re.compile(r"\+?\d(?:[\s().,/-]?\d){5,}"), "[number]"),
)


def scrub(message: str) -> str:
    """Return a message of one line without addresses, tokens, query strings and long numbers, at most 200 letters."""
    for pattern, instead in _RULES:
        message = pattern.sub(instead, message)
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in message).split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
