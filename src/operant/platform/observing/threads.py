import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

from asgiref.sync import AsyncToSync, sync_to_async

from operant.platform import lending

Result = TypeVar("Result")
# As many as there are connections: more would only wait for one. They are kept, since making and ending a thread for
# each call took longer than most of what is asked.
THREADS = ThreadPoolExecutor(20, thread_name_prefix="database")


async def in_thread(work: Callable[[], Result]) -> Result:
    """Return what a function that asks the database gives, from raw ASGI."""

    def working() -> Result:
        try:
            return work()
        finally:
            lending.give_back()

    # Whoever waits for this loop in another thread has a connection there, as a test has: it is asked over that one.
    if getattr(AsyncToSync.executors, "current", None):
        return await sync_to_async(working, thread_sensitive=True)()
    return await asyncio.get_running_loop().run_in_executor(THREADS, copy_context().run, working)
