"""Pick single packages, with their hashes, out of requirements-tools.lock."""

from __future__ import annotations

from pathlib import Path

import places

LOCK = places.ROOT / "requirements-tools.lock"


def version(package: str) -> str:
    """Return the pinned version."""
    return _block(package)[0].split("==")[1].split()[0]


def alone(package: str) -> Path:
    """Write the package's lines to a file of their own, for installers that take files only."""
    path = places.TOOLS / f"{package}.lock"
    path.write_text("\n".join(_block(package)) + "\n")
    return path


def _block(package: str) -> list[str]:
    lines = LOCK.read_text().splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{package}=="))
    rest = [number for number, line in enumerate(lines) if number > start and not line.startswith(" ")]
    return lines[start : rest[0] if rest else len(lines)]
