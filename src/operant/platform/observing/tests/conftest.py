import io
import json
import logging
from collections.abc import Iterator

import pytest

from operant.platform.observing import errors, logs


class Written:
    """The log as it would be written in production."""

    def __init__(self, stream: io.StringIO) -> None:
        self.stream = stream

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    def records(self, logger: str = "") -> list[dict]:
        """Return the records of a logger and those below it, in order."""
        told = [json.loads(line) for line in self.text.splitlines()]
        return [each for each in told if each["logger"].startswith(logger)]


@pytest.fixture
def written() -> Iterator[Written]:
    """What is logged during the test, as JSON, with every logger as talkative as in production."""
    stream, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Json())
    wanted = logs.configuration("json", is_local=False, is_debug=False)["loggers"]
    before = {name: logging.getLogger(name).level for name in wanted}
    for name, entry in wanted.items():
        logging.getLogger(name).setLevel(entry.get("level", "NOTSET"))
    root.addHandler(handler)
    yield Written(stream)
    root.removeHandler(handler)
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture(autouse=True)
def keeper(monkeypatch) -> errors.Keeper:
    """A store of errors in which nothing of other tests waits."""
    monkeypatch.setattr(errors, "keeper", errors.Keeper())
    return errors.keeper
