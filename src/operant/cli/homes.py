"""The folder OPERANT_HOME: made for us alone, and recognized later."""

from pathlib import Path

from operant.cli.failures import BadInput

MARK = "README.txt"
FOLDERS = {"keys", "secrets", "postgres", "programs", "files", "outbox", "logs", "run", "backups"}
SIGNS = {MARK, "operant.toml"}
TEXT = """This folder belongs to Operant. Nobody but the user who runs Operant may read it.

keys/      what your sealed data can be read with; back it up, apart from the rest
secrets/   passwords of the database roles
postgres/  the database (or a link to it); back it up with `operant backup`, never by copying it while it runs
files/     what people uploaded
backups/   what `operant backup` wrote; copy it to another machine
outbox/    mails that were not sent because no mail server is configured
logs/      logs;  run/  sockets and locks
"""


PORT = Path("run") / "port"


def claim(home: Path) -> None:
    """
    Make the home, or recognize it.

    :raises BadInput: when the folder holds other things. We change the mode of our home, and doing that to
        somebody's /var/lib would stop the machine.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    held = {entry.name for entry in home.iterdir()}
    if not held & SIGNS and held - FOLDERS - {"lost+found"}:
        raise BadInput(f"OPERANT_HOME is {home}, which holds other things; name a folder of its own.")
    if MARK not in held:
        (home / MARK).write_text(TEXT)
    (home / "run").mkdir(mode=0o700, exist_ok=True)


def remember_port(home: Path, port: int) -> None:
    """Keep at which port this home was opened, for commands that are not told."""
    (home / PORT).write_text(str(port))


def last_port(home: Path) -> int | None:
    """Return the port that this home was last opened at; None when it never was."""
    try:
        return int((home / PORT).read_text())
    except (OSError, ValueError):
        return None
