"""Passwords of database roles: made once, kept in OPERANT_HOME/secrets, readable by nobody else."""

import os
import secrets
from contextlib import suppress
from pathlib import Path


def password(home: Path, role: str) -> str:
    """Return the password of a database role, made on first use."""
    folder = home / "secrets"
    kept = folder / f"{role}.password"
    if not kept.exists():
        folder.mkdir(mode=0o700, exist_ok=True)
        # Written whole before it gets its name, and linked, not renamed: of two starters the first one wins.
        new = folder / f"{role}.{secrets.token_hex(4)}"
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(32))
            file.flush()
            os.fsync(descriptor)
        with suppress(FileExistsError):
            os.link(new, kept)
        new.unlink()
    return kept.read_text().strip()
