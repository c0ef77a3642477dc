"""
Addresses of the web as data sources: JSON, CSV or a Prometheus, fetched and kept as a table. Never call this inside a scope.

Nouns: *feed* (the address, what signs in there, and where the rows are), *page* (one answer of it). Hard rules: every
address that is asked was looked up once and judged, also after a redirect and for a next page; what signs in goes to
the origin it was given for and nowhere else; everything together has an end in time and bytes; what came is read in
the sandbox.
"""

from .feed import CSV, JSON, PROMETHEUS, Feed
from .reading import STEPS, probe

__all__ = ["CSV", "JSON", "PROMETHEUS", "STEPS", "Feed", "probe"]
