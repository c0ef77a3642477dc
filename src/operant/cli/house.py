"""What every command needs: the settings, the database of this home, and Django on top of them."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from operant.cli.failures import BadInput
from operant.cli.postgres import Server
from operant.cli.saying import say
from operant.config import env
from operant.config.env import BadSettings, Settings

# Each of its threads may want one at a time: for jobs of every queue, the clock and what reads figures.
OF_A_WORKER = 24


def settings() -> Settings:
    """
    Return the settings, and pin the home for every process that we start.

    :raises BadInput: naming the setting that cannot be used.
    """
    try:
        found = env.load()
    except BadSettings as error:
        raise BadInput(str(error)) from None
    os.environ["OPERANT_HOME"] = str(found.OPERANT_HOME.absolute())
    return found


def server(settings: Settings, say: Callable[[str], None] = say) -> Server | None:
    """Return the embedded server of this home; None when DATABASE_URL names another."""
    if settings.DATABASE_URL:
        return None
    named = settings.OPERANT_POSTGRES_BIN
    return Server(settings.OPERANT_HOME, Path(named) if named else None, say=say)


@contextmanager
def database(settings: Settings, say: Callable[[str], None] = say) -> Iterator[Server | None]:
    """Have the database running while a command works: joined when it runs, started when it does not."""
    embedded = server(settings, say)
    if embedded:
        embedded.start()
    try:
        yield embedded
    finally:
        if embedded:
            embedded.stop()


def share_connections(most: int) -> None:
    """Let the threads of this process share so many connections to the database, once Django is set up."""
    # A new connection costs milliseconds on both sides, and has no plans yet (decision 0044).
    os.environ["OPERANT_POOL"] = str(most)


def django(*, as_owner: bool = False) -> None:
    """Set Django up in this process. Only migrations hold the owner's connection."""
    if as_owner:
        os.environ["OPERANT_AS_OWNER"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "operant.config.settings")
    # What is loaded is never garbage: looked through again and again, it held up its own loading by a tenth.
    collects = gc.isenabled()
    gc.disable()
    import django

    django.setup()
    gc.freeze()
    if collects:
        gc.enable()
