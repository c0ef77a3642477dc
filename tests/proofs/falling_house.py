"""A real house whose processes fall: an embedded PostgreSQL, web and worker, and what an outsider sees of them."""

import http.client
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import psycopg

from operant.cli import homes
from operant.cli.children import environment
from operant.cli.postgres import Server, processes
from operant.testing import plugin
from operant.testing.smtp import MailServer, mail_server

HOME = plugin.ROOT / f"{plugin.HOME.name}-falling"
TRAPS = HOME / "traps"
LOG = plugin.ROOT / "test-results/falling.log"
PATIENCE = 60


class Hatched:
    """A child of a nest: no child of ours, so it is watched through a descriptor."""

    def __init__(self, pid: int) -> None:
        self.pid, self._watched = pid, os.pidfd_open(pid)

    def is_gone(self, within: float = 0.0) -> bool:
        # Whoever asks may come late: another thread has buried it, and its descriptor is closed.
        return self._watched < 0 or bool(select.select([self._watched], [], [], within)[0])

    def close(self) -> None:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._watched, signal.SIGKILL)
        watched, self._watched = self._watched, -1
        os.close(watched)


class Nest:
    """A process that has loaded what a child needs, and forks one at once."""

    def __init__(self, name: str, log: IO[str]) -> None:
        self._line, theirs = socket.socketpair()
        command = [sys.executable, "-m", "tests.proofs.trapped", name, str(os.getpid()), str(theirs.fileno())]
        with theirs:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=[theirs.fileno()], env=environment(),
                start_new_session=True,
            )  # fmt: skip

    def hatch(self, *descriptors: int) -> Hatched:
        with open(os.devnull) as nothing:
            socket.send_fds(self._line, [b"+"], [nothing.fileno(), *descriptors])
            return Hatched(int.from_bytes(self._line.recv(4), "big"))

    def close(self) -> None:
        self._line.close()
        self._process.wait(PATIENCE)


@dataclass
class House:
    """The house as its inhabitants know it, and the ways to make it fall."""

    server: Server
    mail: MailServer
    listening: socket.socket
    known: dict[str, Any] = field(default_factory=dict)
    nests: dict[str, Nest] = field(default_factory=dict)
    children: dict[str, Hatched] = field(default_factory=dict)
    standing_up: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, bytes]:
        """Send one request of Ada's; the status is 0 when the house fell before it answered."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
        kind = "application/x-www-form-urlencoded" if isinstance(body, bytes) else "application/json"
        usual = {
            "Host": "localhost", "Cookie": f"ot-session={self.known['session']}", "X-CSRFToken": self.known["csrf"],
            "Content-Type": kind, "Connection": "close",
        }  # fmt: skip
        connection = http.client.HTTPConnection(*self.listening.getsockname(), timeout=PATIENCE / 3)
        try:
            connection.request(method, path, raw, usual | headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            connection.close()

    def until_answered(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, bytes]:
        """Ask again and again, as people do, until the house answers and has not failed."""
        begun, answers = time.monotonic(), []
        while time.monotonic() - begun < PATIENCE:
            status, words = self.ask(method, path, body, **headers)
            if status and status < 500:
                return status, words
            answers.append(status)
            self.stand_up()
            time.sleep(0.05)
        raise AssertionError(f"{method} {path} was answered {answers} within {PATIENCE} s; its words are in {LOG}")

    def rows(self, statement: str, *values: Any) -> list[tuple]:
        """Ask the database as its administrator; while it recovers, wait."""
        begun = time.monotonic()
        while True:
            try:
                place = {**self.server.superuser_parameters(), "dbname": "operant"}
                with psycopg.connect(**place) as connection:
                    cursor = connection.execute(statement, values)
                    return cursor.fetchall() if cursor.description else []
            except psycopg.OperationalError:
                if time.monotonic() - begun > PATIENCE:
                    raise
                self.stand_up()
                time.sleep(0.02)

    def victims(self, name: str) -> list[int]:
        """Return the processes that fall together: a child, or PostgreSQL with all its processes, or one of those."""
        if name == "database":
            data = self.server._place.data
            return [found.pid for found in [processes.find(data)] if found] + processes.members(data)
        return [self.children[name].pid]

    def note(self, words: str) -> None:
        """Write a line between those of the children."""
        with LOG.open("a") as log:
            print(f"------ | {time.strftime('%H:%M:%S')} {words}", file=log)

    def fell(self, point: str) -> bool:
        return (TRAPS / f"{point}.sprung").exists()

    def set_trap(self, point: str, victim: str) -> None:
        for left in TRAPS.iterdir():
            left.unlink()
        self.note(f"a trap for {victim} at {point}")
        half = TRAPS / ".half"
        half.write_text(" ".join(map(str, self.victims(victim))))
        half.rename(TRAPS / point)

    def kill(self, victim: str) -> None:
        self.note(f"{victim} is killed from outside")
        self._end(victim)

    def _end(self, victim: str) -> None:
        for pid in self.victims(victim):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def bury(self, victim: str) -> None:
        """Wait until whoever was killed is dead: what is asked before that waits for nobody."""
        if victim == "database":
            # One that was born after the trap was set may wait for ever for a lock that another one died with.
            self._end(victim)
            assert processes.gone(self.server._place.data, PATIENCE)
        else:
            assert self.children[victim].is_gone(PATIENCE)

    def stand_up(self) -> None:
        """Start again whatever lies on the floor; of several who ask at once, one does."""
        with self.standing_up:
            self._stand_up()

    def _stand_up(self) -> None:
        if not self.server.is_running():
            self.note("the database stands up")
            processes.gone(self.server._place.data, 10)
            self.server.start()
        for name, child in list(self.children.items()):
            if child.is_gone():
                self.note(f"{name} stands up")
                child.close()
                self._hatch(name)

    def let_time_pass(self) -> None:
        """Bring forward what waits for the end of a lease: the clock's own, and those of mails and of entries."""
        self.rows("DELETE FROM queue_lease WHERE name = 'clock'")
        self.rows(
            "UPDATE messaging_message SET leased_until = now() - interval '1 second', "
            "due_at = least(due_at, now()) WHERE state IN ('queued', 'sending')"
        )
        self.rows("UPDATE audit_unsealed SET leased_until = now() - interval '1 second'")

    @contextmanager
    def open(self, **told: str) -> Iterator["House"]:
        """Let its children work, who find what they are `told` in their environment."""
        with _environment(self.mail, self.listening.getsockname()[1], **told):
            try:
                with LOG.open("a") as log:
                    self.nests = {name: Nest(name, log) for name in ("web", "worker")}
                for name in self.nests:
                    self._hatch(name)
                self.until_answered("GET", "/accounts/login/")
                yield self
            finally:
                for each in [*self.children.values(), *self.nests.values()]:
                    each.close()
                self.children, self.nests = {}, {}

    def add(self, name: str) -> None:
        """Let another child of a kind work beside the first: `web2`."""
        self._hatch(name)

    def _hatch(self, name: str) -> None:
        kind = name.rstrip("0123456789")
        self.children[name] = self.nests[kind].hatch(*([self.listening.fileno()] if kind == "web" else []))


@contextmanager
def built() -> Iterator[House]:
    """Build a house in a new home, whose children do not work yet, and tear it down."""
    shutil.rmtree(HOME, ignore_errors=True)
    homes.claim(HOME)
    TRAPS.mkdir()
    LOG.parent.mkdir(exist_ok=True)
    LOG.write_text("")
    with mail_server() as mail, socket.create_server(("127.0.0.1", 0), backlog=256) as listening:
        server = Server(HOME).start()
        house = House(server, mail, listening)
        try:
            with _environment(mail, listening.getsockname()[1]):
                _commands("init", "migrate")
                house.known = json.loads(_told([sys.executable, "-m", "tests.proofs.seeding"]))
            yield house
        finally:
            server.stop()


@contextmanager
def _environment(mail: MailServer, port: int, **told: str) -> Iterator[None]:
    kept = dict(os.environ)
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_DIRECT_URL", "OPERANT_AS_OWNER"):
        os.environ.pop(name, None)
    os.environ |= {
        "OPERANT_HOME": str(HOME), "HOST": "127.0.0.1", "PORT": str(port), "SMTP_URL": mail.url, "TRAPS": str(TRAPS),
        "DJANGO_SETTINGS_MODULE": "operant.config.settings", **told,
    }  # fmt: skip
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)


def _commands(*names: str) -> None:
    program = "import sys; from operant.cli import main; sys.exit(any(main([word]) for word in sys.argv[1:]))"
    _told([sys.executable, "-c", program, *names])


def _told(command: list[str | Path]) -> str:
    with LOG.open("a") as log:
        done = subprocess.run(command, cwd=plugin.ROOT, stdout=subprocess.PIPE, stderr=log, text=True, check=False)
    assert done.returncode == 0, f"{command} did not succeed; its words are in {LOG}"
    return done.stdout
