"""
Lines that stand ready: a source that is asked again and again is dialed for its next question while nobody waits.

Whatever stands ready was told of one source of one organization, has asked nothing yet, serves one question of the same
source, and is ended when none came. A source that is asked seldom is never dialed for nothing.
"""

import contextlib
import logging
import os
import threading
import time
from typing import Any

from .dialing import Dial, Line, NotBegun

log = logging.getLogger("operant.stage")
SECONDS = 15
"""How long a line waits for a question, and how soon after its last one a source counts as asked again and again."""
MOST = 4
"""Lines of one process; the one that waits longest makes room."""


class _Ahead:
    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._asked: dict[str, tuple[int, float]] = {}
        self._ready: dict[str, Dial] = {}
        os.register_at_fork(after_in_child=self._abandon)

    def answer(self, line: Line, question: dict[str, Any]) -> dict[str, Any] | None:
        """Return what the line that stands ready gives, or None where there is none, or it was cut meanwhile."""
        dial = self._taken(line)
        if dial is None:
            return None
        with contextlib.closing(dial), contextlib.suppress(NotBegun):
            return dial.ask_ready(question)
        return None

    def dial(self, line: Line, connect_seconds: float) -> None:
        """Dial for the next question, if the one that was just answered was not the only one lately."""
        if not self._is_asked_often(line):
            return
        try:
            self._keep(Dial(line, connect_seconds))
        except Exception:
            # The answer is there: what hinders the next line is no news about it.
            log.warning("No line was dialed ahead.", exc_info=True)

    def forget(self, key: str) -> None:
        """End what stands ready for a source."""
        with self._guard:
            self._asked.pop(key, None)
            dial = self._ready.pop(key, None)
        if dial:
            dial.close()

    def _taken(self, line: Line) -> Dial | None:
        with self._guard:
            dial = self._ready.pop(line.database.key, None)
        # Another password, another address or another limit: what was dialed is not what is asked.
        if dial and (dial.line != line or not dial.lives):
            dial.close()
            return None
        return dial

    def _is_asked_often(self, line: Line) -> bool:
        now = time.monotonic()
        with self._guard:
            self._asked = {key: each for key, each in self._asked.items() if each[1] > now - SECONDS}
            before, _ = self._asked.get(line.database.key, (None, 0.0))
            # A hash, for a line holds a password.
            self._asked[line.database.key] = hash(line), now
            return before == hash(line) and line.database.key not in self._ready

    def _keep(self, dial: Dial) -> None:
        # Nobody waits for it: it ends with whoever does.
        timer = threading.Timer(SECONDS, self._end, [dial])
        timer.daemon = True
        try:
            timer.start()
        except RuntimeError:
            dial.close()
            raise
        over = []
        with self._guard:
            if before := self._ready.pop(dial.line.database.key, None):
                over.append(before)
            if len(self._ready) >= MOST:
                over.append(self._ready.pop(next(iter(self._ready))))
            self._ready[dial.line.database.key] = dial
        for each in over:
            each.close()

    def _end(self, dial: Dial) -> None:
        with self._guard:
            if self._ready.get(dial.line.database.key) is not dial:
                return
            del self._ready[dial.line.database.key]
        dial.close()

    def _abandon(self) -> None:
        # They belong to the process that was forked.
        self._guard, self._asked, self._ready = threading.Lock(), {}, {}


_lines = _Ahead()
answer, dial, forget = _lines.answer, _lines.dial, _lines.forget
