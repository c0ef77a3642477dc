"""Where a cluster's files lie: in OPERANT_HOME, or under /var/lib when PostgreSQL's user cannot get there."""

import hashlib
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from operant.cli.failures import Failure
from operant.cli.postgres import accounts
from operant.cli.postgres.accounts import Account

ELSEWHERE = Path("/var/lib/operant")
LONGEST_SOCKET_FOLDER = 90  # the kernel stops at 107 bytes, and PostgreSQL appends "/.s.PGSQL.5432.lock"
LONGEST_DATA_FOLDER = 900  # PostgreSQL cuts paths at 1,023 bytes and appends file names


@dataclass(frozen=True)
class Place:
    """The folders of one cluster, and the account that owns them (None: whoever runs us)."""

    home: Path
    base: Path
    sockets: Path
    account: Account | None

    @property
    def data(self) -> Path:
        """Return the data directory."""
        return self.base / "postgres"

    @property
    def logs(self) -> Path:
        """Return the folder of PostgreSQL's own logs."""
        return self.base / "logs" / "postgres"

    def give(self, path: Path) -> None:
        """Hand a file or folder to the account that PostgreSQL runs as."""
        if self.account:
            os.chown(path, self.account.uid, self.account.gid, follow_symlinks=False)

    def make(self) -> None:
        """Make every folder that PostgreSQL writes to, and mend the modes of those that exist."""
        for shared in (self.base, self.base / "run", self.base / "logs"):
            self._passage(shared)
        for own in (self.logs, self.sockets):
            own.mkdir(mode=0o700, exist_ok=True)
            self.give(own)
            own.chmod(0o700)
        if self.base != self.home:
            _link(self.home / "logs" / "postgres", self.logs)

    def _passage(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.account:
            os.chown(folder, -1, self.account.gid)
            folder.chmod(0o710)


def settle(home: Path) -> Place:
    """Find the place of this home's cluster, or choose it and remember it in the home."""
    remembered = home / "postgres"
    _check(remembered)
    account = accounts.choose(remembered)
    _own(home, account)
    if remembered.is_symlink():
        base = _follow(remembered)
    elif account is None or remembered.exists() or account.can_enter(home):
        base = home
    else:
        base = _elsewhere(home, account)
        _link(remembered, base / "postgres")
    return Place(home=home, base=base, sockets=_sockets(home, base, account), account=account)


def _check(data: Path) -> None:
    path = os.fsencode(data)
    if len(path) > LONGEST_DATA_FOLDER:
        raise Failure(f"The path of OPERANT_HOME is too long for PostgreSQL ({len(path)} bytes, {data}); move it up.")
    if b"\n" in path:
        raise Failure("The path of OPERANT_HOME contains a line break, which PostgreSQL's pid file cannot hold.")


def _own(home: Path, account: Account | None) -> None:
    for folder in (home, home / "run", home / "logs"):
        folder.mkdir(mode=0o700, exist_ok=True)
        if account:
            # Only root and PostgreSQL's private group get in, the group without listing.
            os.chown(folder, -1, account.gid)
        folder.chmod(0o710 if account else 0o700)


def _follow(link: Path) -> Path:
    data = link.readlink()
    if not data.parent.is_dir():
        raise Failure(
            f"The database of this home lies in {data}, and that folder is gone. Bring it back (restore a "
            f"backup), or remove {link} to begin with an empty database."
        )
    return data.parent


def _elsewhere(home: Path, account: Account) -> Path:
    base = ELSEWHERE / secrets.token_hex(6)
    try:
        if not ELSEWHERE.exists():
            ELSEWHERE.mkdir(parents=True)
            ELSEWHERE.chmod(0o711)
        base.mkdir(mode=0o700)
        os.chown(base, -1, account.gid)
        base.chmod(0o710)
        (base / "home").write_text(f"{home}\n")
        problem = None if account.can_enter(base) else "a folder above it is closed"
    except OSError as error:
        problem = error.strerror
    if problem:
        raise Failure(
            f"PostgreSQL's user cannot enter {home}, and {ELSEWHERE} cannot be used instead ({problem}). "
            "Set OPERANT_HOME to a folder that every user can reach, for example /srv/operant."
        )
    return base


def _link(link: Path, target: Path) -> None:
    link.parent.mkdir(mode=0o700, exist_ok=True)
    if link.is_symlink() and link.readlink() == target:
        return
    new = link.with_name(f"{link.name}.new")
    new.unlink(missing_ok=True)
    new.symlink_to(target)
    new.replace(link)


def _sockets(home: Path, base: Path, account: Account | None) -> Path:
    near = base / "run" / "postgres"
    # libpq splits a host at commas, so such a path cannot be named in an address either.
    if len(os.fsencode(near)) <= LONGEST_SOCKET_FOLDER and "," not in str(near):
        return near
    remembered = home / "run" / "sockets"
    if remembered.exists():
        folder = Path(remembered.read_text().strip())
        if _is_private(folder, account):
            return folder
    folder = _private_folder(home, account)
    remembered.write_text(f"{folder}\n")
    return folder


def _private_folder(home: Path, account: Account | None) -> Path:
    name = hashlib.sha256(os.fsencode(home.resolve())).hexdigest()[:12]
    parent = Path("/run") if os.access("/run", os.W_OK) else Path("/tmp")
    for attempt in ("", *(secrets.token_hex(3) for _ in range(5))):
        folder = parent / f"operant-{name}{attempt}"
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            pass
        else:
            if account:
                os.chown(folder, account.uid, account.gid)
        # In /tmp anybody may have made it first: theirs is not used.
        if _is_private(folder, account):
            return folder
    raise Failure(f"No private folder for PostgreSQL's socket could be made in {parent}.")


def _is_private(folder: Path, account: Account | None) -> bool:
    try:
        found = folder.lstat()
    except OSError:
        return False
    owner = account.uid if account else os.geteuid()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == owner and not found.st_mode & 0o077
