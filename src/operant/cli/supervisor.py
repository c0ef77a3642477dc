"""Keeping web, worker and PostgreSQL alive until somebody says stop, then stopping them in order."""

import http.client
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

from operant.cli.children import Child
from operant.cli.failures import Failure
from operant.cli.postgres import Server

LOOK_EVERY = 0.2


class Stop(BaseException):
    """Somebody asked us to stop. No Exception: nothing on the way may take it for a failure."""


class Signals:
    """Turn the first stop signal into `Stop` wherever we are, and later ones into haste."""

    def __init__(self, hurry: Callable[[], None]):
        self._hurry = hurry
        self._stopping = False

    def listen(self) -> None:
        """Listen to Ctrl-C, SIGTERM and a closed terminal (unless nohup told us not to)."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN or number is signal.SIGTERM:
                signal.signal(number, self._on)

    def stopping(self) -> None:
        """From here on, every signal asks for haste."""
        self._stopping = True

    def _on(self, number: int, frame: FrameType | None) -> None:
        if self._stopping:
            self._hurry()
            return
        self._stopping = True
        raise Stop(signal.Signals(number).name)


class Supervisor:
    """The house as it runs: its children, and the server they need."""

    def __init__(self, children: list[Child], server: Server | None, say: Callable[[str], None]):
        self.children = children
        self._server = server
        self._say = say
        self._pause = threading.Event()

    def watch(self) -> None:
        """Mend what dies, until `Stop`."""
        while True:
            self._pause.wait(LOOK_EVERY)
            self._tend(self.children)

    def wait_for_answer(self, child: Child, host: str, port: int) -> int:
        """
        Return the status of the first answer over HTTP.

        :raises Failure: when the process dies three times before it gives one.
        """
        answer: list[int] = []
        threading.Thread(target=lambda: answer.append(_ask(host, port)), daemon=True).start()
        while not answer:
            self._pause.wait(0.02)
            # The others begin when this one has answered: two that load at once are both late.
            self._tend([child])
            if child.failures >= 3:
                raise Failure(f"{child.name} cannot start; its last lines above say why.")
        return answer[0]

    def end(self) -> None:
        """Stop the children in order: who takes requests first, who works on what they left next."""
        for child in self.children:
            child.end()

    def kill(self) -> None:
        """End every child at once."""
        for child in self.children:
            child.kill()

    def _tend(self, children: list[Child]) -> None:
        if self._server and not self._server.is_running():
            self._say("PostgreSQL ended; starting it again.")
            self._server.start()
        for child in children:
            child.tend()


def _ask(host: str, port: int) -> int:
    """Ask until there is an answer: a process that dies takes the connections it had accepted with it."""
    while True:
        connection = http.client.HTTPConnection(host, port, timeout=60)
        try:
            connection.request("GET", "/", headers={"Host": "localhost"})
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        finally:
            connection.close()
