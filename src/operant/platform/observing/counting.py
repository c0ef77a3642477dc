"""
How many requests were answered, and how fast, in plain numbers.

All are counted in the thread of the event loop, so none needs a lock: the library's took longer than everything else
that is done with a heartbeat before it is written.
"""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate
from math import inf

from prometheus_client import REGISTRY
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, inf)


class Route:
    """The figures of one method at one route."""

    __slots__ = ("within", "seconds", "statuses")

    def __init__(self) -> None:
        self.within, self.seconds, self.statuses = [0] * len(BOUNDS), 0.0, dict[int, int]()


_routes: dict[tuple[str, str], Route] = {}


def count(method: str, route: str, status: int, seconds: float) -> None:
    """Count a request whose answer began after so many seconds."""
    mine = _routes.get((method, route))
    if mine is None:
        mine = _routes[method, route] = Route()
    mine.within[bisect_left(BOUNDS, seconds)] += 1
    mine.seconds += seconds
    mine.statuses[status] = mine.statuses.get(status, 0) + 1


class Requests(Collector):
    """What was counted, for whoever scrapes."""

    def collect(self) -> Iterator[Metric]:
        answered = CounterMetricFamily("operant_requests", "Requests answered.", labels=["method", "route", "status"])
        took = HistogramMetricFamily("operant_request_seconds", "Time until the answer began.", labels=["method", "route"])
        # Copies: whoever scrapes does so in a thread of its own.
        for key, each in list(_routes.items()):
            named = ["+Inf" if bound == inf else str(bound) for bound in BOUNDS]
            took.add_metric([*key], list(zip(named, accumulate(each.within), strict=True)), each.seconds)
            for status, number in list(each.statuses.items()):
                answered.add_metric([*key, str(status)], number)
        yield from (answered, took)


REGISTRY.register(Requests())
