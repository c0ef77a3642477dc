"""Extracts as people make, look at, change and refresh them."""

import pytest
from django.urls import reverse

from operant.stage import actions, queries
from operant.stage.models import Extract
from operant.stage.schedules import Schedule
from operant.testing.queue import claim, run_jobs

BRANCHES = "select bid, bbalance from pgbench_branches"


@pytest.fixture
def ben(cast, signed_in):
    return signed_in(cast.ben)


@pytest.fixture
def branches(cast, till):
    """The extract “Branches” of Till, read."""
    with cast.at_harbour(cast.ben):
        made = actions.make_extract(name="Branches", origin=till, sql=BRANCHES, schedule=Schedule(60), by=cast.ben)
    claim("extract")
    run_jobs()
    return made


def address(cast, name, source=None):
    return reverse(name, args=[cast.harbour.slug, *([source.pk] if source else [])])


def test_it_is_made_from_the_page_of_its_database(cast, ben, till):
    page = ben.get(address(cast, "source", till)).content.decode()
    assert f'{address(cast, "extract-new")}?of={till.public_id}' in page
    form = ben.get(f"{address(cast, 'extract-new')}?of={till.public_id}").content.decode()
    assert f'<option value="{till.public_id}" selected>Till</option>' in form
    given = {"name": "Branches", "origin": till.public_id, "sql": BRANCHES, "often": "60", "at": "06:00"}
    made = ben.post(address(cast, "extract-new"), given)
    assert made.status_code == 302
    before = ben.get(made["Location"]).content.decode()
    assert ("Being read" in before, "It is read for the first time" in before) == (True, True)
    claim("extract")
    run_jobs()
    after = ben.get(made["Location"]).content.decode()
    assert ("every hour. 1 row, read" in after, "It is refreshed next" in after, BRANCHES in after) == (True, True, True)
    assert "Extract, table branches" in ben.get(address(cast, "sources")).content.decode()


def test_daily_wants_its_time(cast, ben, till):
    given = {"name": "Branches", "origin": till.public_id, "sql": BRANCHES, "often": "0", "at": ""}
    refused = ben.post(address(cast, "extract-new"), given)
    assert (refused.status_code, "Say at what time of the day." in refused.content.decode()) == (422, True)
    made = ben.post(address(cast, "extract-new"), given | {"at": "07:15"})
    with cast.at_harbour():
        assert (made.status_code, Extract.objects.get().daily_at.isoformat()) == (302, "07:15:00")


def test_without_a_database_there_is_none_to_make(cast, ben):
    page = ben.get(address(cast, "extract-new")).content.decode()
    assert "An extract is made of a database, and none is connected yet." in page
    assert ben.post(address(cast, "extract-new"), {"name": "x", "origin": "src_x", "sql": "s", "often": "60"}).status_code == 422


def test_a_query_is_tried_before_it_is_kept(cast, ben, till):
    tried = ben.post(address(cast, "extract-tried"), {"origin": till.public_id, "sql": "select aid from pgbench_accounts"})
    page = tried.content.decode()
    assert ("The first 20 rows in" in page, "They are not kept." in page) == (True, True)
    wrong = ben.post(address(cast, "extract-tried"), {"origin": till.public_id, "sql": "delete from pgbench_accounts"})
    assert "Only a SELECT can be asked." in wrong.content.decode()
    nowhere = ben.post(address(cast, "extract-tried"), {"origin": "nonsense", "sql": "select 1"})
    assert "Choose a database first." in nowhere.content.decode()


def test_nobody_tries_a_query_on_a_database_of_others(cast, signed_in, till, door):
    mallory, asked = signed_in(cast.mallory), door.opened
    tried = mallory.post(
        reverse("extract-tried", args=[cast.meadow.slug]), {"origin": till.public_id, "sql": "select 1 as one"}
    )
    assert ("There is no such data source here." in tried.content.decode(), door.opened) == (True, asked)


def test_it_is_changed_and_keeps_its_rows_until_it_was_read(cast, ben, branches):
    form = ben.get(address(cast, "source-extract", branches)).content.decode()
    assert ("select bid, bbalance" in form, 'id="id_origin"' in form) == (True, False)
    saved = ben.post(address(cast, "source-extract", branches), {"sql": "select 7 as seven", "often": "15", "at": ""})
    assert saved.status_code == 302
    with cast.at_harbour():
        found = queries.extract(branches)
        assert (found.sql, found.schedule, found.source.rows) == ("select 7 as seven", Schedule(15), 1)


def test_it_is_refreshed_at_once_by_a_button(cast, ben, till, branches):
    assert ben.post(address(cast, "extract-refresh", branches)).status_code == 302
    assert (claim("extract"), run_jobs()) == (1, ["stage.extract"])
    log = ben.get(address(cast, "source-runs", till)).content.decode()
    assert ("Extract Branches" in log, "Somebody asked for it now" in log) == (True, True)


def test_its_page_says_why_and_how_old_the_rows_are_when_it_failed(cast, ben, till, branches, door):
    door.close()
    ben.post(address(cast, "extract-refresh", branches))
    claim("extract")
    run_jobs()
    page = ben.get(address(cast, "source", branches)).content.decode()
    assert ("Not refreshed" in page, "Dashboards show the rows that were read" in page) == (True, True)
    assert "refuses connections at port" in page


def test_viewers_see_it_and_change_nothing(cast, signed_in, branches):
    cleo = signed_in(cast.cleo)
    page = cleo.get(address(cast, "source", branches))
    assert (page.status_code, "Refresh now" in page.content.decode()) == (200, False)
    for name in ("source-extract", "extract-refresh"):
        assert cleo.post(address(cast, name, branches)).status_code == 403
    assert cleo.get(address(cast, "extract-new")).status_code == 403


def test_what_is_no_extract_has_no_such_page(cast, ben, till):
    assert ben.get(address(cast, "source-extract", till)).status_code == 404
    assert ben.post(address(cast, "extract-refresh", till)).status_code == 404
