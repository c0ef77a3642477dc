import pytest
from django.core.cache import cache

from operant.platform import clock, tenancy
from operant.relay import tokens
from operant.relay.actions import deploying, sampling
from operant.relay.models import Screen
from operant.relay.queries import deploying as queries
from operant.relay.queries.targets import ALL, Target
from operant.relay.tests.helpers import prepared
from operant.relay.web import beats
from operant.testing import ingest, relay, stage

SEEN = {"viewport_width": 1920, "viewport_height": 1080, "browser_engine": "Chromium", "browser_major": 120}


@pytest.fixture(autouse=True)
def _no_tries_yet(request):
    # What is to be committed must not stand in a test's own transaction.
    if "committed" not in request.fixturenames:
        request.getfixturevalue("db")
        cache.clear()


@pytest.fixture
def committed(django_db_setup, django_db_blocker, settings):
    """The cast, really committed, with nothing remembered of earlier tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_db_blocker.unblock():
        cache.clear()
        beats.DEVICES.hear(None)
        sampling._watched.clear()
        with ingest.committed() as made:
            yield made


@pytest.fixture
def frozen(request):
    # The cast may be older than the hour that a test holds: then it is put back, not made.
    if "cast" in request.fixturenames:
        request.getfixturevalue("cast")
    with clock.frozen() as at:
        yield at


@pytest.fixture
def board(cast):
    """A dashboard of Harbour with one published version."""
    with cast.at_harbour(cast.ben):
        return stage.published(by=cast.ben).dashboard


@pytest.fixture
def tv():
    return relay.Tv()


@pytest.fixture
def screen(cast, tv, board):
    """The screen in Harbour's lobby; `tv` is its device."""
    return relay.paired(tv, cast.at_harbour, cast.ann, dashboard=board)


@pytest.fixture
def fresh(cast):
    """Return a function: a screen as it stands in the database now."""

    def read(screen):
        with cast.at_harbour():
            return Screen.objects.select_related("rendered_version").get(pk=screen.pk)

    return read


@pytest.fixture
def fleet(cast, board):
    """Return a function: screens of Harbour that show the board and are online, with an access token each."""

    def made(count, organization=cast.harbour, dashboard=board, **more):
        version = dashboard.published_id if dashboard else None
        values = {**SEEN, "state": "online", "last_seen_at": clock.now(), "rendered_version_id": version, **more}
        with tenancy.organization_scope(organization.pk):
            made_of = (Screen(name=f"Screen {n}", dashboard=dashboard, due_at=clock.now(), **values) for n in range(count))
            # One statement takes 65,535 values.
            screens = Screen.objects.bulk_create(made_of, batch_size=1000)
        return screens, [tokens.access(organization.pk, each.pk, each.generation) for each in screens]

    return made


@pytest.fixture
def tvs(cast, board, frozen):
    """Three screens of Harbour that show version 1: Lobby, Hall and Yard, by name."""
    made = {}
    for number, name in enumerate(("Lobby", "Hall", "Yard")):
        made[name] = relay.Tv(address=f"10.0.0.{number}")
        relay.paired(made[name], cast.at_harbour, cast.ann, name=name, dashboard=board)
        assert made[name].beat(version=board.published.public_id).status_code == 200
    return made


@pytest.fixture
def new(cast, board):
    """Version 2 of the board, which nobody published."""
    with cast.at_harbour(cast.ben):
        return prepared(cast, board)


@pytest.fixture
def deploy(cast, new):
    """Return a function: bring version 2 to these screens in turn, named, and then to all."""

    def begin(*names, to_all=True, version=new, **more):
        with cast.at_harbour(cast.ben):
            stages = [Target("screen", Screen.objects.get(name=name).pk) for name in names] + ([ALL] if to_all else [])
            times = {"stand_seconds": 60, "patience_seconds": 600, **more}
            return deploying.deploy(version=version, stages=stages, by=cast.ben, **times)

    return begin


@pytest.fixture
def told(tvs):
    """Return a function: which version each screen is told to show."""

    def ask():
        for tv in tvs.values():
            tv.renew()
        return {name: tv.get("manifest").json()["number"] for name, tv in tvs.items()}

    return ask


@pytest.fixture
def paint(tvs):
    """Return a function: let screens paint what they are told."""

    def all_of(*names, **more):
        for name in names or tvs:
            assert tvs[name].beat(version=tvs[name].get("manifest").json()["version"], **more).status_code == 200

    return all_of


@pytest.fixture
def standing(cast):
    """Return a function: how a deployment stands in the database."""

    def read(deployment):
        with cast.at_harbour():
            return queries.deployment(deployment.pk)

    return read
