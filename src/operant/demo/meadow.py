"""Meadow's year: one line per visit to a garden."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

SERVICES = {"Mowing": (42, 1.2), "Hedges": (58, 2.4), "Planting": (64, 3.1), "Winter service": (39, 0.8)}
CREWS = ("Clover", "Heather", "Moss")
HEAD = ("visited_on", "crew", "service", "hours", "price", "rating")


def visits(until: date) -> Iterator[tuple]:
    """Return every visit of the year that ends on `until`: gardens in summer, snow in winter, rest on Sundays."""
    random = Random(23)
    for back in range(364, -1, -1):
        day = until - timedelta(days=back)
        if day.weekday() == 6:
            continue
        for crew in CREWS:
            for _ in range(_load(day)):
                yield _visit(random, day, crew)


def _visit(random: Random, day: date, crew: str) -> tuple:
    service = random.choice(_offered(day))
    rate, length = SERVICES[service]
    hours = max(0.5, round(random.gauss(length, length / 4) * 4) / 4)
    rating = random.choices((5, 4, 3, 2), (62, 28, 8, 2))[0]
    return day, crew, service, hours, f"{hours * rate:.2f}", rating


def _load(day: date) -> int:
    return {12: 1, 1: 1, 2: 1, 3: 2, 4: 3, 5: 4, 6: 4, 7: 3, 8: 3, 9: 3, 10: 2, 11: 2}[day.month]


def _offered(day: date) -> list[str]:
    if day.month in (12, 1, 2):
        return ["Winter service", "Winter service", "Hedges"]
    return ["Mowing", "Mowing", "Mowing", "Hedges", "Planting"] if day.month in (4, 5, 9, 10) else ["Mowing", "Hedges"]
