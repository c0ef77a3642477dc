"""How a load generator talks to the process that started it."""

import pickle
import sys
from typing import Any


def heard() -> Any:
    """Return the next word; the end of the line ends the process."""
    try:
        return pickle.load(sys.stdin.buffer)
    except EOFError:
        sys.exit(0)


def say(value: Any) -> None:
    """Answer."""
    pickle.dump(value, sys.stdout.buffer)
    sys.stdout.buffer.flush()
