"""Exceptions as text that may be kept: where it happened and what it says, without anybody's values."""

import traceback
from pathlib import Path

from operant.platform import scrubbing

OURS = str(Path(__file__).parents[2])
INSTALLED = "site-packages/"
MOST_LINES = 60
# Every statement goes through these: grouped by them, all errors of the database would be one.
PLUMBING = ("platform/tenancy/guard.py", "platform/observing/threads.py")


def lines(error: BaseException) -> list[str]:
    """Return the stack, the first cause first: `file:line function`, and after each stack its exception."""
    found: list[str] = []
    for each in reversed(_chain(error)):
        frames = traceback.extract_tb(each.__traceback__)
        found += [f"{short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
        found.append(headline(each))
    # The end of a stack that ran in circles tells as much as its whole.
    return found[-MOST_LINES:]


def headline(error: BaseException) -> str:
    """Return the type of an exception and what it says."""
    return ": ".join(filter(None, (kind(error), scrubbing.sentence(error))))


def kind(error: BaseException) -> str:
    """Return the type of an exception with its module."""
    module, name = type(error).__module__, type(error).__qualname__
    return name if module == "builtins" else f"{module}.{name}"


def place(error: BaseException) -> str:
    """Return the deepest place in our own code, or the deepest of all: the same wherever the lines moved to."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if frame.filename.startswith(OURS) and not frame.filename.endswith(PLUMBING)]
    deepest = (ours or list(frames))[-1:]
    return f"{short(deepest[0].filename)} {deepest[0].name}" if deepest else ""


def short(file: str) -> str:
    """Return a file's name as its authors know it, without the machine it lies on."""
    if file.startswith(OURS):
        return "operant" + file[len(OURS) :]
    return file.rpartition(INSTALLED)[2] if INSTALLED in file else Path(file).name


def _chain(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in found and len(found) < 5:
        found.append(following)
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)
    return found
