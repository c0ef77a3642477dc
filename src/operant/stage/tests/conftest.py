import pytest

from operant.platform.outgoing import Allowed
from operant.stage import actions, queries
from operant.stage.postgres import Database, calling, places
from operant.testing import pgbench
from operant.testing import stage as things
from operant.testing.queue import run_jobs

from . import servers


@pytest.fixture
def orders(cast):
    """Harbour's data source “Orders”, ready: 10 + 20 + 30 of revenue in three months."""
    with cast.at_harbour(cast.ben):
        return things.source(cast.ben)


@pytest.fixture(scope="session")
def bench():
    """A customer's database, filled by pgbench once for the whole session."""
    pgbench.build()


@pytest.fixture
def door(bench, settings):
    """The way to that database, allowed by the operator; nothing else on this machine is."""
    opened = pgbench.Door()
    settings.PRIVATE_NETWORKS, settings.OWN_ENDPOINTS = Allowed.parsed(f"127.0.0.1:{opened.port}"), []
    yield opened
    opened.close()
    places._gone.clear()


@pytest.fixture
def shop(door):
    """That database as a data source reaches it, with a user who can only read."""
    return Database("shop", "127.0.0.1", door.port, pgbench.NAME, pgbench.READER, pgbench.PASSWORD, tls="off")


@pytest.fixture
def till(cast, shop):
    """Harbour's data source “Till”, a database that was tested."""
    with cast.at_harbour(cast.ben):
        made = actions.connect(name="Till", database=shop, by=cast.ben)
    run_jobs()
    with cast.at_harbour(cast.ben):
        return queries.source(made.pk)


@pytest.fixture
def fake(settings, monkeypatch):
    """Start a server that does what the test says, and return how it is reached."""
    monkeypatch.setattr(calling, "CONNECT_SECONDS", 3)
    started = []

    def start(act, tls="off"):
        server = servers.Fake(act)
        started.append(server)
        settings.PRIVATE_NETWORKS, settings.OWN_ENDPOINTS = Allowed.parsed(f"127.0.0.1:{server.port}"), []
        return server, Database("fake", "127.0.0.1", server.port, "shop", "ada", servers.PASSWORD, tls=tls)

    yield start
    for each in started:
        each.close()
    places._gone.clear()
