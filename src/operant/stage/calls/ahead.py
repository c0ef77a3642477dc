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
MOST = 16
"""
Lines of one process, each a process of some megabytes and a session of somebody's database. Where there are as many, that of
the source that was asked least lately makes room, unless it is asked as often as the one that wants it: sources in rotation
would end each other's lines, and every question would sign in twice.
"""

THREAD = "lines that stand ready"


class _Ahead:
    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._sweeper: threading.Thread | None = None
        self._asked: dict[str, tuple[int, float]] = {}
        # In the order in which they were asked last: each was dialed when a question of its source was answered.
        self._ready: dict[str, tuple[Dial, float]] = {}
        os.register_at_fork(after_in_child=self._abandon)

    def answer(self, line: Line, question: dict[str, Any], until: float) -> dict[str, Any] | None:
        """
        Return what the line that stands ready gives, or None where there is none, or it was cut meanwhile.

        One that still signs in is waited for `until` then.
        """
        dial = self._taken(line)
        if dial is None:
            return None
        with contextlib.closing(dial), contextlib.suppress(NotBegun):
            return dial.ask_ready(question, until)
        return None

    def dial(self, line: Line, connect_seconds: float) -> None:
        """Dial for the next question, if the one that was just answered was not the only one lately, and there is room."""
        if not self._is_wanted(line):
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
            dial, _ = self._ready.pop(key, (None, 0.0))
        if dial:
            dial.close()

    def _taken(self, line: Line) -> Dial | None:
        with self._guard:
            dial, _ = self._ready.pop(line.database.key, (None, 0.0))
        # Another password, another address or another limit: what was dialed is not what is asked.
        if dial and (dial.line != line or not dial.lives):
            dial.close()
            return None
        return dial

    def _is_wanted(self, line: Line) -> bool:
        now, key = time.monotonic(), line.database.key
        with self._guard:
            self._asked = {key: each for key, each in self._asked.items() if each[1] > now - SECONDS}
            before, at = self._asked.get(key, (None, 0.0))
            # A hash, for a line holds a password.
            self._asked[key] = hash(line), now
            return before == hash(line) and key not in self._ready and self._has_room(now, now - at)

    def _has_room(self, now: float, pause: float) -> bool:
        if len(self._ready) < MOST:
            return True
        _, at = next(iter(self._ready.values()))
        return now - at > pause

    def _keep(self, dial: Dial) -> None:
        over = []
        try:
            with self._guard:
                # Before it is kept: without the thread nobody would end it.
                self._be_swept()
                over = [self._ready.pop(key)[0] for key in self._in_the_way(dial.line.database.key)]
                self._ready[dial.line.database.key] = dial, time.monotonic()
        except RuntimeError:
            dial.close()
            raise
        for each in over:
            each.close()

    def _in_the_way(self, key: str) -> list[str]:
        if key in self._ready:
            return [key]
        return [next(iter(self._ready))] if len(self._ready) >= MOST else []

    def _be_swept(self) -> None:
        if self._sweeper is None:
            sweeper = threading.Thread(target=self._sweep, name=THREAD, daemon=True)
            sweeper.start()
            self._sweeper = sweeper

    def _sweep(self) -> None:
        """End what nobody asked in time, until nothing stands ready: one thread, however many lines there are."""
        while (until := self._swept()) is not None:
            time.sleep(max(0, until - time.monotonic()))

    def _swept(self) -> float | None:
        """End what is too old, and return when the next one will be; None where there is none."""
        with self._guard:
            now = time.monotonic()
            over = [key for key, (_, at) in self._ready.items() if at + SECONDS <= now]
            dials = [self._ready.pop(key)[0] for key in over]
            if not self._ready:
                self._sweeper = None
            until = min((at + SECONDS for _, at in self._ready.values()), default=None)
        for each in dials:
            try:
                each.close()
            except Exception:
                # The others are to be ended all the same, and those that come after them.
                log.warning("A line that stood ready was not ended.", exc_info=True)
        return until

    def _abandon(self) -> None:
        # They belong to the process that was forked.
        self._guard, self._asked, self._ready, self._sweeper = threading.Lock(), {}, {}, None


_lines = _Ahead()
answer, dial, forget = _lines.answer, _lines.dial, _lines.forget
