from django.db import close_old_connections, connection


def give_back() -> None:
    """Give this thread's connection back to the pool, where others wait for one."""
    # Only under a test's own transaction is there still one open, and then the connection is not ours.
    if not connection.in_atomic_block:
        close_old_connections()
