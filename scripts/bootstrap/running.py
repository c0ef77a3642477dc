"""Run a command quietly with a log, show one line for it, and say what to do when it fails."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import places

LAST_LINES = 12


class Failure(Exception):
    """A step did not succeed; the message is for the person at the terminal."""


@contextlib.contextmanager
def progress(what: str) -> Iterator[None]:
    """Show `what` on one line, and the seconds it took at its end."""
    started = time.monotonic()
    print(f"  {what} … ", end="", flush=True)
    try:
        yield
    except BaseException:
        print("failed")
        raise
    print(f"{time.monotonic() - started:.1f} s", flush=True)


def run(command: Sequence[str | Path], *, log: str, advice: str, cwd: Path = places.ROOT) -> None:
    """
    Run `command` and keep what it writes in .tools/logs.

    :raises Failure: with `advice` and the place of the log.
    """
    path = places.LOGS / f"{log}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    words = [str(word) for word in command]
    with path.open("ab", buffering=0) as file:
        file.write(f"\n$ {' '.join(words)}\n".encode())
        start = file.tell()
        try:
            done = subprocess.run(
                words, cwd=cwd, env=places.environment(), stdin=subprocess.DEVNULL, stdout=file, stderr=file
            ).returncode
        except OSError as error:
            raise Failure(f"{words[0]} cannot be started ({error.strerror}). {advice}") from None
    if done != 0:
        raise Failure(_explanation(path, start, advice))


def _explanation(path: Path, start: int, advice: str) -> str:
    with path.open("rb") as file:
        file.seek(start)
        said = file.read().decode(errors="replace").strip()
    if "No space left on device" in said or "ENOSPC" in said:
        advice = "The disk is full. Free about 2 GB, then run the same command again."
    last = "\n".join(f"    {line}" for line in said.splitlines()[-LAST_LINES:])
    return f"{advice}\nThe last lines of {path.relative_to(places.ROOT)}:\n{last}"
