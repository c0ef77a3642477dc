"""What a call can say of somebody else's database, in sentences for the person who asked. The password is never part of one."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from operant.platform.files.sandbox import BadQuery, SandboxRefusal, TooBig, TooSlow

from ..stepping import Unreachable
from .database import Database

_LONGEST = 600
MOST_READ = 2_000
"""What is read of a server's text at all: a rule may take the square of a length that an enemy chooses."""
TOO_MUCH = "The database sent more than it was asked for, so the connection was closed."
ONE_SELECT = "Only one SELECT can be asked at a time: nothing before it, and nothing after it."
LOCKED = "What this reads is locked by somebody else's work on the database. Try again in a moment."
ENDED = "The database ended the connection."
LOST = "The database ended the connection in the middle."


class Silent(Unreachable):
    """The database kept whoever asked waiting until the end: the next one would wait as long."""


def packed(error: SandboxRefusal) -> dict[str, Any]:
    """Return a refusal as JSON has it."""
    is_unreachable = isinstance(error, Unreachable)
    parts = ("step", "what", "advice") if is_unreachable else ("message", "line", "column")
    return {"kind": type(error).__name__, "told": [getattr(error, part) for part in parts]}


def unpacked(failed: dict[str, Any]) -> SandboxRefusal | None:
    """Return the refusal that was packed, or None when it was none of ours."""
    kinds = {each.__name__: each for each in (BadQuery, TooBig, TooSlow, Unreachable, Silent)}
    kind = kinds.get(failed["kind"])
    return kind(*failed["told"]) if kind else None


@contextmanager
def understood(product: str, *more: type[Exception]) -> Iterator[None]:
    """
    Read a server's answers inside the block.

    :raises Unreachable: when they are none: no number where one belongs, no JSON, too few columns, or one of `more`.
    """
    try:
        yield
    except (ValueError, RecursionError, *more) as error:
        said = f"The database gives answers that {product} never gives."
        raise Unreachable("read", said, f"Check that it is {product} that answers there.") from error


def place(sql: str, at: int) -> tuple[int | None, int | None]:
    """Return line and column, both from 1, of a position that counts characters from 0."""
    if not 0 <= at <= len(sql):
        return None, None
    before = sql[:at]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


# At which step a message of a library or a server is, what it means, and what to do.
Known = Sequence[tuple[str, str, str, str]]


def of_connecting(known: Known, text: str, step: str, database: Database) -> Unreachable | None:
    """Return why no connection came about, by the first pattern of `known` that fits."""
    text = text[:MOST_READ]
    for pattern, at, message, advice in known:
        if re.search(pattern, text):
            return Unreachable(at or step, _filled(message, database), _filled(advice, database))
    return None


_SILENT = {
    "connect": ("{host} does not answer at port {port}.", "Check host and port; a firewall may be in between."),
    "tls": ("Something at {host} port {port} accepts connections but says nothing.", "Check that it is {product}."),
    "sign_in": ("The database does not answer the sign-in.", "It may be overloaded. Try again in a moment."),
}


def of_silence(step: str, database: Database) -> Silent:
    """Return that nothing was heard in time."""
    message, advice = _SILENT.get(step, _SILENT["sign_in"])
    return Silent(step, _filled(message, database), _filled(advice, database))


def of_ending(step: str, database: Database) -> Unreachable:
    """Return that the process which asked was ended in the middle."""
    said = "What this database answers took more computing or memory than it may, so asking was ended."
    advice = _filled("Try again in a moment. If it stays so, check that it is {product} that answers there.", database)
    return (Unreachable if step == "read" else Silent)(step, said, advice)


def _filled(message: str, database: Database) -> str:
    return message.format(host=database.host, port=database.port, product=database.product)


def sentence(text: str) -> str:
    """Return what a server said as a sentence of ours."""
    text = " ".join(text.replace("\0", "").split())[:_LONGEST]
    text = text[:1].upper() + text[1:]
    return text if not text or text.endswith((".", "!", "?")) else text + "."
