"""Making a data directory, and the settings it runs with."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from operant.cli.failures import Failure
from operant.cli.postgres import troubles
from operant.cli.postgres.binaries import Programs
from operant.cli.postgres.places import Place

SUPERUSER = "postgres"
SMALLEST_FREE = 150 * 2**20  # a new cluster takes 40 MB, its first write-ahead log and demo as much again
ACCESS = f"""# Written by Operant at every start. Sockets only; a password even there.
local all {SUPERUSER} scram-sha-256
local all all scram-sha-256
"""


def ensure(place: Place, programs: Programs, password: str) -> bool:
    """Make the data directory if there is none; True when it was made. Half-made ones are thrown away."""
    if (place.data / "PG_VERSION").exists():
        _check_version(place.data, programs)
        return False
    if place.data.exists():
        raise Failure(f"{place.data} exists and holds no PostgreSQL database; move it away and start again.")
    free = shutil.disk_usage(place.base).free
    if free < SMALLEST_FREE:
        raise Failure(
            f"A new database needs {SMALLEST_FREE >> 20} MB, and the disk that holds {place.base} is full "
            f"({free >> 20} MB free). Make room and start again."
        )
    made = place.base / "postgres.new"
    shutil.rmtree(made, ignore_errors=True)
    _initialize(made, place, programs, password)
    made.rename(place.data)
    _sync(place.base)
    return True


def configure(place: Place, programs: Programs, extra: Mapping[str, str]) -> None:
    """Write the settings and the access rules; ``local.conf`` in the data directory is the operator's."""
    lines = [f"{name} = {_quoted(value)}" for name, value in {**_settings(place, programs), **extra}.items()]
    head = "# Written by Operant at every start; put settings of your own into local.conf beside this file.\n"
    _write(
        place.data / "postgresql.conf",
        head + "\n".join(lines) + "\ninclude_if_exists = 'local.conf'\n",
        place,
    )
    _write(place.data / "pg_hba.conf", ACCESS, place)


def _check_version(data: Path, programs: Programs) -> None:
    made_by = (data / "PG_VERSION").read_text().strip()
    if made_by != str(programs.major):
        raise Failure(
            f"The database in {data} was made by PostgreSQL {made_by}, and the programs in {programs.folder} "
            f"are version {programs.version}. Name programs of version {made_by} in OPERANT_POSTGRES_BIN, or "
            "move the data with pg_dump and pg_restore."
        )


def _initialize(made: Path, place: Place, programs: Programs, password: str) -> None:
    account = place.account
    secret = place.base / "initial-password"
    user = account.initializer() if account else {}
    made.mkdir(mode=0o700)
    secret.touch(mode=0o600)
    secret.write_text(f"{password}\n")
    try:
        if account:
            for path in (made, secret):
                os.chown(path, user["user"], account.gid)
        command = [programs.folder / "initdb", "--pgdata", made, "--username", SUPERUSER, "--pwfile", secret]
        command += ["--encoding", "UTF8", "--data-checksums", "--auth", "scram-sha-256", *_locale(programs)]
        ran = subprocess.run(command, cwd="/", env=environment(), capture_output=True, text=True, check=False, **user)
        if ran.returncode:
            raise Failure(troubles.explain(ran.stderr or ran.stdout, place, "initdb could not make the database"))
        for path in (made, *made.rglob("*")):
            place.give(path)
    finally:
        secret.unlink(missing_ok=True)


def _locale(programs: Programs) -> list[str]:
    if programs.major >= 17:
        return ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"]
    return ["--locale", "C.UTF-8"]


def environment() -> dict[str, str]:
    """Return the environment of PostgreSQL's programs: ours may hold secrets and PG… variables."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _settings(place: Place, programs: Programs) -> dict[str, str]:
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 20
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": '"' + str(place.sockets).replace('"', '""') + '"',
        "unix_socket_permissions": "0700",
        "max_connections": "100",
        "password_encryption": "scram-sha-256",
        "synchronous_commit": "on",
        "shared_buffers": f"{min(max(memory // 8, 32), 1024)}MB",
        "effective_cache_size": f"{max(memory // 2, 128)}MB",
        "work_mem": "8MB",
        "maintenance_work_mem": "64MB",
        "max_wal_size": "1GB",
        "wal_buffers": "16MB",
        "checkpoint_timeout": "10min",
        "random_page_cost": "1.1",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "logging_collector": "on",
        "log_directory": str(place.logs),
        "log_filename": "postgresql-%a.log",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "log_truncate_on_rotation": "on",
        "log_file_mode": "0600",
        "log_line_prefix": "%m [%p] %u@%d ",
        "log_startup_progress_interval": "2s",
        "log_lock_waits": "on",
        "log_checkpoints": "off",
        "log_autovacuum_min_duration": "10s",
        # Statements carry customers' values (Django writes them into the text), and so do the messages and
        # DETAIL lines of errors: none of them is logged. The program reports its own errors, and
        # pg_stat_statements finds slow statements by their shape.
        "log_min_messages": "log",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_min_duration_statement": "-1",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
    }
    if programs.has_statement_statistics:
        settings["shared_preload_libraries"] = "pg_stat_statements"
    return settings


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def _write(path: Path, text: str, place: Place) -> None:
    if path.exists() and path.read_text() == text:
        return
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    new.touch(mode=0o600)
    new.write_text(text)
    place.give(new)
    new.replace(path)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
