"""The outermost layer: streams through age, which encrypts to a public key and notices every changed byte."""

import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO

import pyrage
from pyrage.x25519 import Identity, Recipient

from operant.platform.refusals import Invalid, Refusal

MAGIC = b"age-encryption.org/v1\n"
_BUFFER = 1 << 20


@contextmanager
def sealing(target: IO[bytes], recipient: Recipient) -> Iterator[IO[bytes]]:
    """Give a stream; what is written to it arrives encrypted in `target`, whole when the block has ended."""
    theirs, ours = _pipe()
    sink = _Sink(target)

    def encrypt() -> None:
        with theirs:
            pyrage.encrypt_io(theirs, sink, [recipient])

    work = _Work(encrypt)
    try:
        with suppress(BrokenPipeError), ours:
            yield ours
    finally:
        work.join()
    if sink.trouble or work.trouble:
        raise sink.trouble or work.trouble


@contextmanager
def opening(source: IO[bytes], identity: Identity) -> Iterator[IO[bytes]]:
    """
    Give a stream of what was encrypted. It is known to be whole only when the block has ended.

    :raises Invalid: when it is no backup, or encrypted to another key. :raises Refusal: when it is cut or changed.
    """
    _look(source)
    ours, theirs = _pipe()
    sink = _Sink(theirs)

    def decrypt() -> None:
        try:
            pyrage.decrypt_io(source, sink, [identity])
        finally:
            with suppress(OSError):
                theirs.close()

    work = _Work(decrypt)
    try:
        yield ours
        while ours.read(1 << 20):
            pass
    except Exception as error:
        ours.close()
        work.join()
        # A stream that breaks off looks like a broken archive to whoever reads it: the cause is told instead.
        if work.trouble and not sink.trouble:
            raise _sentence(work.trouble) from error
        raise
    finally:
        ours.close()
        work.join()
    if work.trouble:
        raise _sentence(work.trouble) from work.trouble


class _Sink:
    """Remembers why writing failed: age would only keep the words."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self.trouble: OSError | None = None

    def write(self, piece: bytes) -> int:
        try:
            self._target.write(piece)
        except OSError as error:
            self.trouble = error
            raise
        return len(piece)

    def flush(self) -> None:
        self._target.flush()


class _Work(threading.Thread):
    """A thread that keeps its failure."""

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self._work = work
        self.trouble: Exception | None = None
        self.start()

    def run(self) -> None:
        try:
            self._work()
        except Exception as error:
            self.trouble = error


def _pipe() -> tuple[IO[bytes], IO[bytes]]:
    reading, writing = os.pipe()
    # age asks for 8 kB at a time; with small buffers the two threads would hand Python's lock over at each.
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, _BUFFER)
    return os.fdopen(reading, "rb", _BUFFER), os.fdopen(writing, "wb", _BUFFER)


def _look(source: IO[bytes]) -> None:
    start = source.read(len(MAGIC))
    source.seek(0)
    if not start:
        raise Invalid("The file is empty: it is no backup.")
    if start != MAGIC:
        raise Invalid("This is no backup of Operant: it does not begin as one.")


def _sentence(trouble: Exception) -> Refusal:
    if "No matching keys" in str(trouble):
        return Invalid("This identity does not open the backup: it was encrypted to another key.")
    return Refusal("The backup is damaged: it was cut short or changed. Use another copy, or an older backup.")
