"""What may refuse a file by its content before it is kept. A virus scanner registers here; there is none by default."""

from collections.abc import Callable
from pathlib import Path

Check = Callable[[Path, str], None]

_CHECKS: list[Check] = []


def checks_content(check: Check) -> Check:
    """
    Let `check(path, kind)` look at every file before it is kept; it raises a `Refusal` to turn the file away.

    Anything else it raises also keeps the file out: a scanner that does not answer has not said yes.
    """
    _CHECKS.append(check)
    return check


def run(path: Path, kind: str) -> None:
    for check in _CHECKS:
        check(path, kind)
