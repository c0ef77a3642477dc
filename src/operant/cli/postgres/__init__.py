"""
The embedded PostgreSQL: one cluster per OPERANT_HOME, made, started, watched and stopped by us.

Nouns: a *place* (where a cluster's files lie), an *account* (the user PostgreSQL runs as when we are root),
the *postmaster* (PostgreSQL's first process) and its *members* (every process of the cluster).

Rules: the data directory is never readable by others; no folder above OPERANT_HOME is ever loosened; a
process is signaled only after /proc says that it is PostgreSQL and works in our data directory; the last user
turns the server off.
"""

from operant.cli.postgres.server import Server

__all__ = ["Server"]
