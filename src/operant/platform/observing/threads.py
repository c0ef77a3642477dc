from collections.abc import Callable
from typing import TypeVar

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.db import close_old_connections, connection

Result = TypeVar("Result")


async def in_thread(work: Callable[[], Result]) -> Result:
    """Return what a function that asks the database gives, from raw ASGI."""

    def working() -> Result:
        try:
            return work()
        finally:
            # Only under a test's own transaction is there still one open, and then the connection is not ours.
            if not connection.in_atomic_block:
                close_old_connections()

    # A thread for each call, as Django gives each request one: without the context all would share a single thread.
    async with ThreadSensitiveContext():
        return await sync_to_async(working, thread_sensitive=True)()
