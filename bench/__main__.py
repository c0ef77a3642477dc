"""`python -m bench [GROUP]`."""

import sys

from bench import run

sys.exit(run.run(sys.argv[1] if len(sys.argv) > 1 else ""))
