"""A whole house for the search for secrets: `operant up` over HTTP, its mails, and everything that it leaves behind."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import psycopg

from operant.cli import homes, stamps
from operant.config import env
from operant.testing import installations, plugin
from operant.testing.waiting import free_port, until
from operant.trust import identities
from operant.trust.archive import contents
from operant.trust.archive.reading import reading

from .canaries import peeled, tables

NAME, PATIENCE = "operant_canaries", 120
HOME = plugin.ROOT / f"{plugin.HOME.name}-canaries"
RUN = [sys.executable, "-c", "import sys; from operant.cli import main; sys.exit(main())"]
# What these hold is meant to be there and to be read by the house alone: keys and passwords, and mails nobody sent.
OWN = {"keys", "secrets", "outbox", "backups"}
# Every row that ever stood in a table, however short: what was changed or deleted is in no dump.
HISTORY = """
CREATE SCHEMA history;
CREATE TABLE history.rows (place text, at timestamptz DEFAULT clock_timestamp(), content text);
CREATE FUNCTION history.keep() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
$$ BEGIN INSERT INTO history.rows (place, content) VALUES (TG_TABLE_NAME, to_jsonb(NEW)::text); RETURN NULL; END $$;
"""
TABLES = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1
"""


class Browser:
    """One browser: it follows no redirect by itself, and takes the form's token from a page."""

    def __init__(self, url: str, **headers: str) -> None:
        self.client = httpx.Client(base_url=url, timeout=PATIENCE, headers=headers)

    def read(self, path: str) -> str:
        return self.client.get(path, follow_redirects=True).text

    def send(self, path: str, *, at: str = "", **form: Any) -> httpx.Response:
        """Fill in the form at `path`, or one on another page."""
        (token, *_) = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.read(at or path))
        return self.client.post(path, data={**form, "csrfmiddlewaretoken": token})

    @property
    def session(self) -> str:
        return self.client.cookies["ot-session"]


@dataclass
class House:
    """The house, and who may look at what it keeps."""

    url: str
    environment: dict[str, str]
    process: subprocess.Popen
    _seen: set[Path] = field(default_factory=set)

    def mail(self, to: str, containing: str) -> str:
        """Return a mail to one address whose words contain this and that was not looked at before, when it has come."""

        def newest() -> str:
            for path in set((HOME / "outbox").glob("[!.]*.eml")) - self._seen:
                mail = message_from_bytes(path.read_bytes(), policy=policy.default)
                words = mail.get_body(("plain",)).get_content()
                if mail["To"] == to and containing in words:
                    self._seen.add(path)
                    return words
            return ""

        return until(newest, f"a mail to {to}")

    def ask(self, statement: str, *values: Any) -> list[tuple]:
        with psycopg.connect(**plugin.ADMIN | {"dbname": NAME}, autocommit=True) as connection:
            ran = connection.execute(statement, values or None)
            return ran.fetchall() if ran.description else []

    def keys(self) -> dict[str, bytes]:
        """Return the installation's own keys and the passwords of its database roles."""
        files = [path for folder in ("keys", "secrets") for path in (HOME / folder).iterdir()]
        return {f"{each.parent.name}/{each.name}": each.read_bytes().strip().rpartition(b":")[2] for each in files}

    def keep_history(self) -> None:
        """Keep every row that is written from now on. The house's own audit finds our function, and says so in its log."""
        self.ask(HISTORY)
        # One by one: whoever holds several tables may wait for somebody who waits for them.
        for (table,) in self.ask(TABLES):
            self.ask(f"CREATE TRIGGER history AFTER INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION history.keep()")

    @contextmanager
    def refusing(self, *tables: str) -> Iterator[None]:
        """Let the database refuse every row that is written to these tables, with its reasons."""
        for table in tables:
            self.ask(f"ALTER TABLE public.{table} ADD CONSTRAINT refused CHECK (false) NOT VALID")
        try:
            yield
        finally:
            for table in tables:
                self.ask(f"ALTER TABLE public.{table} DROP CONSTRAINT refused")

    @contextmanager
    def failing_mails(self) -> Iterator[None]:
        """Let no mail of the block reach the outbox; then it is sent once more."""
        outbox, aside = HOME / "outbox", HOME / "keys" / "outbox"
        outbox.rename(aside)
        outbox.touch()
        try:
            yield
            until(lambda: self.ask("SELECT 1 FROM messaging_message WHERE state = 'unknown'"), "a mail that failed")
        finally:
            outbox.unlink()
            aside.rename(outbox)
        self.ask("UPDATE messaging_message SET state = 'queued', due_at = now(), leased_until = NULL WHERE state = 'unknown'")

    def is_quiet(self) -> bool:
        """Return whether every job that may run has run."""
        return not self.ask("SELECT 1 FROM procrastinate_jobs WHERE status = 'doing' OR status = 'todo' AND scheduled_at IS NULL")

    def left(self, folder: Path) -> dict[str, bytes]:
        """Return everything that the house wrote, as whoever found it would read it, and its backup opened."""
        dump = self._dump()
        # Nobody who makes backups may read what we kept beside the house's own tables.
        # The house still works: table by table, as the history began.
        for (table,) in self.ask(TABLES):
            self.ask(f"DROP TRIGGER history ON {table}")
        self.ask("DROP SCHEMA history CASCADE")
        identities.make(HOME, folder / "identity")
        with (told := folder / "told.log").open("wb") as said:
            words = [*RUN, "backup", "--to", str(folder / "whole.backup")]
            subprocess.run(words, env=self.environment, check=True, stdout=said, stderr=said, timeout=PATIENCE)
        logs = [*self._files(HOME), *(plugin.HOME / "logs").rglob("*"), told]
        return {
            **_tables(dump), "logs": peeled(b"\n".join(path.read_bytes() for path in logs if path.is_file())),
            "backup": _opened(folder / "whole.backup", folder / "identity"),
        }  # fmt: skip

    def _dump(self) -> bytes:
        admin = {name: str(value) for name, value in plugin.ADMIN.items()}
        reach = [f"--host={admin['host']}", f"--port={admin['port']}", f"--username={admin['user']}", NAME]
        # The key that contexts are signed with stands in the database for its own functions, and in no backup.
        command = [installations.PG_DUMP, "--data-only", "--exclude-table=app.signing_key", *reach]
        known = {**os.environ, "PGPASSWORD": admin["password"]}
        return subprocess.run(command, check=True, capture_output=True, env=known, timeout=PATIENCE).stdout

    def _files(self, home: Path) -> list[Path]:
        return [path for entry in home.iterdir() if entry.name not in OWN for path in [entry, *entry.rglob("*")]]


def _tables(dump: bytes) -> dict[str, bytes]:
    return {name: peeled(rows, as_copied=True) for name, rows in tables(dump).items()}


def _opened(backup: Path, identity: Path) -> bytes:
    with reading(backup, identities.identity(identity)) as archive:
        members = {each.name: b"".join(each.pieces()) for each in archive.members()}
    # A backup holds the ring of sealed values, which is why it is encrypted; it is no place to look for what it opens.
    del members[contents.MASTER_KEY]
    return b"\n".join(peeled(each, as_copied=name.startswith(contents.DATABASE)) for name, each in members.items())


@contextmanager
def standing(**settings: str) -> Iterator[House]:
    """Open a house with nobody in it, and close it."""
    shutil.rmtree(HOME, ignore_errors=True)
    homes.claim(HOME)
    for folder in ("keys", "secrets"):
        shutil.copytree(plugin.HOME / folder, HOME / folder)
    port = free_port()
    environment = _environment(port, **settings)
    installations.make(NAME, HOME / "run", template=plugin.DATABASE)
    (HOME / "run" / "master.key").unlink()
    _prepared(environment)
    log = HOME / "logs" / "house.log"
    log.parent.mkdir()
    with log.open("wb") as said:
        process = subprocess.Popen(
            [*RUN, "up"], env=environment, cwd=plugin.ROOT, stdout=said, stderr=said, stdin=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        try:
            until(lambda: b"Operant is open" in log.read_bytes() or process.poll() is not None, "the house", PATIENCE)
            assert process.poll() is None, log.read_text()
            house = House(f"http://localhost:{port}", environment, process)
            until(lambda: house.ask("SELECT 1 FROM queue_lease WHERE name = 'clock'"), "the worker")
            house.keep_history()
            yield house
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)
            installations.drop(NAME)
            shutil.rmtree(HOME)


def _environment(port: int, **settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPERANT_", "DATABASE_"))}
    admin = {key: quote(str(value), safe="") for key, value in plugin.ADMIN.items()}
    address = f"postgresql://{admin['user']}:{admin['password']}@/{NAME}?host={admin['host']}&port={admin['port']}"
    return {
        **kept, "OPERANT_HOME": str(HOME), "DATABASE_URL": address, "HOST": "127.0.0.1", "PORT": str(port), "OPERANT_LOG": "json",
        "DJANGO_SETTINGS_MODULE": "operant.config.settings", **settings,
    }  # fmt: skip


def _prepared(environment: dict[str, str]) -> None:
    """Say that the tables are those of this program: they are a copy of the tests' own."""
    known = {name: value for name, value in environment.items() if name in env.Settings.model_fields}
    with psycopg.connect(**plugin.ADMIN | {"dbname": NAME}) as owner:
        stamps.put(owner, stamps.wanted(env.read(known)))
