"""Tests plant and look up people themselves; what they call comes from elsewhere, as it does in the house."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.core.signals import request_finished, request_started
from django.db import connection

from operant.platform import tenancy
from operant.platform.tenancy import context, signing


@contextmanager
def held() -> Iterator[None]:
    """Let the test reach the tables about people, and nothing that it requests."""
    stack = ExitStack()

    def leave(**told: Any) -> None:
        stack.enter_context(away())

    def come_back(**told: Any) -> None:
        stack.close()

    request_started.connect(leave)
    request_finished.connect(come_back)
    try:
        with tenancy.reception():
            yield
            stack.close()
    finally:
        request_started.disconnect(leave)
        request_finished.disconnect(come_back)


@contextmanager
def away() -> Iterator[None]:
    """Leave the reception, if the test stands there, until the block ends."""
    was_there = context.is_at_reception()
    token = context._at_reception.set(False)
    _stand(False, was_there)
    try:
        yield
    finally:
        context._at_reception.reset(token)
        _stand(was_there, was_there)


def _stand(there: bool, was_there: bool) -> None:
    if not was_there or not connection.in_atomic_block or connection.needs_rollback:
        return
    if there:
        context.stand_at_reception()
    else:
        context._apply({signing.RECEPTION: ""})
