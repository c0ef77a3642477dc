import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _no_tries_yet(request):
    # What is to be committed must not stand in a test's own transaction.
    if "installation" not in request.fixturenames:
        request.getfixturevalue("db")
        cache.clear()
