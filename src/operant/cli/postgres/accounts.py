"""Which system user PostgreSQL runs as. It refuses root, so root lends it a user of its own."""

import grp
import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from operant.cli.failures import Failure

# Debian reserves 30000-59999 and gives none of them out, containers that map 65536 users have them, and
# systemd's dynamic users lie above. A number without a name is enough for the server: nothing is added to
# /etc/passwd, and nobody else runs under it, as they do under `nobody` or Debian's `postgres`.
CANDIDATES = range(47101, 47199)


@dataclass(frozen=True)
class Account:
    """The user and group id that a PostgreSQL started by root runs under."""

    uid: int
    gid: int

    def switch(self) -> dict:
        """Return the arguments that make ``subprocess`` run a program as this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def initializer(self) -> dict:
        """
        Return the same for ``initdb``, which insists on a name in /etc/passwd.

        The private group keeps every other process of that named user out: they cannot enter our folder
        (0710, our group) nor trace this process (the kernel compares group ids too).
        """
        return {"user": _named_unprivileged_uid(), "group": self.gid, "extra_groups": []}

    def can_enter(self, folder: Path) -> bool:
        """Try whether this account gets into ``folder``; only the kernel knows about all modes and lists."""
        return self._runs(["test", "-x", str(folder)])

    def can_run(self, program: Path) -> bool:
        """Try whether this account may run ``program``."""
        return self._runs([str(program), "--version"])

    def _runs(self, command: list[str]) -> bool:
        try:
            ran = subprocess.run(command, cwd="/", capture_output=True, check=False, **self.switch())
        except PermissionError:
            return False
        return ran.returncode == 0


def choose(data: Path) -> Account | None:
    """Return the account for the cluster at ``data``; None for an ordinary user, who runs it alone."""
    if os.geteuid() != 0:
        return None
    _refuse_another_users(data)
    account = _owner(data) or _free_account()
    try:
        subprocess.run(["true"], cwd="/", check=True, **account.switch())
    except (OSError, subprocess.SubprocessError) as error:
        raise Failure(
            "PostgreSQL does not run as root, and this root may not switch to another user. Start Operant as "
            "an ordinary user, or give it a PostgreSQL of your own with DATABASE_URL."
        ) from error
    return account


def _owner(data: Path) -> Account | None:
    try:
        found = data.stat()
    except OSError:
        return None
    return Account(found.st_uid, found.st_gid) if found.st_uid else None


def _refuse_another_users(data: Path) -> None:
    """Files that root leaves in an ordinary user's home would lock that user out of it."""
    try:
        home, cluster = data.parent.stat().st_uid, data.stat().st_uid
    except OSError:
        return
    if home == cluster != 0:
        name = pwd.getpwuid(home).pw_name if _known(pwd.getpwuid, home) else str(home)
        raise Failure(f"{data.parent} belongs to the user {name}; run this command as {name}, not as root.")


def _free_account() -> Account:
    for number in CANDIDATES:
        if not _known(pwd.getpwuid, number) and not _known(grp.getgrgid, number):
            return Account(number, number)
    raise Failure(
        f"Every user id from {CANDIDATES[0]} to {CANDIDATES[-1]} has a name; PostgreSQL needs one of its own."
    )


def _known(look_up, number: int) -> bool:
    try:
        look_up(number)
    except KeyError:
        return False
    return True


def _named_unprivileged_uid() -> int:
    try:
        return pwd.getpwnam("nobody").pw_uid
    except KeyError:
        named = [entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid]
    if not named:
        raise Failure("/etc/passwd names no user but root; PostgreSQL's initdb needs one, for example nobody.")
    return named[0]
