"""The house as people run it: `operant up` with its demo, in a home and a database of the journeys' own."""

import os
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from functools import cache
from pathlib import Path

import psycopg
from psycopg import sql

from operant.platform.crypto.keys import ensure_keys
from operant.testing import plugin
from operant.testing.waiting import free_port, until

ROOT = Path(__file__).resolve().parents[2]
# Beside the home of these tests: two parts of the suite may each have a house.
HOME = plugin.HOME.with_name(f"{plugin.HOME.name}-journeys")
RESULTS = ROOT / "test-results"
DATABASE = "operant_journeys"
PATIENCE = 120
TEN_MINUTES = 600


@dataclass(frozen=True)
class Mail:
    """A mail as its reader sees it."""

    to: str
    subject: str
    text: str


@dataclass(frozen=True)
class House:
    """A running installation."""

    url: str
    password: str
    environment: dict[str, str]
    # The cookies of those who have signed in, by their addresses.
    known: dict[str, list] = field(default_factory=dict)

    def appoint(self, email: str) -> None:
        """Make somebody an operator, as whoever runs the house does."""
        program = "import sys; from operant.cli import main; sys.exit(main(sys.argv[1:]))"
        subprocess.run(
            [sys.executable, "-c", program, "operator", "add", email], env=self.environment, cwd=ROOT, check=True,
            capture_output=True, timeout=PATIENCE,
        )  # fmt: skip

    def mails(self, to: str) -> list[Mail]:
        """Return what was sent to one address, the oldest first."""
        paths = sorted((HOME / "outbox").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        return [each for each in map(_mail, paths) if each.to == to]

    def mail(self, to: str, containing: str) -> Mail:
        """Wait for the newest mail to one address whose words contain this."""

        def found() -> Mail | None:
            # News is gathered for a minute, and a person gets one mail of it in ten minutes.
            for moment in ("due_at", "settled_at"):
                self.put_back("notifications_delivery", moment, TEN_MINUTES)
            return next((each for each in reversed(self.mails(to)) if containing in each.subject + each.text), None)

        return until(found, f"a mail to {to} with “{containing}”", every=0.2)

    def put_back(self, table: str, moment: str, seconds: int) -> None:
        """
        Let what is planned in a table, or happened there lately, be planned or have happened so many seconds sooner: what the
        house waits for is over then. Rows that the house works on at this moment stay as they are.
        """
        names = {"table": sql.Identifier(table), "moment": sql.Identifier(moment)}
        rows = "SELECT id FROM {table} WHERE {moment} > now() - make_interval(secs => %(by)s) FOR UPDATE SKIP LOCKED"
        sooner = f"UPDATE {{table}} SET {{moment}} = {{moment}} - make_interval(secs => %(by)s) WHERE id IN ({rows})"
        with psycopg.connect(**{**plugin.ADMIN, "dbname": DATABASE}, autocommit=True) as database:
            database.execute(sql.SQL(sooner).format(**names), {"by": seconds})


# A mail lies there whole or not at all, and is asked for many times a second until the wanted one comes.
@cache
def _mail(path: Path) -> Mail:
    read = message_from_bytes(path.read_bytes(), policy=policy.default)
    return Mail(str(read["To"]), str(read["Subject"]), read.get_body(("plain",)).get_content())


@contextmanager
def running() -> Iterator[House]:
    """Start a house from nothing, and end it."""
    shutil.rmtree(HOME, ignore_errors=True)
    RESULTS.mkdir(exist_ok=True)
    HOME.mkdir(mode=0o700)
    ensure_keys(HOME)
    port = free_port()
    environment = _environment(port)
    log = RESULTS / f"house{plugin.HOME.name}.log"
    with log.open("wb") as written:
        program = "import sys; from operant.cli import main; sys.exit(main(['up', '--demo']))"
        process = subprocess.Popen(
            [sys.executable, "-c", program], env=environment, cwd=ROOT, stdout=written, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            url = f"http://localhost:{port}"
            until(lambda: _answers(url, process), f"the first answer (its words are in {log})", PATIENCE)
            yield House(url, (HOME / "secrets" / "demo").read_text(encoding="utf-8").strip(), environment)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def _environment(port: int) -> dict[str, str]:
    _make_database()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OPERANT_")}
    return {
        **kept, **plugin.database(DATABASE, HOME), "OPERANT_HOME": str(HOME), "HOST": "127.0.0.1", "PORT": str(port),
        # The tests' own Python setting is not the house's.
        "DJANGO_SETTINGS_MODULE": "operant.config.settings",
    }  # fmt: skip


def _make_database() -> None:
    """Leave none; or, where the tests have one with every table and nobody in it, a copy of that: its tables take long to make."""
    drop, copy = "DROP DATABASE IF EXISTS {} WITH (FORCE)", "CREATE DATABASE {} TEMPLATE {} OWNER ot_owner"
    with psycopg.connect(**{**plugin.ADMIN, "dbname": "postgres"}, autocommit=True) as server:
        server.execute(sql.SQL(drop).format(sql.Identifier(DATABASE)))
        if _is_template():
            server.execute(sql.SQL(copy).format(sql.Identifier(DATABASE), sql.Identifier(plugin.DATABASE)))


def _is_template() -> bool:
    with psycopg.connect(**{**plugin.ADMIN, "dbname": plugin.DATABASE}) as tests:
        has_tables = tests.execute("SELECT to_regclass('public.accounts_person') IS NOT NULL").fetchone()[0]
        others = tests.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()").fetchone()[0] > 1
        return has_tables and not others and not tests.execute("SELECT EXISTS (SELECT FROM accounts_person)").fetchone()[0]


def _answers(url: str, process: subprocess.Popen) -> bool:
    if process.poll() is not None:
        raise AssertionError(f"The house ended by itself: read {RESULTS / 'house.log'}.")
    try:
        with urllib.request.urlopen(f"{url}/accounts/login/", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False
