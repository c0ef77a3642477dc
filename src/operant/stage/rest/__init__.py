"""Data sources and dashboards over JSON."""

from . import dashboards, sources

ROUTES = (sources.routes, dashboards.routes)
