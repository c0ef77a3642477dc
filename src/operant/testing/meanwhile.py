"""Two transactions at once, in an order that holds every time."""

import threading
from collections.abc import Callable

from django.db import connection

from .cast import Cast
from .waiting import until


def meanwhile(cast: Cast, act: Callable[[], object]) -> threading.Thread:
    """
    Let Ben act at Harbour in a thread and a transaction of its own, while one is open here.

    Returns once that waits for a lock, or is done. Its thread is joined after the one here has ended.
    """
    acting = threading.Thread(target=_run, args=(cast, act))
    acting.start()
    until(lambda: not acting.is_alive() or _waits(), "the other transaction")
    return acting


def _run(cast: Cast, act: Callable[[], object]) -> None:
    try:
        with cast.at_harbour(cast.ben):
            act()
    finally:
        connection.close()


def _waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return cursor.fetchone()[0]
