"""A public data set, and its figures computed apart from everything that Operant does."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import vega_datasets

FILE = Path(vega_datasets.__file__).parent / "_data" / "seattle-weather.csv"


@dataclass(frozen=True)
class Figures:
    """What the weather of Seattle was, 2012 to 2015."""

    days: int
    total_precipitation: float
    average_temp_max: float
    by_weather: dict[str, int]
    wettest_month: tuple[str, float]


def figures() -> Figures:
    """Return the figures, from the file alone."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    months: dict[str, float] = defaultdict(float)
    kinds: dict[str, int] = defaultdict(int)
    for row in rows:
        months[row["date"][:7]] += float(row["precipitation"])
        kinds[row["weather"]] += 1
    return Figures(
        days=len(rows),
        total_precipitation=sum(float(row["precipitation"]) for row in rows),
        average_temp_max=sum(float(row["temp_max"]) for row in rows) / len(rows),
        by_weather=dict(kinds),
        wettest_month=max(months.items(), key=lambda each: each[1]),
    )
