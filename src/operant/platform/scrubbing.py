"""
Takes out of texts what could be a secret or a person: what screens report, what is logged, what errors say.

`scrub` is for words of our own and of screens; `foreign` for messages that others wrote, in which anything that stands
in quotes may be somebody's value; `sentence` for exceptions.
"""

import re

from operant.platform.refusals import Refusal

LONGEST = 200
_ENDS = "'\")>,;:."
# Each begins where a run of its letters begins, and nowhere inside: else a long run is read again from every letter.
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b(bearer|basic|token|password|secret|key(?! value\b))(?:\s*[=:]\s*|\s+)[^\s,;]+", re.IGNORECASE), r"\1 [token]"),
    (re.compile(r"(?<![^\s@'\"<>(),;:])[^\s@'\"<>(),;:]+@[^\s@'\"<>(),;:]+\.[a-z]{2,}", re.IGNORECASE), "[email]"),
    (re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}"), "[token]"),
    (re.compile(r"(?<![A-Za-z0-9_-])(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{20,}"), "[token]"),
    (re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{32,}"), "[token]"),
    (re.compile(r"\+?\d(?:[\s().,/-]{0,3}\d){5,}"), "[number]"),
)
_PATH = re.compile(r"(?<![\w.:/])/[^\s,;]+")
_QUOTE = re.compile(r"(?<!\w)[\"'`“‘]")
_CLOSED_BY = {"“": "”", "‘": "’"}
# In quotes after one of these words stands a name from our own code or tables.
_NAMING = re.compile(r"\b(?:attribute|argument|column|constraint|function|index|module|named|relation|role|table)\s$")
_NAME = re.compile(r"(.)([A-Za-z_][\w.]{0,62})[\"'`”’](?!\w)")


def scrub(message: str, *, longest: int = LONGEST) -> str:
    """Return a message of one line without addresses, tokens, query strings and long numbers, cut to `longest`."""
    printable = "".join(letter if letter.isprintable() else " " for letter in message)
    line = _begun(" ".join(_bare(word) for word in printable.split()), 5 * longest)
    for pattern, instead in _RULES:
        line = pattern.sub(instead, line)
    return line if len(line) <= longest else line[: longest - 1] + "…"


def _begun(line: str, most: int) -> str:
    # Whole words only: half a secret is not known as one.
    return line if len(line) <= most else f"{line[:most].rpartition(' ')[0]} …".strip()


def foreign(message: str) -> str:
    """Return the first line of a message that others wrote, without values and paths."""
    # Cut first, so that no text takes long, and after it whatever was quoted is unquoted no more.
    first = next(iter(message.strip().splitlines()), "")[:1000]
    return scrub(_PATH.sub("[path]", _without_values(first)))


def sentence(error: BaseException) -> str:
    """Return what an exception says, without the values it carries."""
    if isinstance(error, Refusal):
        return error.code  # its words are for the person who asked, and may be about what they sent
    if type(error).__module__.split(".")[0] in {"duckdb", "_duckdb"}:
        return ""  # these repeat what people typed, quoted or not
    return foreign(str(error))


def _without_values(line: str) -> str:
    """Blank from the first quoted value to the last quote: a value may hold quotes itself."""
    at = 0
    while found := _QUOTE.search(line, at):
        begins, quote = found.start(), found.group()
        name = _NAME.match(line, begins) if _NAMING.search(line[:begins]) else None
        if name is None:
            ends = line.rfind(_CLOSED_BY.get(quote, quote))
            return f"{line[:begins]}[value]" + (line[ends + 1 :] if ends > begins else "")
        at = name.end()
    return line


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
