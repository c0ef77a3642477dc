"""
Groups of rows, one file each, in the order they run.

A group is a module with `run(bench)`, which yields its rows.
"""

ORDER = (
    "starting", "rls", "hot", "claims", "heartbeats", "fanout", "fleet", "nodes", "glass", "charts", "upstream", "audit", "growth",
)
