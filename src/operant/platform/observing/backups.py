"""When the last backup of a home was made."""

import json
from datetime import datetime
from pathlib import Path


def file(home: Path) -> Path:
    """Return the file in which that is kept."""
    return home / "backups" / "last.json"


def last(home: Path) -> datetime | None:
    """Return when the last backup was made from this home."""
    try:
        return datetime.fromisoformat(json.loads(file(home).read_text())["at"])
    except (OSError, ValueError, KeyError):
        return None
