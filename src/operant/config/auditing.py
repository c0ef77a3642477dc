"""The audit before anybody is served: does this database keep organizations apart?"""

import asyncio
import logging
import os
import signal

from django.db import Error, connection

from operant.platform.observing import figures
from operant.platform.observing.threads import in_thread
from operant.platform.tenancy import audit
from operant.platform.tenancy.audit import NotIsolated

__all__ = ["Audit", "NotIsolated"]
log = logging.getLogger("operant.tenancy")
RETRY_SECONDS = 2.0


class Audit:
    """
    The audit of one process.

    A database that does not answer can leak nothing: pages wait for it, and the audit comes before its first answer
    counts as ready.
    """

    def __init__(self) -> None:
        self._is_done = False

    @property
    def troubles(self) -> list[str]:
        """What keeps this process from being ready."""
        return [] if self._is_done else ["audit"]

    async def begin(self) -> "asyncio.Task[None] | None":
        """
        Look at the catalogs, or go on trying in a task where the database does not answer.

        :raises NotIsolated: when nobody may be served.
        """
        try:
            await self._look()
        except Error as error:
            log.warning("The database does not answer (%s); it is audited as soon as it does.", type(error).__name__)
            return asyncio.create_task(self._until_done())
        return None

    async def _until_done(self) -> None:
        while not self._is_done:
            await asyncio.sleep(RETRY_SECONDS)
            try:
                await self._look()
            except NotIsolated as error:
                log.critical("%s", error)
                os.kill(os.getpid(), signal.SIGTERM)
                return
            except Error:
                continue

    async def _look(self) -> None:
        await in_thread(_demand)
        self._is_done = True


def _demand() -> None:
    with connection.cursor() as cursor:
        audit.demand(cursor)
    figures.HOLES.set(0)
