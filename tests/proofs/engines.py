"""Chromium as old televisions have it: Qt's, each in an environment of its own, on a screen that nobody sees."""

import json
import os
import select
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

from bench import peers
from operant.testing.waiting import until

HERE = Path(__file__).resolve().parent
MAJORS = (53, 56, 69, 77)
NEEDED = "Xvfb, and as root: apt-get install -y --no-install-recommends xvfb xauth libgl1-mesa-dri libegl1 libxkbcommon-x11-0 " \
    "libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-render-util0 libxcb-xinerama0"  # fmt: skip
ENVIRONMENT = {
    "QT_QPA_PLATFORM": "xcb", "LIBGL_ALWAYS_SOFTWARE": "1", "QTWEBENGINE_DISABLE_SANDBOX": "1",
    "QTWEBENGINE_CHROMIUM_FLAGS": "--enable-precise-memory-info --js-flags=--expose-gc",
}  # fmt: skip


def can_run() -> bool:
    """Whether there is a screen that nobody sees; Qt's own packages come on first use."""
    return shutil.which("xvfb-run") is not None


class Fallen(AssertionError):
    """The engine ended by itself, or hangs."""


class Television:
    """One page at 1920×1080. What it keeps stays in its folder when it loses its power."""

    def __init__(self, major: int, folder: Path) -> None:
        self.major, self.folder = major, folder

    def switch_on(self, url: str) -> None:
        """Open an address. Qt itself now and then falls over while it starts, which is not what is looked at here."""
        for _ in range(3):
            self._start()
            try:
                self._ask(do="open", url=url)
                self.becomes("document.readyState === 'complete'")
                return
            except Fallen:
                self.lose_power()
        raise Fallen(f"Chrome {self.major} does not start; see {self.folder / 'engine.log'}")

    def _start(self) -> None:
        programs = peers.environment(f"chrome{self.major}", HERE)
        runtime = self.folder / "runtime"
        runtime.mkdir(mode=0o700, exist_ok=True)
        command = ["xvfb-run", "-a", "-s", "-screen 0 1920x1080x24", programs / "python", "-X", "faulthandler"]
        with (self.folder / "engine.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*map(str, [*command, HERE / "engine_window.py", self.folder])], start_new_session=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
                env={**os.environ, **ENVIRONMENT, "XDG_RUNTIME_DIR": str(runtime)},
            )  # fmt: skip

    def lose_power(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        with suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def evaluate(self, js: str) -> Any:
        """Return what an expression gives, where JSON can say it."""
        told = self._ask(do="evaluate", js=js)
        assert "error" not in told, f"{js}: {told['error']}"
        return told.get("value")

    def becomes(self, js: str, within: float = 60) -> Any:
        """Wait until an expression is true; a page that is being replaced answers nothing for a while."""
        return until(lambda: self._ask(do="evaluate", js=js).get("value"), f"{js} in Chrome {self.major}", within, every=0.1)

    def picture(self, path: Path) -> None:
        assert self._ask(do="picture", path=str(path))["value"]

    def said(self) -> list[str]:
        """Return the warnings and errors in the page's console."""
        return self._ask(do="said")["value"]

    def _ask(self, **words: Any) -> dict[str, Any]:
        with suppress(BrokenPipeError):
            self.process.stdin.write(json.dumps(words).encode() + b"\n")
            self.process.stdin.flush()
        ready, _, _ = select.select([self.process.stdout], [], [], 60)
        line = self.process.stdout.readline() if ready else b""
        if not line:
            raise Fallen(f"Chrome {self.major} ended or hangs; see {self.folder / 'engine.log'}")
        return json.loads(line)
