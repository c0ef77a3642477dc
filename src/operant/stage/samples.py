"""Sample data: a year and some days of an invented coffee roastery's orders, made by code, ending today."""

import csv
import io
import math
import random
from datetime import date, timedelta

FILE_NAME = "Roastery orders (sample).csv"
HEAD = ("order_date", "region", "product", "channel", "units", "revenue")
REGIONS = {"North": 1.0, "South": 0.8, "East": 0.55, "West": 0.7}
PRODUCTS = {"House blend": (9.5, 1.0), "Espresso": (11.0, 0.8), "Decaf": (10.5, 0.35), "Single origin": (14.0, 0.45)}
CHANNELS = ("Shop", "Web", "Wholesale")


def orders(today: date) -> bytes:
    """
    Return the orders from the first of this month a year ago until today, as CSV.

    The same day always gives the same file.
    """
    first = today.replace(year=today.year - 1, day=1)
    days = (today - first).days + 1
    chance = random.Random(today.toordinal())  # noqa: S311 - invented figures, not secrets
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEAD)
    for number in range(days):
        writer.writerows(_of_a_day(first + timedelta(days=number), number / days, chance))
    return text.getvalue().encode()


def _of_a_day(day: date, progress: float, chance: random.Random) -> list[tuple[str | int, ...]]:
    season = 1 + 0.25 * math.cos((day.timetuple().tm_yday - 350) / 365 * 2 * math.pi)
    weekday = 0.6 if day.weekday() >= 5 else 1.0
    found = []
    for region, size in REGIONS.items():
        product = chance.choices(list(PRODUCTS), [weight for _, weight in PRODUCTS.values()])[0]
        units = max(1, round(chance.gauss(40, 8) * size * season * weekday * (1 + 0.35 * progress)))
        channel = chance.choices(CHANNELS, (5, 3, 2))[0]
        revenue = units * PRODUCTS[product][0] * (0.85 if channel == "Wholesale" else 1)
        found.append((day.isoformat(), region, product, channel, units, f"{revenue:.2f}"))
    return found
