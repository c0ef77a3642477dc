"""Harbour's year: one line per round that a van drove, and one per claim."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

DEPOTS = {"Hamburg": (5, 1.00), "Leipzig": (3, 0.86), "Vienna": (3, 0.94)}  # rounds a day, price level
SHOPS = ("Alder Books", "Brightside Tea", "Corner Lamps", "Dune Bikes", "Ember Coffee", "Fern & Oak", "Gale Sports")
REASONS = ("Damaged", "Late", "Lost", "Wrong address")
DELIVERY_HEAD = ("day", "depot", "shop", "parcels", "revenue", "minutes", "on_time")
CLAIM_HEAD = ("opened_on", "depot", "reason", "amount", "state")


def deliveries(until: date) -> Iterator[tuple]:
    """Return every round of the year that ends on `until`: more before the holidays, none on Sundays."""
    random = Random(7)
    for day in _year(until):
        if day.weekday() == 6:
            continue
        for depot, (rounds, level) in DEPOTS.items():
            for _ in range(rounds if day.weekday() < 5 else 1):
                yield _delivery(random, day, depot, level)


def claims(until: date) -> Iterator[tuple]:
    """Return every claim of the year: about one a day, older ones settled."""
    random = Random(11)
    for day in _year(until):
        for _ in range(random.choices((0, 1, 2), (5, 4, 2))[0]):
            settled = (until - day).days > 10 and random.random() < 0.93
            amount = f"{random.lognormvariate(3.6, 0.7):.2f}"
            yield day, random.choice(list(DEPOTS)), random.choice(REASONS), amount, "settled" if settled else "open"


def _delivery(random: Random, day: date, depot: str, level: float) -> tuple:
    parcels = round(random.gauss(64, 11) * _season(day) * _growth(day))
    revenue = parcels * level * random.gauss(4.35, 0.25)
    minutes = round(150 + parcels * random.gauss(2.6, 0.2))
    is_on_time = random.random() < 0.962 - 0.05 * (_season(day) > 1.3)
    return day, depot, random.choice(SHOPS), parcels, f"{revenue:.2f}", minutes, str(is_on_time).lower()


def _season(day: date) -> float:
    if day.month == 12 and day.day < 24:
        return 1.45
    return {11: 1.25, 1: 0.82, 2: 0.88, 7: 0.92, 8: 0.90}.get(day.month, 1.0)


def _growth(day: date) -> float:
    return 1 + 0.12 * (day.timetuple().tm_yday / 365)


def _year(until: date) -> Iterator[date]:
    return (until - timedelta(days=back) for back in range(364, -1, -1))
