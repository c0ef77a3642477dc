"""Speaking to the person in the terminal. Imports nothing, because it is needed before anything else."""

import os
import sys


def say(line: str) -> None:
    """Print one line of progress. A reader who went away is no reason to stop."""
    try:
        print(line, flush=True)
    except OSError:
        # The interpreter would complain once more when it flushes at its end.
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
