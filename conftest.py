"""What every test shares: the migrated database, reached as ot_app, and the cast."""

import pytest
from django.core.management import call_command

pytest_plugins = ["operant.testing.fixtures", "operant.testing.installations"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker):
    # The database stands between runs and logs in as ot_app: a superuser would make every isolation test green.
    with django_db_blocker.unblock():
        call_command("migrate", database="owner", verbosity=0)
