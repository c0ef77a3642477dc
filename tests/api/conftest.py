import pytest

from operant.testing import stage
from operant.testing.api import program


@pytest.fixture
def mine(cast):
    """A program of Ann's in Harbour, which may do everything that she may."""
    return program(cast.at_harbour, cast.ann)


@pytest.fixture
def orders(cast):
    """A data source of Harbour's that is ready."""
    with cast.at_harbour(cast.ben):
        return stage.source(cast.ben)


@pytest.fixture
def pulse(cast, orders):
    """A published dashboard of Harbour's over its orders."""
    with cast.at_harbour(cast.ben):
        return stage.published(cast.ben, name="Company pulse", content=stage.document(orders)).dashboard
