"""
Figures for Prometheus: those of this process, those that the worker reports, and those that the database knows.

The worker answers nobody, so it leaves its figures in a row every ten seconds; web tells them with the label `process`.
What waits is asked of the database when somebody looks: a worker that died cannot say how much it left undone. When the
database does not answer, the figures of this process are told without the others: nobody needs them more than then.
"""

import logging
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, connection
from prometheus_client import REGISTRY, CollectorRegistry, Gauge, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

import operant
from operant.platform import clock

from . import errors

disable_created_metrics()
log = logging.getLogger("operant.observing")
INFO = Gauge("operant_release", "The release that runs; always 1.", ["version"])
INFO.labels(operant.__version__).set(1)
HOLES = Gauge("operant_tenancy_findings", "What the last audit of the catalogs found that lets organizations see each other.")
FRESH_FOR = timedelta(seconds=60)

WAITING_JOBS = """
    SELECT j.queue_name, count(*), extract(epoch FROM now() - min(greatest(e.at, j.scheduled_at)))
      FROM procrastinate_jobs j LEFT JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'
     WHERE j.status = 'todo' GROUP BY j.queue_name ORDER BY j.queue_name"""
BEAT = "SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers"


def text() -> bytes:
    """Return everything in the text format of Prometheus."""
    told = CollectorRegistry()
    told.register(_All())
    return generate_latest(told)


def report(name: str) -> None:
    """Leave the figures of this process under a name, for whoever answers `/metrics`."""
    from .models import Report

    Report.objects.update_or_create(name=name, defaults={"at": clock.now(), "figures": list(_plain(REGISTRY.collect()))})


def forget_reports() -> None:
    """Remove the figures of processes that ended."""
    from .models import Report

    Report.objects.filter(at__lt=clock.now() - FRESH_FOR).delete()


def worker_silent_for() -> float | None:
    """Return how many seconds ago a worker was last alive, or None when there was none."""
    with connection.cursor() as cursor:
        cursor.execute(BEAT)
        age = cursor.fetchone()[0]
    return None if age is None else max(0.0, float(age))


class _All(Collector):
    def collect(self) -> Iterator[Metric]:
        found: dict[str, Metric] = {}
        reported, kept, answers = _known()
        for process, families in [("web", _plain(REGISTRY.collect())), *reported]:
            for name, documentation, kind, samples in families:
                family = found.setdefault(name, Metric(name, documentation, kind))
                for sample, labels, value in samples:
                    family.add_sample(sample, {"process": process, **labels}, value)
        yield from found.values()
        yield from _pool()
        yield GaugeMetricFamily("operant_database_answers", "1 when the database answered this scrape, else 0.", answers)
        yield from kept


def _known() -> tuple[list[tuple[str, list[Any]]], list[Metric], int]:
    try:
        return _reported(), list(_kept()), 1
    except (OperationalError, InterfaceError) as error:
        log.warning("The database did not answer a scrape (%s).", str(error).strip().splitlines()[-1])
        return [], [], 0


def _plain(families: Iterable[Metric]) -> Iterator[list[Any]]:
    for each in families:
        yield [each.name, each.documentation, each.type, [[s.name, s.labels, s.value] for s in each.samples]]


def _reported() -> list[tuple[str, list[Any]]]:
    from .models import Report

    fresh = Report.objects.filter(at__gte=clock.now() - FRESH_FOR).order_by("name")
    return list(fresh.values_list("name", "figures"))


def _kept() -> Iterator[Metric]:
    yield from _waiting()
    age = worker_silent_for()
    if age is not None:
        yield GaugeMetricFamily("operant_worker_silent_seconds", "Time since a worker was last alive.", age)
    yield GaugeMetricFamily("operant_failures_open", "Kinds of errors that nobody solved yet.", errors.latest().count())


def _waiting() -> Iterator[Metric]:
    jobs = GaugeMetricFamily("operant_jobs_waiting", "Jobs that wait for a worker.", labels=["queue"])
    oldest = GaugeMetricFamily("operant_jobs_oldest_seconds", "Age of the oldest of them.", labels=["queue"])
    due = GaugeMetricFamily("operant_waits_due", "Rows that are due and not claimed.", labels=["kind"])
    lag = GaugeMetricFamily("operant_waits_lag_seconds", "How long the first of them is overdue.", labels=["kind"])
    with connection.cursor() as cursor:
        cursor.execute(WAITING_JOBS)
        for queue, count, seconds in cursor.fetchall():
            jobs.add_metric([queue], count)
            oldest.add_metric([queue], max(0.0, float(seconds or 0)))
        cursor.execute("SELECT * FROM app.due_waits(%s)", [clock.now()])
        for kind, count, seconds in cursor.fetchall():
            due.add_metric([kind], count)
            lag.add_metric([kind], float(seconds))
    yield from (jobs, oldest, due, lag)


def _pool() -> Iterator[Metric]:
    if not connection.settings_dict["OPTIONS"].get("pool"):
        return
    figures = connection.pool.get_stats()
    family = GaugeMetricFamily("operant_database_connections", "Connections of this process.", labels=["state"])
    family.add_metric(["open"], figures.get("pool_size", 0))
    family.add_metric(["idle"], figures.get("pool_available", 0))
    family.add_metric(["most"], figures.get("pool_max", 0))
    yield family
    yield GaugeMetricFamily(
        "operant_database_requests_waiting", "Requests that wait for a connection.", figures.get("requests_waiting", 0)
    )
