import pytest

from operant.testing import stage as things


@pytest.fixture
def orders(cast):
    """Harbour's data source “Orders”, ready: 10 + 20 + 30 of revenue in three months."""
    with cast.at_harbour(cast.ben):
        return things.source(cast.ben)
