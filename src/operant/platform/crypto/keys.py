"""The key files of an installation: made once, readable by their owner only."""

import os
import secrets
from pathlib import Path


def ensure_keys(home: Path) -> None:
    """Make the keys that do not exist yet. Existing ones are never touched: what they sealed depends on them."""
    folder = home / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _ensure(folder / "master.key", f"1:{secrets.token_hex(32)}\n")
    _ensure(folder / "signing.key", secrets.token_hex(32) + "\n")
    _ensure(folder / "audit.key", secrets.token_hex(32) + "\n")
    _ensure(folder / "django.key", secrets.token_urlsafe(48) + "\n")


def write_ring(path: Path, text: str) -> None:
    """Put a ring in the place of another at one stroke; every process reads it before its next seal."""
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    if path.exists() and os.geteuid() == 0:
        os.chown(new, path.stat().st_uid, path.stat().st_gid)
    new.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def _ensure(path: Path, content: str) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(content)
