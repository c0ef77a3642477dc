"""How much of a proof is run, and what came of it. `make prove` runs them long; the tests run a sample of each."""

import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.isolation import conftest as isolation

from . import falling_house

world = isolation.world


@dataclass
class Tally:
    """What was tried and what failed. `make prove` reads it; a sample only looks at the failures."""

    wanted: int | None
    runs: int = 0
    failures: list[str] = field(default_factory=list)
    _begun: float = field(default_factory=time.monotonic)

    def sample(self, few: int) -> int:
        """Return how many runs to make: what was asked for, or a few."""
        return self.wanted if self.wanted is not None else few

    def note(self, what: str, wrong: str = "") -> None:
        """Count one run; `wrong` says what did not hold."""
        self.runs += 1
        if wrong:
            self.failures.append(f"{what}: {wrong}")
        if self.wanted is not None and (wrong or self.runs % 25 == 0):
            took = time.monotonic() - self._begun
            print(f"  {self.runs:>5} runs, {len(self.failures)} failed, {took:5.0f} s  {wrong and what}",
                  file=sys.__stderr__, flush=True)  # fmt: skip

    def write(self, path: Path) -> None:
        """Add what came of it to what other tests of the same proof wrote."""
        before = json.loads(path.read_text()) if path.exists() else {"runs": 0, "failures": []}
        told = {"runs": before["runs"] + self.runs, "failures": before["failures"] + self.failures}
        path.write_text(json.dumps(told))


@pytest.fixture
def tally() -> Iterator[Tally]:
    wanted = os.environ.get("PROOF_RUNS")
    made = Tally(int(wanted) if wanted else None)
    yield made
    if place := os.environ.get("PROOF_TALLY"):
        made.write(Path(place))


@pytest.fixture(scope="session")
def falling() -> Iterator[falling_house.House]:
    """A house of its own, built once. Whoever wants to see it fall opens it."""
    with falling_house.built() as house:
        yield house
