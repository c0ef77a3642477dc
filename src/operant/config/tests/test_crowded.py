"""More is asked at once than there are connections to the database."""

import json
from types import ModuleType

import pytest
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper
from django.test import override_settings
from django.urls import path

from operant.config import urls
from operant.platform.ui import errors
from operant.testing.asgi import ask


@pytest.fixture
def crowded(db):
    """Two addresses whose one connection is lent to somebody else."""
    options = {**connection.settings_dict["OPTIONS"], "pool": {"min_size": 1, "max_size": 1, "timeout": 0.01}}
    lent, wanted = (DatabaseWrapper({**connection.settings_dict, "OPTIONS": options}, "crowded") for _ in range(2))
    lent.pool.open(wait=True)
    lent.connect()
    planted = ModuleType("crowded_urls")
    planted.urlpatterns = [path(each, lambda request: wanted.ensure_connection()) for each in ("crowded", "api/v1/crowded")]
    planted.handler500 = urls.handler500
    with override_settings(ROOT_URLCONF=planted):
        yield
    lent.close()
    lent.close_pool()


def test_who_found_no_connection_is_told_to_come_again(crowded):
    page, program, api = ask("GET", "/crowded"), ask("GET", "/crowded", accept="application/json"), ask("GET", "/api/v1/crowded")
    assert [(each.status, each.all("retry-after")) for each in (page, program, api)] == [(503, ["30"])] * 3
    assert errors.EXPLANATIONS[503].title in page.body.decode()
    assert json.loads(program.body)["error"] == json.loads(api.body)["code"] == "unavailable"
