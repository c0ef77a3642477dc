"""Telling the person in the terminal how far it is."""

import time
from collections.abc import Callable, Iterator

_EVERY = 3.0


class Progress:
    """Says each step, and within a long one every few seconds where it stands."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._told = time.monotonic()

    def step(self, line: str) -> None:
        """Say that something is done or begins."""
        self._told = time.monotonic()
        self._say(line)

    def at(self, line: str) -> None:
        """Say where a long step stands, when nothing was said for a while."""
        if time.monotonic() - self._told > _EVERY:
            self.step(f"  … {line}")

    def through(self, pieces: Iterator[bytes], what: str) -> Iterator[bytes]:
        """Pass a stream on and tell its size on the way."""
        passed = 0
        for piece in pieces:
            passed += len(piece)
            self.at(f"{what}, {size(passed)}")
            yield piece


def size(count: int) -> str:
    """Return a number of bytes as people read it."""
    value, unit = float(count), "bytes"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{value:,.0f} {unit}" if value >= 100 or unit == "bytes" else f"{value:,.1f} {unit}"
