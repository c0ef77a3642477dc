"""
What a sandbox process does before it has a job: the way of any query, over rows of our own.

After a fork, whoever first writes to a page of memory waits for a copy of it, which makes a first query twice as slow as a
second one. Nothing stays of this one but memory that is the process's own, and limits, which every job sets anew.
"""

import os

from . import asking, grammar, seccomp
from .engine import Engine, path_of, quoted

# As most jobs have them, for what is set already is not set again; but one thread: Landlock and the filter hold for a
# thread and those that it begins, so there may be no other before they stand (`confine.this_process`).
_LIMITS = {"threads": 1, "memory_mb": 512, "disk_mb": 1024, "seconds": 10, "rows": 10, "bytes": 100_000}
_ROWS = """
    SELECT i AS number, chr(65 + (i % 7)::INTEGER) AS name, i * 1.5 AS amount, DATE '2026-01-01' + i::INTEGER AS day
    FROM range(5000) t(i)
"""
_QUERY = """
    SELECT name, sum(amount) AS amount, min(day) AS since FROM {table} WHERE number > 3 GROUP BY name ORDER BY amount DESC
"""


def sample(engine: Engine) -> int:
    """Return an open file of rows, which stands in no folder."""
    made = os.memfd_create("sample")
    engine.execute(f"COPY ({_ROWS}) TO {quoted(path_of(made))} (FORMAT parquet, USE_TMP_FILE false)")
    return made


def rehearse(engine: Engine, sample: int) -> None:
    """Ask once as `asking` does, and close the sample. The filter comes first: it needs to know of no job."""
    seccomp.install()
    engine.set_limits(_LIMITS)
    grammar.check(engine, _QUERY.format(table="sample"), ["sample"])
    body = _QUERY.format(table=f"parquet_scan({quoted(path_of(sample))})")
    asking.rows(engine, body, asking.columns(engine, body, []), [], _LIMITS)
    os.close(sample)
