"""A customer's MariaDB: a server of its own on loopback, with one database, who reads it and who may do everything."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pymysql

from .waiting import free_port, until

NAME = "operant_mart"
READER, OWNER, ROOT, PASSWORD = "mart_reader", "mart_owner", "mart_root", "korrekt-pferd-batterie-ä"
# Where `make dev` unpacks it.
_OURS = Path(__file__).resolve().parents[3] / ".tools/mariadb/usr"
PROGRAM = shutil.which("mariadbd", path=f"{_OURS / 'sbin'}:{os.environ.get('PATH', '')}:/usr/sbin:/usr/libexec")
MISSING = "MariaDB is not there; as root: apt-get install -y --no-install-recommends mariadb-server-core"
PATIENCE = 60
# It need not survive anything, and starts the faster.
_OPTIONS = (
    "--innodb-log-file-size=4M", "--innodb-buffer-pool-size=8M", "--innodb-flush-log-at-trx-commit=0",
    "--innodb-flush-method=nosync", "--skip-log-bin", "--performance-schema=off",
)  # fmt: skip
_TABLES = (
    f"CREATE DATABASE {NAME} CHARACTER SET utf8mb4",
    f"USE {NAME}",
    "CREATE TABLE orders (id int PRIMARY KEY, day date, region varchar(20), amount decimal(9,2))",
    "CREATE TABLE `key` (`key` int, `the ``value``` varchar(10)) ENGINE=MyISAM",
    "INSERT INTO orders SELECT seq, date '2026-01-01' + interval seq day, elt(seq % 3 + 1, 'North', 'South', 'Köln'), seq / 4 "
    "FROM seq_1_to_300",
    "CREATE VIEW months AS SELECT month(day) AS month, sum(amount) AS amount FROM orders GROUP BY 1",
    "CREATE SEQUENCE numbers",
    "CREATE FUNCTION writes() RETURNS int BEGIN INSERT INTO `key` VALUES (1, 'x'); RETURN 1; END",
    "CREATE FUNCTION loosens() RETURNS int BEGIN SET SESSION max_statement_time = 0; RETURN 1; END",
)
_PRIVILEGES = {
    READER: f"SELECT, SHOW VIEW, EXECUTE ON {NAME}.*", OWNER: f"ALL PRIVILEGES ON {NAME}.*", ROOT: "ALL PRIVILEGES ON *.*",
}  # fmt: skip


class Server:
    """The server. `show` gives it a certificate, `stop` ends it; what it held is gone then."""

    def __init__(self, certificate: tuple[bytes, bytes]) -> None:
        if PROGRAM is None:
            raise RuntimeError(MISSING)
        self._folder = Path(tempfile.mkdtemp(prefix="operant-mariadb-"))
        (self._folder / "data").mkdir()
        self.port = free_port()
        self._write(certificate)
        self._make()
        self.process = self._started()

    def figures(self, statement: str, database: str = NAME) -> list[tuple[Any, ...]]:
        """Return what the database says to its administrator, to compare with."""
        with pymysql.connect(unix_socket=str(self._folder / "s"), user="root", database=database, autocommit=True) as admin:
            cursor = admin.cursor()
            cursor.execute(statement)
            return list(cursor.fetchall())

    def connection(self) -> pymysql.Connection:
        """Return a connection of the administrator, with a transaction of its own."""
        return pymysql.connect(unix_socket=str(self._folder / "s"), user="root", database=NAME)

    def show(self, certificate: tuple[bytes, bytes]) -> None:
        """Use a certificate from now on."""
        self._write(certificate)
        self.figures("FLUSH SSL")

    def freeze(self, frozen: bool) -> None:
        """Let it do nothing at all until it is thawed: the system still accepts connections for it."""
        self.process.send_signal(signal.SIGSTOP if frozen else signal.SIGCONT)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _write(self, certificate: tuple[bytes, bytes]) -> None:
        for name, content in zip(("certificate.pem", "key.pem"), certificate, strict=True):
            (self._folder / name).write_bytes(content)

    def _command(self, *more: str) -> list[str]:
        user = ["--user=root"] if os.geteuid() == 0 else []
        places = [f"--datadir={self._folder / 'data'}", f"--lc-messages-dir={_scripts()}"]
        return [str(PROGRAM), "--no-defaults", *places, *user, *_OPTIONS, *more]

    def _make(self) -> None:
        parts = [b"create database mysql;\nuse mysql;\nSET @auth_root_socket=NULL;\n"]
        parts += [(_scripts() / f"mysql_system_tables{part}.sql").read_bytes() for part in ("", "_data")]
        subprocess.run(
            self._command("--bootstrap"), input=b"".join(parts), check=True, capture_output=True, timeout=PATIENCE,
            env=_environment(),
        )  # fmt: skip

    def _started(self) -> subprocess.Popen:
        log = (self._folder / "log").open("wb")
        process = subprocess.Popen(
            self._command(
                f"--socket={self._folder / 's'}", "--bind-address=127.0.0.1", f"--port={self.port}", "--skip-name-resolve",
                f"--ssl-cert={self._folder / 'certificate.pem'}", f"--ssl-key={self._folder / 'key.pem'}",
            ),
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=_environment(),
        )  # fmt: skip
        until(lambda: process.poll() is not None or (self._folder / "s").exists(), "MariaDB", PATIENCE)
        if process.poll() is not None:
            raise RuntimeError(f"MariaDB does not start. {(self._folder / 'log').read_text()}")
        self._fill()
        return process

    def _fill(self) -> None:
        with pymysql.connect(unix_socket=str(self._folder / "s"), user="root", autocommit=True) as admin:
            cursor = admin.cursor()
            for statement in _TABLES:
                cursor.execute(statement)
            for user, may in _PRIVILEGES.items():
                cursor.execute(f"CREATE USER {user}@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'")
                cursor.execute(f"GRANT {may} TO {user}@'127.0.0.1'")


def _scripts() -> Path:
    share = Path(str(PROGRAM)).parents[1] / "share"
    return next(folder for folder in (share / "mysql", share / "mariadb") if (folder / "mysql_system_tables.sql").exists())


def _environment() -> dict[str, str]:
    libraries = [str(each) for each in (_OURS / "lib").glob("*-linux-gnu*")]
    return {**os.environ, "LD_LIBRARY_PATH": ":".join(libraries)} if libraries else dict(os.environ)
