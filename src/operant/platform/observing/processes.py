"""What a process does beside its work while it runs: it writes its errors down, and the worker reports its figures."""

import itertools
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from uuid import uuid4

from django.db import Error, connections

from operant.platform import clock
from operant.platform.queue.models import Lease

from . import errors, figures

log, failing = logging.getLogger("operant.observing"), logging.getLogger("operant.figures")
EVERY_SECONDS = 10.0


@contextmanager
def worker() -> Iterator[None]:
    """Observe a worker inside the block."""
    stop = threading.Event()
    reporting = threading.Thread(target=_report, args=(stop,), name="figures", daemon=True)
    with errors.keeper.writing():
        reporting.start()
        try:
            yield
        finally:
            stop.set()
            reporting.join(5)


def _report(stop: threading.Event) -> None:
    me, name = uuid4(), ""
    while not stop.is_set():
        try:
            name = name if name and _mine(name, me) else next(each for each in _names() if _mine(each, me))
            figures.report(name)
        except Error as error:
            log.warning("The worker's figures could not be left (%s); trying again.", type(error).__name__)
        except Exception:
            # A fault of ours: told as one, and no reason to be silent from now on.
            failing.exception("The worker's figures could not be told; trying again.")
        finally:
            connections.close_all()
        stop.wait(EVERY_SECONDS)
    with suppress(Error):
        Lease.objects.filter(name=f"figures:{name}", holder=me).delete()
    connections.close_all()


def _names() -> Iterator[str]:
    # Few and always the same: a label with every process that ever ran would grow for ever.
    return (f"worker-{number}" for number in itertools.count(1))


def _mine(name: str, me: object) -> bool:
    return Lease.taken(f"figures:{name}", me, clock.now() + timedelta(seconds=3 * EVERY_SECONDS))
