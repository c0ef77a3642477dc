"""Passwords of database roles: made once, kept in OPERANT_HOME/secrets, readable by nobody else."""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def kept(home: Path, role: str) -> Path:
    """Return the file that holds a role's password."""
    return home / "secrets" / role


def strong() -> str:
    """Return a password that only programs see."""
    return secrets.token_urlsafe(32)


def readable() -> str:
    """Return a password of 60 bits that a person can type from a screen: no two signs look alike."""
    signs = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(signs) for _ in range(4)) for _ in range(3))


def password(home: Path, role: str, make: Callable[[], str] = strong) -> str:
    """Return the password of a database role, or of the demo's people; made on first use."""
    file = kept(home, role)
    if not file.exists():
        folder = file.parent
        folder.mkdir(mode=0o700, exist_ok=True)
        # Written whole before it gets its name, and linked, not renamed: of two starters the first one wins.
        new = folder / f".{role}.{secrets.token_hex(4)}"
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as output:
            output.write(make())
            output.flush()
            os.fsync(descriptor)
        with suppress(FileExistsError):
            os.link(new, file)
        new.unlink()
    return file.read_text().strip()
