"""Data sources and dashboards over JSON."""

from . import (
    alerts,
    annotations,
    dashboards,
    datasets,
    extracts,
    plans,
    runs,
    saved,
    shares,
    source_versions,
    sources,
    texts,
    versions,
)

ROUTES = (
    sources.routes, source_versions.routes, runs.routes, datasets.routes, extracts.routes, dashboards.routes,
    versions.routes, texts.routes, plans.routes, alerts.routes, shares.routes, annotations.routes, saved.routes,
)  # fmt: skip
