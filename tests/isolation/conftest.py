import pytest
from django.core.cache import cache
from django.db import transaction

from . import planted


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """One world for a whole module, in one transaction that is rolled back at its end."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer._from_testcase = True
        with outer:
            cache.clear()
            yield planted.plant()
            transaction.set_rollback(True)
