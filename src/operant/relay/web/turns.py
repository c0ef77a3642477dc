"""How raw ASGI asks the database in ordinary transactions: a few at a time, since a whole fleet may come back at once."""

import asyncio
import logging
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import InterfaceError, OperationalError

from operant.platform import tenancy
from operant.platform.ingest import Unavailable
from operant.platform.observing.threads import in_thread

log = logging.getLogger("operant.relay")
AT_ONCE, MOST_WAITING = 4, 6000
Result = TypeVar("Result")
_turns: "WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore]" = WeakKeyDictionary()
_waiting = 0


async def in_scope(organization_id: UUID, work: Callable[[], Result]) -> Result:
    """
    Return what some work in an organization's scope gives, once it is its turn.

    :raises Unavailable: when too many wait already, or the database is away.
    """
    global _waiting
    if _waiting >= MOST_WAITING:
        raise Unavailable("More is asked than can be answered at this moment.")
    turns = _turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))
    _waiting += 1
    try:
        async with turns:
            return await in_thread(lambda: _in(organization_id, work))
    except (OperationalError, InterfaceError) as error:
        log.warning("A screen could not be answered (%s).", str(error).strip().splitlines()[-1])
        raise Unavailable("The database does not answer at this moment.") from None
    finally:
        _waiting -= 1


def _in(organization_id: UUID, work: Callable[[], Result]) -> Result:
    with tenancy.organization_scope(organization_id):
        return work()
