"""A dashboard over somebody's database."""

import time
from typing import Any

from bench import boards
from bench.house import House
from bench.processes import NotRunning


class Connected(boards.Board):
    """A published dashboard whose source is the database of this name, at the port that groups connect."""

    def __init__(self, house: House, database: str, reader: str, password: str) -> None:
        self.signing_in = database, reader, password
        super().__init__(house)

    def _source(self) -> Any:
        from operant.stage import actions, queries
        from operant.stage.postgres import Database

        place = Database("", "127.0.0.1", self.house.upstream_port, *self.signing_in, tls="off")
        with self.scope():
            source = actions.connect(name="Sales", place=place, by=self.person)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with self.scope():
                found = queries.source(source.pk)
            if found.has_data:
                return found
            time.sleep(0.1)
        raise NotRunning(f"The database was not read within a minute: {found.state} {found.error}")
