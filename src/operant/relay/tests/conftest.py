import pytest
from django.core.cache import cache

from operant.platform import clock
from operant.relay.models import Screen
from operant.testing import relay, stage


@pytest.fixture(autouse=True)
def _no_tries_yet(db):
    cache.clear()


@pytest.fixture
def frozen():
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
