"""Processes that are kept alive: started, read, restarted with growing pauses, and stopped."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

LONGEST_PAUSE = 30.0
STEADY_AFTER = 60.0


def environment() -> dict[str, str]:
    """Return our environment, but let Python keep bytecode: compiling it anew takes two thirds of every start."""
    found = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    # They write into our pipe, and only we know whether somebody reads along.
    return found | ({"OPERANT_TERMINAL": "1"} if sys.stdout.isatty() else {})


@dataclass
class Child:
    """One process of the house, web or worker, and its successors."""

    name: str
    say: Callable[[str], None]
    descriptors: list[int] = field(default_factory=list)  # what it is handed at its gate
    patience: float = 10.0  # between asking it to end and killing it
    failures: int = 0
    process: subprocess.Popen | None = None
    _begun: float = 0.0
    _again_at: float = 0.0
    _gate: socket.socket | None = None
    _reader: threading.Thread | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start the process, which loads and then waits for `open_gate`; pass its lines on under its name."""
        self._begun = time.monotonic()
        self._gate, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "operant.cli.child", self.name, str(os.getpid()), str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=[theirs.fileno()],
                env=environment(),
                # Ctrl-C in the terminal must reach the supervisor alone, which stops things in order.
                start_new_session=True,
            )
        self._reader = threading.Thread(target=self._pass_on, args=(self.process,), daemon=True)
        self._reader.start()

    def open_gate(self) -> None:
        """Hand over the descriptors and let the process begin its work."""
        if self._gate is not None:
            # Should it have died meanwhile, `tend` starts another.
            with suppress(OSError):
                socket.send_fds(self._gate, [b"+"], self.descriptors)
            self._close_gate()

    def tend(self) -> None:
        """Notice when it died, and start it again after a pause that grows while it keeps dying."""
        now = time.monotonic()
        if self.process is None:
            if now >= self._again_at:
                self.start()
                self.open_gate()
            return
        code = self.process.poll()
        if code is None:
            if now - self._begun > STEADY_AFTER:
                self.failures = 0
            return
        self.failures += 1
        pause = min(0.5 * 2 ** (self.failures - 1), LONGEST_PAUSE)
        self.say(f"{self.name} ended ({_how(code)}); starting it again in {pause:g} s.")
        self.process, self._again_at = None, now + pause

    def ask_to_end(self) -> None:
        """Send SIGTERM."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """Send SIGKILL."""
        self._signal(signal.SIGKILL)

    def end(self) -> None:
        """Ask it to end, wait, and kill it when it takes too long."""
        if self.process is None:
            return
        self.ask_to_end()
        try:
            self.process.wait(self.patience)
        except subprocess.TimeoutExpired:
            self.say(f"{self.name} did not end within {self.patience:g} s and is killed.")
            self.kill()
            self.process.wait()
        self._reader.join(1)
        self.process = None
        self._close_gate()

    def _close_gate(self) -> None:
        if self._gate is not None:
            self._gate.close()
            self._gate = None

    def _signal(self, number: signal.Signals) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)

    def _pass_on(self, process: subprocess.Popen) -> None:
        for line in process.stdout:
            said = line.decode(errors="replace").rstrip()
            # A log line in JSON is for programs, which would stumble over our name in front of it.
            self.say(said if said.startswith("{") else f"{self.name:<6} | {said}")


def _how(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
