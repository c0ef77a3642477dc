"""Remember what a step was done from, so that it is done again only when that has changed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

import places

STAMPS = places.TOOLS / "stamps"
SKIPPED = {"node_modules", "__pycache__", "dist", "tests", "migrations"}


def of_contents(paths: Iterable[Path], *words: object) -> str:
    """Return a digest of the files' contents and the words."""
    digest = hashlib.sha256(repr(words).encode())
    for path in paths:
        digest.update(str(path).encode() + b"\0")
        digest.update(path.read_bytes() if path.exists() else b"absent")
    return digest.hexdigest()


def of_trees(trees: Iterable[Path], suffixes: tuple[str, ...], *words: object) -> str:
    """Return a digest of names, sizes and times of the files below `trees`: thousands in milliseconds."""
    found = sorted(entry for tree in trees for entry in _walk(tree, suffixes))
    return hashlib.sha256(repr((words, found)).encode()).hexdigest()


def holds(name: str, digest: str) -> bool:
    path = STAMPS / name
    return path.exists() and path.read_text() == digest


def exists(name: str) -> bool:
    return (STAMPS / name).exists()


def put(name: str, digest: str) -> None:
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(digest)


def lift(name: str) -> None:
    (STAMPS / name).unlink(missing_ok=True)


def _walk(tree: Path, suffixes: tuple[str, ...]) -> Iterable[tuple[str, int, int]]:
    for folder, folders, files in os.walk(tree):
        folders[:] = [name for name in folders if name not in SKIPPED]
        for name in files:
            if name.endswith(suffixes):
                state = os.stat(os.path.join(folder, name))
                yield os.path.join(folder, name), state.st_size, state.st_mtime_ns
