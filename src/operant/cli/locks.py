"""Locks between processes on one machine; the kernel drops them when their holder dies."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


class FileLock:
    """
    An flock on a small file that also names its last exclusive holder.

    The file itself is never removed: a lock on an unlinked file guards nothing.
    """

    def __init__(self, path: Path):
        self.path = path
        self._descriptor: int | None = None

    def take(self, *, shared: bool = False) -> bool:
        """Take the lock at once, or answer False. A holder may change between shared and exclusive."""
        if self._descriptor is None:
            self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        if not shared:
            self.describe(str(os.getpid()))
        return True

    def describe(self, text: str) -> None:
        """Say in the file who holds the lock, for the one who waits; a full disk may lose it."""
        try:
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, text.encode(), 0)
        except OSError:
            pass

    def holder(self) -> str:
        """Return what the last exclusive holder said about itself."""
        try:
            return self.path.read_text().strip() or "unknown"
        except OSError:
            return "unknown"

    def release(self) -> None:
        """Give the lock back."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


@contextmanager
def exclusive(path: Path, waiting: Callable[[str, float], None]) -> Iterator[None]:
    """Hold the lock at ``path``; ``waiting(holder, seconds)`` is called now and then until it is free."""
    lock, began, told = FileLock(path), time.monotonic(), 0.0
    while not lock.take():
        spent = time.monotonic() - began
        if spent - told >= 3:
            told = spent
            waiting(lock.holder(), spent)
        time.sleep(0.05)
    try:
        yield
    finally:
        lock.release()
