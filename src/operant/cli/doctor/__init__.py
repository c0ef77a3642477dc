"""
What is wrong with this installation, and what to do about it.

A check is a function that yields findings. Levels: *error* (it does not work, or is not safe), *warning* (it
works today), *note* (worth knowing). An installation is well when nothing is an error.
"""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing found: `id` stays the same between versions, `what` and `fix` are sentences."""

    id: str
    level: str
    what: str
    fix: str


Findings = Iterator[Finding]
