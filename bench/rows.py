"""A row: what was measured, beside what, and whether the goal is met."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Goal:
    """A bound of our figure, or of its ratio to the peer's, or none where a figure only stands beside another."""

    text: str
    bound: float | None = None
    at_most: bool = True
    of_ratio: bool = True

    def met(self, ours: float | None, ratio: float | None) -> bool | None:
        """Return whether the goal is reached; None when it has no bound or one side was not measured."""
        value = ratio if self.of_ratio else ours
        if self.bound is None or value is None:
            return None
        return value <= self.bound if self.at_most else value >= self.bound


def times(least: float) -> Goal:
    """We do at least so many times as much as the peer."""
    return Goal(f"at least {least:g} times the peer", least, at_most=False)


def share(most: float, text: str = "") -> Goal:
    """We take at most this share of what the peer takes."""
    return Goal(text or f"at most {most:g} of the peer", most)


def most(bound: float, unit: str) -> Goal:
    """Our figure is at most this."""
    return Goal(f"at most {bound:g} {unit}", bound, of_ratio=False)


BESIDE = Goal("stands beside another row")


@dataclass(frozen=True)
class Row:
    """One line of the results. `ratio` is always ours / peer."""

    name: str
    ours: float | None
    unit: str
    goal: Goal
    peer: float | None = None
    peer_name: str = ""
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return self.ours / self.peer if self.ours is not None and self.peer else None

    @property
    def met(self) -> bool | None:
        return self.goal.met(self.ours, self.ratio)

    def as_json(self) -> dict[str, Any]:
        """Return the row as scripts read it."""
        return {
            "name": self.name, "ours": rounded(self.ours), "peer": rounded(self.peer), "peer_name": self.peer_name,
            "unit": self.unit, "ratio": rounded(self.ratio), "goal": self.goal.text, "met": self.met,
        }  # fmt: skip


def rounded(value: float | None) -> float | None:
    """Return a figure with four digits that count."""
    return None if value is None else float(f"{value:.4g}")
