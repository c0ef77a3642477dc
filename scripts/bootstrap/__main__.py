"""Prepare this folder to run (`run`) or to be tested (`test`); what is done already is skipped."""

import sys

OLDEST = (3, 11)

if sys.version_info < OLDEST:
    sys.exit(
        "Operant needs Python 3.11 or newer, and {} is {}.{}. Install python3.11, then: make run PYTHON=python3.11".format(  # noqa: UP032
            sys.executable, *sys.version_info[:2]
        )
    )

import places
import steps
from running import Failure

GOALS = {
    "deps": [steps.packages, steps.frontend_packages],
    "build": [steps.packages, steps.frontend_packages, steps.app, steps.player],
    "run": [steps.packages, steps.frontend_packages, steps.app, steps.player, steps.static_files],
    "test": [steps.test_packages, steps.frontend_packages, steps.app, steps.player, steps.browser],
}


def main() -> int:
    goal = sys.argv[1] if len(sys.argv) > 1 else ""
    if goal not in GOALS:
        print(f"usage: python3 scripts/bootstrap {{{'|'.join(GOALS)}}}", file=sys.stderr)
        return 2
    try:
        with places.alone():
            for step in GOALS[goal]:
                step()
    except Failure as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on where this one ended.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
