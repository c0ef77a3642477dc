"""The home folder, its keys, and the disk."""

import ctypes
import shutil
import stat
from datetime import timedelta
from pathlib import Path

from operant.cli import backups
from operant.cli.doctor import Finding, Findings
from operant.cli.postgres import places
from operant.config import addresses, env
from operant.config.env import Settings
from operant.panel.accounts import places as accounts_places
from operant.platform import clock
from operant.platform.crypto import signatures
from operant.platform.crypto.ring import Ring

KEYS = ("master.key", "signing.key", "audit.key", "django.key")
WALLS = {
    "no_new_privileges": "bar to new privileges", "no_network": "network of its own",
    "no_capabilities": "loss of root's powers", "landlock": "Landlock (only its own files)",
    "seccomp": "seccomp (no programs, no sockets)",
}  # fmt: skip
LOW, EMPTY = 1 << 30, 200 << 20
UNSYNCHRONIZED = 5  # what adjtimex returns, TIME_ERROR; asked with nothing to set
OLD = timedelta(days=2)


def home(settings: Settings) -> Findings:
    """Find what others can read of the home, and keys that are missing."""
    folder = settings.OPERANT_HOME
    if not folder.is_dir():
        yield Finding("home.missing", "error", f"There is no folder {folder}.", "Run `operant init`.")
        return
    if _mode(folder) & 0o007:
        yield Finding("home.open", "error", f"Every user of this machine can enter {folder}.", f"chmod o= {folder}")
    for path in (*(folder / "keys").glob("*"), *(folder / "secrets").glob("*")):
        if _mode(path) & 0o077:
            yield Finding("home.secret_open", "error", f"Other users can read {path}.", f"chmod 600 {path}")
    for name in KEYS:
        if not (folder / "keys" / name).exists():
            yield Finding(
                "home.key_missing", "error", f"The key {folder / 'keys' / name} is missing.",
                "Bring it back from your copy of that folder; in a new installation run `operant init`.",
            )  # fmt: skip


def ring(settings: Settings) -> Findings:
    """Find keys that are none: cut off, or written over."""
    file = settings.OPERANT_HOME / "keys" / "master.key"
    try:
        keys = Ring.parsed(file.read_text(encoding="ascii")).keys if file.exists() else {0: bytes(32)}
    except (ValueError, OSError):
        keys = {}
    if not keys or {len(key) for key in keys.values()} != {32}:
        what = f"{file} holds no whole key: nothing that was sealed can be read."
        yield Finding("home.key_broken", "error", what, "Bring it back from a backup.")


def audit_key(settings: Settings) -> Findings:
    """Find a key that signs no checkpoint of the audit log: cut off, written over, or not ours to read."""
    file = settings.OPERANT_HOME / "keys" / "audit.key"
    try:
        signatures.parsed(file.read_text(encoding="ascii"))
    except FileNotFoundError:
        return  # `home` says so
    except (ValueError, OSError):
        yield Finding(
            "home.audit_key_broken", "error", f"{file} holds no key that we can read: the audit log gets no checkpoints.",
            "Bring it back from your copy of that folder, and let it belong to the user who runs Operant.",
        )  # fmt: skip


def places_file(settings: Settings) -> Findings:
    """Find out whether sign-ins can be told by their country."""
    file = env.places_file(settings)
    if accounts_places.opened(file) is None:
        yield Finding(
            "places.missing", "note", f"{file} is missing or cannot be read: the places of sign-ins are unknown.",
            "Run `make build`, or name another MMDB file of countries in OPERANT_PLACES_FILE.",
        )  # fmt: skip


def time_server(settings: Settings) -> Findings:
    """Find out whether this machine's clock follows a time server; codes and signatures depend on it."""
    words = (ctypes.c_long * 32)()
    state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(words))
    if state == UNSYNCHRONIZED:
        what = "Nothing says that this machine's clock follows a time server."
        yield Finding("clock.free", "note", what, "Run chrony or systemd-timesyncd on the machine (not in a container).")


def backed_up(settings: Settings) -> Findings:
    """Find a house that others rely on and that has no backup of the last days."""
    last = backups.last(settings)
    if addresses.is_local(settings) or (last and clock.now() - last < OLD):
        return
    told = f"The last backup is of {last:%Y-%m-%d}." if last else "No backup was ever made."
    fix = "Let `operant backup` run every night, and keep a copy on another machine: docs/guides/backup.md."
    yield Finding("backup.old" if last else "backup.never", "warning", told, fix)


def static(settings: Settings) -> Findings:
    """Find out whether the files for browsers were gathered."""
    from operant.config.settings import STATIC_ROOT

    if not any(STATIC_ROOT.glob("*")):
        yield Finding(
            "static.missing", "error", "The files that browsers load were not gathered: pages have no style.",
            "Run `make run`, or `python -m django collectstatic --settings operant.config.settings`.",
        )  # fmt: skip


def disk(settings: Settings) -> Findings:
    """Find disks with little room."""
    folder = settings.OPERANT_HOME
    for place in {folder, (folder / "postgres").resolve(), (folder / "files").resolve()}:
        if not place.exists():
            continue
        free = shutil.disk_usage(place).free
        if free < LOW:
            level = "error" if free < EMPTY else "warning"
            fix = "Make room, or move OPERANT_HOME to a larger disk."
            yield Finding("disk.low", level, f"The disk that holds {place} has {free >> 20} MB free.", fix)


def sandbox(settings: Settings) -> Findings:
    """Find out which of the kernel's walls stand around the process that reads people's files and SQL."""
    from operant.platform.files import sandbox as rooms
    from operant.platform.files.sandbox import SandboxBroken

    try:
        walls = rooms.strength()
    except SandboxBroken as error:
        yield Finding("sandbox.broken", "error", str(error), "Without it no file is read and no query runs.")
        return
    missing = [words for wall, words in WALLS.items() if not walls.get(wall)]
    if missing:
        yield Finding(
            "sandbox.weak", "warning", f"This machine's kernel offers the sandbox no {' and no '.join(missing)}.",
            "Run a kernel from 5.13 on with Landlock and seccomp, and let processes make user namespaces.",
        )  # fmt: skip


def leftovers(settings: Settings) -> Findings:
    """Find databases under /var/lib that no home points to any more."""
    try:
        kept = sorted(places.ELSEWHERE.iterdir())
    except OSError:
        return
    for base in kept:
        try:
            link = Path((base / "home").read_text().strip()) / "postgres"
            points_here = link.is_symlink() and link.readlink() == base / "postgres"
        except OSError:
            continue
        if not points_here:
            yield Finding(
                "database.leftover", "note", f"{base} holds a database that no OPERANT_HOME points to.",
                f"If its home was moved, it is in use; if it was removed: rm -r {base}",
            )  # fmt: skip


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
