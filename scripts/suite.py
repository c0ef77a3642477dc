"""
Run every test: those in a browser beside all others, each half with a PostgreSQL of its own.

Browsers mostly wait and the rest mostly computes, so two cores are done in little more than half the time.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
IN_BROWSERS = ["tests/journeys", "tests/player"]
LOG = ROOT / "test-results/browsers.log"


def main() -> int:
    begun = time.monotonic()
    LOG.parent.mkdir(exist_ok=True)
    with LOG.open("wb") as log:
        browsers = _started(IN_BROWSERS, ".operant-browsers", stdout=log, stderr=subprocess.STDOUT)
        rest = _started([f"--ignore={place}" for place in IN_BROWSERS], ".operant-test")
        try:
            failed = [rest.wait(), browsers.wait()]
        except KeyboardInterrupt:
            # The terminal told both; each closes its database before it ends.
            rest.wait()
            browsers.wait()
            return 130
    print("\nIn browsers:")
    print(LOG.read_text(encoding="utf-8", errors="replace"))
    print(f"Everything took {time.monotonic() - begun:.0f} s.")
    return int(any(failed))


def _started(arguments: list[str], home: str, **options: object) -> subprocess.Popen:
    environment = {**os.environ, "TEST_HOME": home}
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=environment, **options)  # type: ignore[call-overload]


if __name__ == "__main__":
    raise SystemExit(main())
