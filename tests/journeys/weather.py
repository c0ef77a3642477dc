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
    precipitation_by_weather: dict[str, float]
    precipitation_in_last_month: float


def figures() -> Figures:
    """Return the figures, from the file alone."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    kinds: dict[str, float] = defaultdict(float)
    for row in rows:
        kinds[row["weather"]] += float(row["precipitation"])
    last = max(row["date"] for row in rows)[:7]
    return Figures(
        days=len(rows),
        total_precipitation=sum(float(row["precipitation"]) for row in rows),
        average_temp_max=sum(float(row["temp_max"]) for row in rows) / len(rows),
        precipitation_by_weather=dict(kinds),
        precipitation_in_last_month=sum(float(row["precipitation"]) for row in rows if row["date"].startswith(last)),
    )
