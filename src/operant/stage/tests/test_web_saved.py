import json
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from operant.panel.organizations import actions as organizations
from operant.panel.organizations.models import Membership, Role
from operant.stage import actions, queries, saved
from operant.testing import api
from operant.testing import stage as things
from operant.testing.queue import run_jobs

from .test_saved import asked, using


@pytest.fixture
def regions(cast, orders):
    with cast.at_harbour(cast.ben):
        return actions.save_query(query=asked(orders), description="Net of returns", by=cast.ben)


@pytest.fixture
def pulse(cast, regions):
    with cast.at_harbour(cast.ben):
        return things.published(cast.ben, name="Pulse", content=using(regions, widgets=2)).dashboard


@pytest.fixture
def at(cast):
    return lambda name, *parts: reverse(name, args=[cast.harbour.slug, *(each.pk for each in parts)])


def test_the_list_says_who_made_each_where_it_is_used_and_what_it_cost(cast, signed_in, at, regions, pulse):
    run_jobs()
    page = signed_in(cast.cleo).get(at("saved-queries")).content.decode()
    for words in ("Revenue by region", "Net of returns", "Orders", "2 widgets on 1 dashboard", "Ben"):
        assert words in page
    assert "New saved query" not in page
    found = signed_in(cast.cleo).get(at("saved-queries") + "?format=csv")
    line = b"".join(found.streaming_content).decode().splitlines()[1] if found.streaming else found.content.decode().splitlines()[1]
    assert line.split(",")[1:3] == ["Orders", "2 widgets on 1 dashboard"]
    assert (line.split(",")[4], line.split(",")[6], line.split(",")[7]) == ("1", "1", "Ben")


def test_the_list_costs_the_same_however_long_it_is(cast, signed_in, at, orders, pulse):
    run_jobs()
    browser = signed_in(cast.ben)

    def asked_of_the_database():
        browser.get(at("saved-queries"))
        with CaptureQueriesContext(connection) as statements:
            assert browser.get(at("saved-queries")).status_code == 200
        return len(statements)

    one = asked_of_the_database()
    with cast.at_harbour(cast.ben):
        for name in ("Two", "Three"):
            actions.save_query(query=asked(orders, name=name), by=cast.ben)
    assert asked_of_the_database() == one


def test_without_any_it_says_what_one_is_for(cast, signed_in, at, orders):
    assert "Write one" in signed_in(cast.ben).get(at("saved-queries")).content.decode()
    assert "Write one" not in signed_in(cast.cleo).get(at("saved-queries")).content.decode()


def test_one_is_written_on_a_page_of_its_own(cast, signed_in, at, orders):
    browser = signed_in(cast.ben)
    said = {"name": "Rows", "description": "", "source": orders.public_id, "sql": "select 1 as one", "refresh_seconds": "300"}
    made = browser.post(at("saved-query-new"), said)
    with cast.at_harbour():
        [row] = saved.everything()
    assert (made.status_code, made.url) == (302, at("saved-query", row))
    again = browser.post(at("saved-query-new"), said)
    assert (again.status_code, "Choose another name" in again.content.decode()) == (422, True)
    assert signed_in(cast.cleo).post(at("saved-query-new"), said).status_code == 403


def test_its_editor_is_told_who_uses_it_and_saves_for_all(cast, signed_in, at, orders, regions, pulse):
    browser = signed_in(cast.ben)
    assert browser.get(at("saved-query-edit", regions)).status_code == 200
    told = browser.get(at("saved-query-draft", regions)).json()
    assert (told["revision"], told["used_by"], told["places"]) == (1, "2 widgets on 1 dashboard", [{"name": "Pulse", "widgets": 2}])
    put = partial(browser.put, at("saved-query-draft", regions), content_type="application/json")
    query = {**told["query"], "sql": "select 5 as revenue", "parameters": []}
    kept = put(json.dumps({"revision": 1, "query": query}))
    assert (kept.status_code, kept.json()) == (200, {"revision": 2})
    moved = put(json.dumps({"revision": 1, "query": query}))
    assert (moved.status_code, moved.json()["error"]) == (409, "changed")
    wrong = put(json.dumps({"revision": 2, "query": {**query, "columns": [{"column": "revenue", "currency": "XQZ"}]}}))
    assert (wrong.status_code, wrong.json()["fields"]) == (
        422, [{"path": "columns.0.currency", "message": "XQZ is no currency. Write its three letters, like EUR or USD."}],
    )  # fmt: skip
    with cast.at_harbour():
        assert queries.dashboard(pulse.pk).draft["queries"][0]["sql"] == "select 5 as revenue"


def test_a_query_is_tried_before_it_is_saved(cast, signed_in, at, orders, regions):
    told = {"source": orders.public_id, "sql": "select 7 as one"}
    found = signed_in(cast.ben).post(at("saved-query-preview", regions), json.dumps(told), content_type="application/json")
    assert (found.status_code, found.json()["rows"]) == (200, [[7]])
    refused = signed_in(cast.cleo).post(at("saved-query-preview", regions), json.dumps(told), content_type="application/json")
    assert refused.status_code == 403


def test_published_dashboards_follow_when_somebody_says_so(cast, signed_in, at, orders, regions, pulse):
    browser = signed_in(cast.ben)
    with cast.at_harbour(cast.ben):
        actions.change_saved(saved=regions, query=asked(orders, refresh_seconds=60), by=cast.ben)
    page = browser.get(at("saved-query", regions)).content.decode()
    assert "Published as before" in page
    assert "Publish what is chosen" in page
    assert "Publish what is chosen" not in signed_in(cast.cleo).get(at("saved-query", regions)).content.decode()
    browser.post(at("saved-query-publications", regions), {"dashboard": pulse.public_id})
    with cast.at_harbour():
        version = queries.dashboard(pulse.pk).published
    assert (version.number, version.note, version.document["queries"][0]["refresh_seconds"]) == (
        2, "Saved query “Revenue by region” as of now", 60,
    )  # fmt: skip


def test_whoever_may_not_publish_a_dashboard_does_not_do_it_from_here(cast, signed_in, at, orders, regions, pulse):
    with cast.at_harbour(cast.ada):
        by, ben = (Membership.objects.select_related("person").get(person=each) for each in (cast.ada, cast.ben))
        organizations.give_right(by=by, member=ben, about=pulse, name=pulse.name, role=Role.VIEWER)
        actions.change_saved(saved=regions, query=asked(orders, refresh_seconds=60), by=cast.ada)
    answer = signed_in(cast.ben).post(at("saved-query-publications", regions), {"dashboard": pulse.public_id})
    assert answer.status_code == 403
    with cast.at_harbour():
        assert queries.dashboard(pulse.pk).published.number == 1


def test_a_right_to_one_dashboard_is_enough_to_publish_that_one(cast, signed_in, at, orders, regions, pulse):
    with cast.at_harbour(cast.ada):
        other = things.published(cast.ben, name="Other", content=using(regions)).dashboard
        by, cleo = (Membership.objects.select_related("person").get(person=each) for each in (cast.ada, cast.cleo))
        organizations.give_right(by=by, member=cleo, about=pulse, name=pulse.name, role=Role.EDITOR)
        actions.change_saved(saved=regions, query=asked(orders, refresh_seconds=60), by=cast.ada)
    browser = signed_in(cast.cleo)
    assert "Publish what is chosen" in browser.get(at("saved-query", regions)).content.decode()
    for chosen, status in (([pulse.public_id, other.public_id], 403), ([other.public_id], 403), ([pulse.public_id], 302)):
        assert browser.post(at("saved-query-publications", regions), {"dashboard": chosen}).status_code == status
    with cast.at_harbour():
        assert [queries.dashboard(each.pk).published.number for each in (pulse, other)] == [2, 1]


def test_deleting_asks_and_says_who_keeps_a_copy(cast, signed_in, at, regions, pulse):
    browser = signed_in(cast.ben)
    page = browser.get(at("saved-query", regions)).content.decode()
    assert "Used by 2 widgets on 1 dashboard: Pulse." in page
    answer = browser.post(at("saved-query-deletion", regions), follow=True)
    assert "Revenue by region is deleted. 2 widgets on 1 dashboard keep a copy." in answer.content.decode()
    assert browser.get(at("saved-query", regions)).status_code == 404


def test_the_editor_of_a_dashboard_offers_them_and_makes_them(cast, signed_in, at, orders, regions, pulse):
    browser = signed_in(cast.ben)
    assert browser.get(at("dashboard-saved", pulse)).json() == {
        "may_save": True,
        "saved": [{
            "id": regions.public_id, "name": "Revenue by region", "description": "Net of returns", "source": "Orders",
            "used_by": "2 widgets on 1 dashboard",
        }],
    }  # fmt: skip
    told = browser.get(at("dashboard-saved-query", pulse, regions)).json()
    assert (told["query"], told["address"]) == (saved.content(regions), at("saved-query", regions))
    variable = {"name": "place", "label": "", "type": "text", "default": "South"}
    query = asked(orders, name="By place", id="q7", parameters=[{"name": "region", "type": "variable", "variable": "place"}])
    made = browser.post(
        at("dashboard-saved", pulse), json.dumps({"query": query, "variables": [variable], "description": "Each"}),
        content_type="application/json",
    )  # fmt: skip
    assert made.status_code == 201
    use = made.json()["query"]
    assert (use["id"], use["parameters"]) == ("q7", query["parameters"])
    with cast.at_harbour():
        assert saved.contents()["By place"]["parameters"] == [{"name": "region", "type": "text", "value": "South"}]


@pytest.mark.parametrize("more", [
    {"parameters": [1]}, {"parameters": 5}, {"parameters": [{"name": "region", "type": "variable"}]},
    {"parameters": [{"name": "region", "type": "variable", "variable": "gone"}]},
    {"variables": [1]}, {"variables": 5}, {"variables": [{"name": "place"}]},
    {"variables": [{"name": "place", "label": "", "type": "text", "default": "South"}] * 2},
])  # fmt: skip
def test_what_is_no_query_of_a_dashboard_is_refused_in_a_sentence(cast, signed_in, at, orders, pulse, more):
    query = asked(orders, name="By place", id="q7", parameters=more.get("parameters", []))
    body = json.dumps({"query": query, "variables": more.get("variables", [])})
    answer = signed_in(cast.ben).post(at("dashboard-saved", pulse), body, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid")
    with cast.at_harbour():
        assert list(saved.contents()) == ["Revenue by region"]


def test_a_text_of_it_is_downloaded(cast, signed_in, at, regions):
    found = signed_in(cast.cleo).get(at("saved-query-file", regions))
    assert found.headers["Content-Disposition"] == 'attachment; filename="revenue-by-region.query.yaml"'
    lines = found.content.decode().splitlines()
    assert lines[:4] == ["format: 1", "saved_query: Revenue by region", "description: Net of returns", "source: Orders"]


def test_programs_make_change_publish_and_delete_them(cast, orders, pulse, regions):
    _, words = api.made(cast.at_harbour, cast.ann)
    program = api.Program(words)
    body = {"name": "Rows", "source": orders.public_id, "sql": "select 1 as one"}
    made = program.ask("POST", "saved-queries", body)
    assert (made.status_code, made.json()["refresh_seconds"], made.json()["revision"]) == (201, 300, 1)
    one = f"saved-queries/{made.json()['id']}"
    assert program.ask("PUT", one, {**body, "sql": "select 2 as one", "revision": 7}).status_code == 409
    assert program.ask("PUT", one, {**body, "sql": "select 2 as one", "revision": 1}).json()["revision"] == 2
    text = program.get(f"{one}/text").json()["text"]
    assert program.ask("POST", "saved-queries/text", {"text": text}).json()["id"] == made.json()["id"]
    mine = f"saved-queries/{regions.public_id}"
    changed = {**body, "name": "Revenue by region", "sql": "select 3 as revenue"}
    assert program.ask("PUT", mine, changed).status_code == 200
    uses = {"widgets": 2, "dashboards": [{"id": pulse.public_id, "name": "Pulse", "widgets": 2, "is_behind": True}]}
    assert program.get(f"{mine}/uses").json() == uses
    published = program.ask("POST", f"{mine}/publications", {"dashboards": [pulse.public_id]})
    assert (published.status_code, published.json()["dashboards"][0]["is_behind"]) == (200, False)
    assert program.ask("DELETE", one).status_code == 204
    assert [each["name"] for each in program.get("saved-queries").json()["entries"]] == ["Revenue by region"]


def test_nobody_of_another_organization_finds_it(cast, signed_in, at, orders, regions, pulse):
    assert signed_in(cast.mallory).get(at("saved-query", regions)).status_code == 404
    with cast.at_meadow(cast.mallory):
        assert saved.everything() == []
        # Its id in a document of theirs is no use of it.
        content = {**things.text_document(), "queries": [{"id": "q1", **saved.content(regions), "source": ""}]}
        assert saved.brought(content)["queries"][0].get("saved") is None
