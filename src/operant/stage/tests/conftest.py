import pytest

from operant.platform.outgoing import Allowed
from operant.stage import actions, mysql, queries
from operant.stage.calls import ahead, calling, places
from operant.stage.postgres import Database
from operant.testing import mariadb as maria
from operant.testing import pgbench
from operant.testing import stage as things
from operant.testing.queue import run_jobs
from operant.testing.receiver import receiver

from . import certificates, servers


@pytest.fixture
def orders(cast):
    """Harbour's data source “Orders”, ready: 10 + 20 + 30 of revenue in three months."""
    with cast.at_harbour(cast.ben):
        return things.source(cast.ben)


@pytest.fixture(autouse=True)
def nothing_ahead():
    """No line stands ready because of what an earlier test asked."""
    yield
    for key in [*ahead._lines._asked, *ahead._lines._ready]:
        ahead.forget(key)


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
        made = actions.connect(name="Till", place=shop, by=cast.ben)
    run_jobs()
    with cast.at_harbour(cast.ben):
        return queries.source(made.pk)


@pytest.fixture(scope="session")
def authority():
    return certificates.Authority()


@pytest.fixture(scope="session")
def mariadb(authority):
    """A customer's MariaDB, made once for the whole session."""
    if maria.PROGRAM is None:
        pytest.skip(maria.MISSING)
    server = maria.Server(authority.issue("localhost"))
    yield server
    server.stop()


@pytest.fixture
def mart(mariadb, settings):
    """Its database as a data source reaches it, with a user who can only read."""
    settings.PRIVATE_NETWORKS, settings.OWN_ENDPOINTS = Allowed.parsed(f"127.0.0.1:{mariadb.port} [::1]:{mariadb.port}"), []
    yield mysql.Database("mart", "127.0.0.1", mariadb.port, maria.NAME, maria.READER, maria.PASSWORD, tls="off")
    places._gone.clear()


@pytest.fixture
def server(settings):
    """Somebody's web server on this machine, at an address that the operator opened."""
    with receiver() as told:
        settings.PRIVATE_NETWORKS, settings.OWN_ENDPOINTS = Allowed.parsed(told.place), []
        yield told


@pytest.fixture
def fake(settings, monkeypatch):
    """Start a server that does what the test says, and return how it is reached."""
    monkeypatch.setattr(calling, "CONNECT_SECONDS", 3)
    started = []

    def start(act, tls="off", kind=Database):
        server = servers.Fake(act)
        started.append(server)
        settings.PRIVATE_NETWORKS, settings.OWN_ENDPOINTS = Allowed.parsed(f"127.0.0.1:{server.port}"), []
        return server, kind("fake", "127.0.0.1", server.port, "shop", "ada", servers.PASSWORD, tls=tls)

    yield start
    for each in started:
        each.close()
    places._gone.clear()
