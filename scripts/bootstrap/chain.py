"""Which steps lead to which goal."""

from __future__ import annotations

import sys

import places
import steps
from running import Failure

BUILT = [steps.frontend_packages, steps.countries, steps.app, steps.player, steps.static_files]
WRITING = "Operant keeps everything in its own folder: see that you own it and that the disk has room."
GOALS = {
    "deps": [steps.packages, steps.frontend_packages],
    "build": [steps.packages, *BUILT],
    "test": [steps.test_packages, *BUILT, steps.browser, steps.pooler, steps.mariadb],
}


def main(words: list[str]) -> int:
    """Take the steps to the goal named in `words` and return the exit status."""
    if len(words) != 1 or words[0] not in GOALS:
        print(f"usage: python3 scripts/bootstrap {{{'|'.join(GOALS)}}}", file=sys.stderr)
        return 2
    try:
        with places.alone():
            for step in GOALS[words[0]]:
                step()
    except Failure as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"\n{error.filename or places.ROOT}: {error.strerror}. {WRITING}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on where this one ended.", file=sys.stderr)
        return 130
    return 0
