"""The connection tested step by step, and what can be read there."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from operant.platform.files.sandbox import Limits, SandboxRefusal

from . import calling, places
from .calling import STEPS
from .complaints import Unreachable
from .database import Database

LIMITS = Limits(seconds=10, bytes=4_000_000)


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
    """What a test found. `tables` are as the editor lists them; `grants` is the SQL that makes a reading role."""

    steps: list[Step] = field(default_factory=list)
    tables: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    grants: str = ""
    server: str = ""

    @property
    def failure(self) -> Step | None:
        return next((each for each in self.steps if each.state == "failed"), None)

    def as_dict(self) -> dict[str, Any]:
        return {"steps": [asdict(each) for each in self.steps], "grants": self.grants, "server": self.server}


Told = Callable[[Report], None]


def _quietly(report: Report) -> None:
    return None


def probe(database: Database, told: Told = _quietly) -> Report:
    """Return how far the connection comes; `told` gets the report after every step. Failures are steps, not errors."""
    places.forget(database.key)
    return _Probe(database, told).run()


class _Probe:
    def __init__(self, database: Database, told: Told) -> None:
        self._database, self._told = database, told
        self._report = Report()
        self._at, self._since = STEPS[0], time.perf_counter()

    def run(self) -> Report:
        try:
            found = calling.call(self._database, {"task": "tables"}, LIMITS, self._reached)
            self._report.tables, self._report.warnings = found["tables"], found["warnings"]
            self._report.grants, self._report.server = found["grants"], found["server"]
            self._end("ok" if self._report.tables else "failed", *_found(self._report.tables))
        except Unreachable as error:
            self._fail(error.step, error.what, error.advice)
        except SandboxRefusal as error:
            self._fail(self._at, error.message, "Check what this user may read." if self._at == "read" else "")
        return self._report

    def _reached(self, step: str) -> None:
        # libpq passes over a step when nothing had to be waited for.
        while STEPS.index(self._at) < STEPS.index(step):
            self._end("skipped" if self._is_left_out() else "ok", self._passed())

    def _fail(self, step: str, sentence: str, advice: str) -> None:
        if step in STEPS:
            self._reached(step)
        self._end("failed", sentence, advice)

    def _end(self, state: str, sentence: str, advice: str = "") -> None:
        now = time.perf_counter()
        self._report.steps.append(Step(self._at, state, sentence, advice, round((now - self._since) * 1000)))
        self._at, self._since = STEPS[min(STEPS.index(self._at) + 1, len(STEPS) - 1)], now
        self._told(self._report)

    def _is_left_out(self) -> bool:
        return self._at == "tls" and self._database.tls == "off"

    def _passed(self) -> str:
        database = self._database
        return {
            "resolve": f"{database.host} has an address that may be called.",
            "connect": f"It answers at port {database.port}.",
            "tls": {
                "verify": "The connection is encrypted, and the certificate is the right one.",
                "require": "The connection is encrypted. Who answers was not verified.",
                "off": "The connection is not encrypted, as chosen.",
            }[database.tls],
            "sign_in": f"Signed in as {database.user} to {database.name}.",
        }[self._at]


def _found(tables: list[dict[str, Any]]) -> tuple[str, str]:
    if not tables:
        advice = "Check the schema, and that this user has USAGE on it and SELECT on its tables."
        return "There is no table that this user may read.", advice
    columns = sum(len(each["columns"]) for each in tables)
    return f"{_counted(len(tables), 'table')} with {_counted(columns, 'column')} can be read.", ""


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
