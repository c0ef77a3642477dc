"""A test of a connection, step by step, whatever kind of source it leads to."""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from operant.platform.files.sandbox import Converted, SandboxRefusal


class Unreachable(SandboxRefusal):
    """The place could not be asked at all. `step` is where it failed, `advice` what to do about it."""

    status = 409
    code = "source_unreachable"

    def __init__(self, step: str, message: str, advice: str = "") -> None:
        super().__init__(f"{message} {advice}".strip())
        self.step, self.what, self.advice = step, message, advice


@dataclass(frozen=True)
class Step:
    """One step of a test: `state` is ok, failed or skipped; `sentence` says what was found, `advice` what to do."""

    name: str
    state: str
    sentence: str
    advice: str = ""
    milliseconds: int = 0


@dataclass
class Report:
    """
    What a test found. `tables` are as the editor lists them; `grants` is the SQL that makes a reading role.

    `fetched` is what was read, where the rows are kept here and not asked for where they are.
    """

    steps: list[Step] = field(default_factory=list)
    tables: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    grants: str = ""
    server: str = ""
    fetched: Converted | None = None

    @property
    def failure(self) -> Step | None:
        return next((each for each in self.steps if each.state == "failed"), None)

    def listed(self) -> list[dict[str, Any]]:
        """Return the steps as they are kept."""
        return [asdict(each) for each in self.steps]


Told = Callable[[Report], None]


def quietly(report: Report) -> None:
    """Tell nobody how far a test is."""


class Walk:
    """A test on its way from step to step. `passed` says of a step behind it how it ended: state and sentence."""

    def __init__(self, steps: Sequence[str], passed: Callable[[str], tuple[str, str]], told: Told) -> None:
        self._steps, self._passed, self._told = steps, passed, told
        self.report = Report()
        self.at, self._since = steps[0], time.perf_counter()

    def reach(self, step: str) -> None:
        """Begin a step: those before it are over."""
        # Some are passed over when nothing had to be waited for; one that was reached before is not begun again.
        while self._steps.index(self.at) < self._steps.index(step):
            self.end(*self._passed(self.at))

    def fail(self, step: str, sentence: str, advice: str = "") -> None:
        """End the test at a step."""
        if step in self._steps:
            self.reach(step)
        self.end("failed", sentence, advice)

    def end(self, state: str, sentence: str, advice: str = "") -> None:
        """End the step that it is at."""
        now = time.perf_counter()
        self.report.steps.append(Step(self.at, state, sentence, advice, round((now - self._since) * 1000)))
        self.at, self._since = self._steps[min(self._steps.index(self.at) + 1, len(self._steps) - 1)], now
        self._told(self.report)


def counted(count: int, noun: str) -> str:
    """Return how many there are, in words."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
