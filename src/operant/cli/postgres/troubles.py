"""PostgreSQL's last words, turned into a sentence that says what to do."""

import errno
import re
import shutil
from pathlib import Path

from operant.cli.postgres.places import Place

SEVERE = re.compile(r"(?:FATAL|PANIC|ERROR|initdb: error):\s+(.*)")


def explain(said: str, place: Place, what: str) -> str:
    """Return one message about a PostgreSQL that ended instead of starting, from what it wrote."""
    if "No space left on device" in said or "Disk quota exceeded" in said:
        if "/dev/shm" in said or "shared memory" in said:
            return f"{what}: no room for shared memory. Free some, or give the container a larger /dev/shm."
        return f"{what}: {full(place.base)}"
    if "could not create shared memory" in said or "Cannot allocate memory" in said:
        return f"{what}: not enough memory. Free some, or lower shared_buffers in {place.data / 'local.conf'}."
    severe = SEVERE.findall(said)
    reason = (severe[-1] if severe else said.strip().splitlines()[-1] if said.strip() else "it said nothing").rstrip(
        "."
    )
    return f"{what}: {reason}. Its log is in {place.logs}."


def full(folder: Path) -> str:
    """Say that the disk which holds this folder is full."""
    free = shutil.disk_usage(folder).free >> 20
    return f"the disk that holds {folder} is full ({free} MB free). Make room; what was saved is safe."


def of_system(error: OSError, place_path: Path) -> str:
    """Return a sentence for an error that the operating system gave us, not PostgreSQL."""
    where = error.filename or place_path
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"PostgreSQL cannot start: {full(place_path)}"
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"No permission for {where}. Run Operant as its owner, or name another folder in OPERANT_HOME."
    if error.errno == errno.EROFS:
        return f"{where} is on a read-only file system; name another folder in OPERANT_HOME."
    if error.errno == errno.ENAMETOOLONG:
        return f"The path of OPERANT_HOME is too long ({place_path}); choose a shorter one."
    return f"PostgreSQL cannot start: {error.strerror} ({where})."


def written_since(logs: Path, moment: float) -> str:
    """Return what PostgreSQL logged since ``moment`` (wall clock); at most the last 64 kB a file."""
    texts = []
    for path in sorted(logs.glob("*.log"), key=lambda log: log.stat().st_mtime):
        if path.stat().st_mtime >= moment:
            with path.open("rb") as log:
                log.seek(max(0, path.stat().st_size - 65536))
                texts.append(log.read().decode(errors="replace"))
    return "\n".join(texts)


def progress(logs: Path, moment: float) -> str:
    """Return the newest log line, without its prefix, to show what a recovering server is doing."""
    lines = [line for line in written_since(logs, moment).splitlines() if "LOG:" in line]
    return lines[-1].split("LOG:", 1)[1].strip() if lines else ""
