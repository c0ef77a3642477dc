"""Migrations: one line an app, each with a name that says what it does, and none forgotten."""

import re
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

OURS = sorted(config.label for config in apps.get_app_configs() if config.name.startswith("operant."))


@pytest.fixture(scope="module")
def loader() -> MigrationLoader:
    return MigrationLoader(None)


@pytest.mark.parametrize("label", OURS)
def test_migrations_are_linear_and_named(loader, label):
    names = sorted(name for app, name in loader.disk_migrations if app == label)
    assert [name for name in names if not re.fullmatch(r"\d{4}_[a-z][a-z0-9_]+", name) or "_auto_" in name] == []
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
    assert len(loader.graph.leaf_nodes(label)) == bool(names)


@pytest.mark.django_db(databases=["default", "owner"])
def test_no_model_is_ahead_of_its_migrations():
    told = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=1, stdout=told)
    except SystemExit:
        pytest.fail(told.getvalue())
