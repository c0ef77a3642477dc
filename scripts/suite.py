"""
Run every test, in four parts at once, each with a home and a PostgreSQL of its own.

Each part waits most of its time: for browsers, for houses that start and fall, for databases and other processes. On
two cores the four together take little longer than the longest of them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
IN_BROWSERS = ["tests/journeys", "tests/player"]
OF_HOUSES = ["src/operant/cli", "tests/proofs"]
OF_ROOMS = ["src/operant/stage", "src/operant/relay", "src/operant/panel", "src/operant/trust"]
BESIDE = {
    "In browsers": ("browsers", IN_BROWSERS), "Whole houses": ("houses", OF_HOUSES), "Rooms": ("rooms", OF_ROOMS),
}  # fmt: skip


def main() -> int:
    begun = time.monotonic()
    logs = ROOT / "test-results"
    logs.mkdir(exist_ok=True)
    beside = {}
    for title, (name, places) in BESIDE.items():
        with (logs / f"{name}.log").open("wb") as log:
            beside[title] = _started(places, f".operant-{name}", stdout=log, stderr=subprocess.STDOUT)
    rest = _started([f"--ignore={place}" for _, places in BESIDE.values() for place in places], ".operant-test")
    # Interrupted by whoever waits: the terminal told every part, and each closes its database before it ends.
    failed = [_ended(each) for each in (rest, *beside.values())]
    for title, (name, _) in BESIDE.items():
        print(f"\n{title}:")
        print((logs / f"{name}.log").read_text(encoding="utf-8", errors="replace"))
    print(f"Everything took {time.monotonic() - begun:.0f} s.")
    return int(any(failed))


def _started(arguments: list[str], home: str, **options: object) -> subprocess.Popen:
    environment = {**os.environ, "TEST_HOME": home}
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=environment, **options)  # type: ignore[call-overload]


def _ended(part: subprocess.Popen) -> int:
    try:
        return part.wait()
    except KeyboardInterrupt:
        part.wait()
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
