from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

RETRY = RetryStrategy(max_attempts=5, exponential_wait=3)
SHORT, LONG = "default", "long"
AT_ONCE = 1_000
_in_worker = False


def job(
    name: str, *, retry: RetryStrategy | bool = RETRY, queue: str = SHORT
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """
    Make a function a job under `name`. It takes ids as keywords and opens its own scope.

    What may take minutes belongs into the queue `LONG`, so that mails and the clock never wait for it.
    """

    def register(function: Callable[..., None]) -> Callable[..., None]:
        @wraps(function)
        def run(**ids: Any) -> None:
            try:
                function(**ids)
            finally:
                if _in_worker:
                    connections.close_all()

        app.task(name=name, retry=retry, queue=queue)(run)
        return function

    return register


def defer(name: str, *, lock: str | None = None, **ids: Any) -> None:
    """
    Queue a job on this connection: it starts after this transaction commits and never if it rolls back.

    Jobs with the same `lock` run one after the other, in order.
    """
    app.configure_task(name, lock=lock).defer(**{key: _plain(value) for key, value in ids.items()})


def defer_each(name: str, calls: Iterable[Mapping[str, Any]]) -> None:
    """Queue a job once for each of many sets of arguments, a thousand in one statement."""
    waiting = iter(calls)
    while batch := list(islice(waiting, AT_ONCE)):
        app.configure_task(name).batch_defer(*({key: _plain(value) for key, value in ids.items()} for ids in batch))


def enter_worker() -> None:
    """Say that this process is the worker: each job then gives its connection back."""
    global _in_worker
    _in_worker = True


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value
