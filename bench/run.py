"""Runs the groups, prints the table and keeps the results."""

import contextlib
import importlib
import json
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

from bench.groups import ORDER
from bench.house import House
from bench.peers import NoPeer
from bench.processes import ROOT, NotRunning, Process
from bench.rows import Row
from bench.table import written
from operant.cli.failures import BadInput

RESULTS = ROOT / "bench" / "results"
MOST_SECONDS = 300


class Bench:
    """What a group is given: the house, and a way to have a peer beside it."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.settings: list[str] = []
        self.began = time.monotonic()

    def say(self, line: str) -> None:
        """Tell what is being done."""
        print(f"  {time.monotonic() - self.began:4.0f} s  {line}", flush=True)

    def note(self, line: str) -> None:
        """Keep a setting for the report."""
        self.settings.append(line)

    @contextlib.contextmanager
    def peer(self, name: str, start: Callable[[], tuple[Process, int]]) -> Iterator[int | None]:
        """Run a peer's server meanwhile and give its port, or None and a line that says why it is not there."""
        try:
            process, port = start()
        except (NoPeer, OSError, subprocess.SubprocessError) as error:
            self.say(f"{name}: not here ({error})")
            yield None
            return
        with process:
            try:
                process.until_answers(port, "/")
            except NotRunning as error:
                self.say(f"{name}: not here ({error})")
                yield None
                return
            yield port


class _TooLong(Exception):
    """A group took longer than a group may."""


def run(only: str = "") -> int:
    """Run all groups, or the one named; return the exit status: 1 when a group broke or a goal was missed."""
    if only and only not in ORDER:
        print(f"There is no group {only!r} in the bench. There are: {', '.join(ORDER)}.")
        return 2
    # So that what was started is ended by whoever ends us.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(143))
    try:
        bench, rows, broken = Bench(House()), [], []
    except BadInput as error:
        print(f"BENCH_HOME is emptied before and after. {error}")
        return 2
    print("Starting a house of its own for the bench.", flush=True)
    try:
        bench.house.start()
        for name in [only] if only else ORDER:
            print(f"\n{name}: {_purpose(name)}", flush=True)
            try:
                measured(bench, importlib.import_module(f"bench.groups.{name}"), rows)
            except Exception:
                signal.alarm(0)
                traceback.print_exc()
                broken.append(name)
            bench.house.settle()
    finally:
        signal.alarm(0)
        bench.house.stop()
    _keep(rows, only or "latest", bench)
    if broken:
        print(f"These groups broke, see above: {', '.join(broken)}.")
    return int(bool(broken) or any(row.met is False for row in rows))


def measured(bench: Bench, group: ModuleType, rows: list[Row]) -> None:
    """Add the rows of one group, which is ended when it takes too long; those it gave by then stay."""
    signal.signal(signal.SIGALRM, _over)
    signal.alarm(getattr(group, "MOST_SECONDS", MOST_SECONDS))
    for row in group.run(bench):
        bench.say(f"{row.name}: {row.as_json()['ours']} {row.unit}")
        rows.append(row)
    signal.alarm(0)


def _over(number: int, frame: FrameType | None) -> None:
    raise _TooLong("The group took too long and was ended.")


def as_json(rows: list[Row]) -> dict[str, Any]:
    """Return the results as scripts read them."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"), "commit": _commit(), "rows": [row.as_json() for row in rows],
    }  # fmt: skip


def _keep(rows: list[Row], name: str, bench: Bench) -> None:
    RESULTS.mkdir(exist_ok=True)
    text = written(rows, bench.settings, time.monotonic() - bench.began)
    print(f"\n{text}")
    path: Path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(as_json(rows), indent=1) + "\n", encoding="utf-8")
    path.with_suffix(".txt").write_text(text, encoding="utf-8")
    print(f"Kept in {path.relative_to(ROOT)} and beside it as text.")


def _purpose(name: str) -> str:
    text = (ROOT / "bench" / "groups" / f"{name}.py").read_text(encoding="utf-8")
    return text.removeprefix('"""').partition('"""')[0].partition("\n")[0]


def _commit() -> str:
    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!bench/results")
    return git("rev-parse", "--short", "HEAD") + (" with changes" if changed else "")
