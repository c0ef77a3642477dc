"""A MariaDB as a data source: connected by page and by program, proposed and asked."""

import dataclasses

import pytest
from django.urls import reverse

from operant.stage import actions, engine, proposals, queries
from operant.stage.models import Connection
from operant.testing import mariadb as maria
from operant.testing.api import program
from operant.testing.queue import run_jobs


def again(cast, source):
    with cast.at_harbour():
        return queries.source(source.pk)


@pytest.fixture
def market(cast, mart):
    """Harbour's data source “Market”, a MariaDB that was tested."""
    with cast.at_harbour(cast.ben):
        made = actions.connect(name="Market", place=mart, by=cast.ben)
    run_jobs()
    return again(cast, made)


def test_what_is_proposed_is_in_its_own_sql_and_runs(cast, market):
    assert (market.kind, market.state, market.has_data, market.is_database) == ("mysql", "ready", True, True)
    document = proposals.propose(market, title="Market")
    with cast.at_harbour():
        place = queries.place(market)
    answers = {each["name"]: engine.outcome(place, each["sql"]) for each in document["queries"]}
    assert {each.error for each in answers.values()} == {""}
    assert answers["Rows"].rows == [[300]]
    assert answers["Total amount by month"].rows[0][0] == "2026-01-01"


def test_the_form_connects_one_and_never_shows_its_password(cast, signed_in, mart):
    ben, here = signed_in(cast.ben), {"organization": cast.harbour.slug}
    new = reverse("connection-new", kwargs=here)
    assert "Connect MySQL or MariaDB" in ben.get(new).content.decode()
    form = ben.get(f"{new}?kind=mysql").content.decode()
    assert ('value="3306"' in form, 'name="schema"' in form) == (True, False)
    given = {
        "name": "Market", "host": "127.0.0.1", "port": mart.port, "database": maria.NAME, "user": maria.READER,
        "password": maria.PASSWORD, "tls": "off",
    }  # fmt: skip
    tested = ben.post(reverse("connection-tests", kwargs=here) + "?kind=mysql", given).content.decode()
    assert "3 tables with 8 columns can be read." in tested
    saved = ben.post(f"{new}?kind=mysql", given)
    run_jobs()
    page = ben.get(saved["Location"]).content.decode()
    assert ("MySQL or MariaDB 10." in page, maria.PASSWORD in page + tested) == (True, False)
    with cast.at_harbour():
        kept = Connection.objects.get()
        assert (kept.password, kept.schema) == (maria.PASSWORD, "")


def test_a_password_goes_to_no_other_place(cast, market, mart):
    with cast.at_harbour(cast.ben):
        elsewhere = dataclasses.replace(mart, password="", host="db.example.com")
        with pytest.raises(actions.PasswordNeeded):
            actions.change_connection(source=queries.source(market.pk), place=elsewhere, by=cast.ben)


def test_a_program_connects_one_and_asks_it(cast, mart):
    mine = program(cast.at_harbour, cast.ann)
    body = {
        "name": "Market", "kind": "mysql", "host": "127.0.0.1", "port": mart.port, "database": maria.NAME,
        "user": maria.READER, "password": maria.PASSWORD, "tls": "off",
    }  # fmt: skip
    made = mine.post("databases", body).json()
    run_jobs()
    rows = mine.get(f"sources/{made['id']}/rows?table=orders&limit=1").json()["rows"]
    assert rows == [[1, "2026-01-02", "South", "0.25"]]
    asked = mine.post(f"sources/{made['id']}/queries", {"sql": "select 1 into @seen"})
    assert (asked.status_code, mine.get(f"sources/{made['id']}").json()["kind"]) == (422, "mysql")


def test_a_private_network_stays_closed(cast, mart, settings):
    settings.PRIVATE_NETWORKS = type(settings.PRIVATE_NETWORKS).parsed("")
    with cast.at_harbour(cast.ben):
        made = actions.connect(name="Market", place=mart, by=cast.ben)
    run_jobs()
    after = again(cast, made)
    assert (after.state, [each["name"] for each in after.connection.steps]) == ("failed", ["resolve"])
