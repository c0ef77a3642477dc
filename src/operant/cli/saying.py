"""Speaking to the person in the terminal. Imports next to nothing, because it is needed before anything else."""

import os
import sys

from operant.panel.audit.verify import readable


def say(words: str) -> None:
    """Print lines of progress, with nothing in them that steers a terminal. A reader who went away is no reason to stop."""
    try:
        print(plain(words), flush=True)
    except OSError:
        # The interpreter would complain once more when it flushes at its end.
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115


def plain(words: str) -> str:
    """Return lines as a terminal may have them: organizations' names and texts stand in them, and those are anybody's."""
    return "\n".join(readable(line) for line in words.split("\n"))
