"""Rounds in turns, and what they come to."""

import statistics
import time
from collections.abc import Callable, Mapping

Side = Callable[[], float]


def in_turns(rounds: int, sides: Mapping[str, Side]) -> dict[str, list[float]]:
    """Run every side once a round, so that whatever slows the machine slows them alike. Return all their figures."""
    found: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            found[name].append(side())
    return found


def medians(rounds: int, sides: Mapping[str, Side]) -> dict[str, float]:
    """Return the median of each side's rounds."""
    return {name: statistics.median(figures) for name, figures in in_turns(rounds, sides).items()}


def paired(rounds: int, ours: Side, theirs: Side) -> tuple[float, float]:
    """
    Return our median, and the peer's figure by the median ratio of neighboring rounds.

    For sides within some percent of each other: a machine that gets slower in between moves both of a pair.
    """
    found = in_turns(rounds, {"ours": ours, "theirs": theirs})
    ratio = statistics.median(one / other for one, other in zip(found["ours"], found["theirs"], strict=True))
    mine = statistics.median(found["ours"])
    return mine, mine / ratio


def milliseconds(work: Callable[[], object]) -> float:
    """Return how long one call took."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def percentile(figures: list[float], share: float) -> float:
    """Return the figure that this share of all stays below."""
    ordered = sorted(figures)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
