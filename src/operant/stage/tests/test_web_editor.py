import json
import re
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from operant.panel.organizations import actions as organizations
from operant.panel.organizations.models import Membership, Role
from operant.platform import clock
from operant.platform.files.sandbox import Limits
from operant.stage import actions, engine, proposals, queries
from operant.stage.models import DashboardVersion, PastFigures, Result
from operant.testing import stage as things


@pytest.fixture
def pulse(cast, orders):
    with cast.at_harbour(cast.ben):
        return actions.create(name="Company pulse", by=cast.ben, document=things.document(orders))


@pytest.fixture
def ask(cast, signed_in, pulse):
    """Return a function that calls the editor's API as Ben, and gives status and body."""

    def asked(method, noun, content=None, *, by=cast.ben, organization=cast.harbour, dashboard=pulse, raw=None):
        url = reverse(f"dashboard-{noun}", args=[organization.slug, dashboard.pk])
        body = raw if raw is not None else json.dumps(content)
        call = getattr(signed_in(by), method)
        answer = call(url) if method == "get" else call(url, body, content_type="application/json")
        is_json = answer.headers.get("Content-Type", "").startswith("application/json")
        return answer.status_code, answer.json() if is_json else answer.content

    return asked


def test_the_draft_comes_with_what_the_editor_needs(ask, pulse, orders):
    columns = [{"name": each["name"], "type": each["type"]} for each in orders.columns]
    assert ask("get", "draft") == (200, {
        "revision": 1, "document": pulse.draft, "published": None, "annotations": [],
        "sources": [{
            "id": orders.public_id, "name": "Orders", "kind": "upload",
            "tables": [{"name": "orders", "rows": 3, "columns": columns}],
        }],
        "can": {"edit": True, "publish": True},
    })  # fmt: skip


def test_a_viewer_reads_and_may_not_change(ask, cast, pulse):
    status, body = ask("get", "draft", by=cast.cleo)
    assert (status, body["can"]) == (200, {"edit": False, "publish": False})
    for method, noun in (("put", "draft"), ("post", "preview"), ("post", "publications")):
        status, body = ask(method, noun, {"revision": 1, "document": pulse.draft}, by=cast.cleo)
        assert (status, body["error"]) == (403, "not_allowed")


@pytest.mark.parametrize(("person", "right", "refused"), [("ben", Role.VIEWER, True), ("cleo", Role.EDITOR, False)])
def test_a_right_on_the_dashboard_stands_in_place_of_the_role(ask, cast, signed_in, pulse, person, right, refused):
    by = getattr(cast, person)
    with cast.at_harbour(cast.ann):
        giver, member = (Membership.objects.select_related("person").get(person=each) for each in (cast.ann, by))
        organizations.give_right(by=giver, member=member, about=pulse, name=pulse.name, role=right)
    assert ask("put", "draft", {"revision": 1, "document": pulse.draft}, by=by)[0] == (403 if refused else 200)
    words = reverse("dashboard-text", args=[cast.harbour.slug, pulse.pk])
    assert signed_in(by).post(words, {"text": "", "revision": "1"}).status_code == (403 if refused else 409)


def test_a_proposal_is_what_a_new_dashboard_would_start_with(ask, cast, signed_in, pulse, orders):
    url = reverse("dashboard-proposal", args=[cast.harbour.slug, pulse.pk])
    answer = signed_in(cast.ben).get(url, {"source": orders.public_id})
    assert answer.json() == {"document": proposals.propose(orders, title="Company pulse")}
    assert signed_in(cast.cleo).get(url, {"source": orders.public_id}).status_code == 403
    assert signed_in(cast.ben).get(url, {"source": "src_unknown"}).status_code == 404


def test_saving_moves_the_revision(ask, cast, pulse):
    status, body = ask("put", "draft", {"revision": 1, "document": things.text_document()})
    assert (status, body["revision"]) == (200, 2)
    assert body["saved_at"].endswith("Z")


def test_a_stale_revision_gets_the_draft_as_it_is(ask, pulse):
    assert ask("put", "draft", {"revision": 0, "document": things.text_document()}) == (409, {
        "error": "changed", "revision": 1, "document": pulse.draft,
        "message": "This dashboard was changed somewhere else in the meantime. Nothing was overwritten.",
    })  # fmt: skip


def test_a_broken_document_gets_its_places(ask, cast, pulse):
    status, body = ask("put", "draft", {"revision": 1, "document": {**pulse.draft, "widgets": 7}})
    assert (status, body["error"]) == (422, "invalid")
    assert body["fields"] == [{"path": "widgets", "message": "This must be a list."}]
    with cast.at_harbour():
        assert queries.dashboard(pulse.pk).revision == 1


def test_a_source_of_another_organization_is_refused(ask, cast, pulse, orders):
    with cast.at_meadow(cast.mallory):
        theirs = things.source(cast.mallory, name="Secret")
    foreign = json.loads(json.dumps(pulse.draft).replace(orders.public_id, theirs.public_id))
    status, body = ask("put", "draft", {"revision": 1, "document": foreign})
    assert (status, [each["path"] for each in body["fields"]]) == (422, ["queries.0.source"])
    status, body = ask("post", "preview", {"source": theirs.public_id, "sql": "select * from secret"})
    assert (status, body["error"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        ("", 422), ("[]", 422), ("{", 422), ('{"revision": NaN}', 422), ("[" * 100_000, 422),
        ('{"revision": "1"}', 422), ('{"revision": true}', 422), ('{"revision": 1}', 422),
        ('{"revision": 1, "document": {"title": "\\u0000"}}', 422), ('"' + "x" * 1_000_000 + '"', 413),
        ('"' + "x" * 3_000_000 + '"', 413),
    ],
)  # fmt: skip
def test_bodies_that_are_no_dashboard_are_refused(ask, raw, status):
    found, body = ask("put", "draft", raw=raw)
    assert found == status
    assert set(body) >= {"error", "message"}


def test_a_preview_has_typed_columns_rows_and_its_time(ask, orders):
    sql = "select month, revenue from orders order by month limit 1"
    status, body = ask("post", "preview", {"source": orders.public_id, "sql": sql})
    assert status == 200
    assert body.pop("duration_ms") >= 0
    assert body.pop("computed_at").endswith("Z")
    columns = [{"name": "month", "type": "date"}, {"name": "revenue", "type": "integer"}]
    assert body == {
        "key": "", "seq": 0, "state": "ok", "refresh_seconds": 0, "truncated": False, "error": None,
        "columns": columns, "along": [columns], "rows": [["2026-01-01", 10]],
    }  # fmt: skip


def test_a_preview_asks_for_each_thing_once(cast, signed_in, pulse, orders):
    question, at = {"source": orders.public_id, "sql": "select revenue from orders"}, clock.now()
    with cast.at_harbour():
        answer = Result.objects.create(
            key=queries.key(orders.pk, question["sql"]), source=orders, refresh_seconds=60, watched_until=at, computed_at=at,
            columns=[{"name": "revenue", "type": "integer"}],
        )  # fmt: skip
        PastFigures.objects.create(result=answer, at=at, figures={"revenue": 10})
    editor, address = signed_in(cast.ben), reverse("dashboard-preview", args=["harbour", pulse.pk])
    with CaptureQueriesContext(connection) as asked:
        answered = editor.post(address, question, content_type="application/json")
    assert answered.json()["past"]["figures"] == {"revenue": [10]}
    named = [re.findall(r'(?:FROM|JOIN|INTO) "(\w+)"', each["sql"]) or each["sql"].split()[0] for each in asked]
    # Whoever opens a scope, or stands at the reception, opens a transaction; in a test it is a savepoint.
    assert [each for each in named if each not in ("ROLLBACK", "RELEASE")] == [
        ["accounts_session", "accounts_person"],
        "SAVEPOINT", ["organizations_membership"], ["organizations_organization", "organizations_membership"],
        "SAVEPOINT", ["organizations_right"],
        "SAVEPOINT", ["stage_source", "files_file", "stage_connection"], ["stage_dashboard"], ["stage_result"],
        ["stage_past_figures", "stage_past_figures"],
        "SAVEPOINT", ["stage_source"], ["stage_run"],
    ]  # fmt: skip


def test_a_preview_is_cut_at_a_thousand_rows(ask, orders):
    sql = "select range as n from range(10000000)"
    status, body = ask("post", "preview", {"source": orders.public_id, "sql": sql})
    assert (status, len(body["rows"]), body["truncated"]) == (200, 1000, True)


def test_wrong_sql_says_where(ask, orders):
    status, body = ask("post", "preview", {"source": orders.public_id, "sql": "select\n  nothing from orders"})
    assert (status, body["error"], body["line"], body["column"]) == (422, "bad_query", 2, 3)
    assert "nothing" in body["message"]


@pytest.mark.parametrize(
    "sql",
    ["", "select 1; select 2", "drop table orders", "select * from read_csv('/etc/passwd')", "copy orders to 'x'"],
)
def test_sql_that_does_more_than_ask_is_refused(ask, orders, sql):
    status, body = ask("post", "preview", {"source": orders.public_id, "sql": sql})
    assert (status, body["error"]) == (422, "bad_query")


@pytest.mark.parametrize(
    ("limits", "sql", "status", "code"),
    [
        ({"seconds": 0.3}, "select sum(a.range * b.range) from range(1000000) a, range(1000000) b", 408, "too_slow"),
        ({"bytes": 100}, "select repeat('x', 1000)", 422, "too_big"),
    ],
)
def test_a_query_that_takes_too_much_is_stopped(ask, orders, monkeypatch, limits, sql, status, code):
    monkeypatch.setattr(engine, "PREVIEW", Limits(**limits))
    found, body = ask("post", "preview", {"source": orders.public_id, "sql": sql})
    assert (found, body["error"]) == (status, code)


def test_a_query_longer_than_any_is_refused(ask, orders):
    assert ask("post", "preview", {"source": orders.public_id, "sql": "x" * 20_001})[0] == 422


def test_publishing_twice_is_one_version(ask, cast):
    publish = partial(ask, "post", "publications", {"revision": 1, "note": "First"})
    first = publish()
    assert first[0] == 201
    assert first[1]["number"] == 1
    assert publish() == first
    with cast.at_harbour():
        assert DashboardVersion.objects.count() == 1
    status, body = ask("get", "draft")
    assert body["published"] == {"number": 1, "version": first[1]["version"]}


def test_publishing_something_older_is_refused(ask):
    ask("put", "draft", {"revision": 1, "document": things.text_document()})
    status, body = ask("post", "publications", {"revision": 1, "note": ""})
    assert (status, body["error"], body["revision"]) == (409, "changed", 2)


def test_half_a_character_is_no_text(ask):
    status, body = ask("post", "publications", raw=r'{"revision": 1, "note": "\ud800"}')
    assert (status, body["message"]) == (422, "note must be text.")


def test_a_clipping_is_taken_within_an_organization_and_refused_outside(ask, cast, pulse, orders):
    named = [{"id": orders.public_id, "name": "Orders"}]
    clipping = {"operant": "widgets", "format": 1, "sources": named,
                **{part: pulse.draft[part] for part in ("queries", "widgets")}}  # fmt: skip
    kept = {"variables": [], **{part: pulse.draft[part] for part in ("queries", "widgets")}}
    assert ask("post", "clippings", clipping) == (200, kept)
    region = {"name": "region", "label": "", "type": "text", "default": "North"}
    taking = [{**kept["queries"][0], "parameters": [{"name": "region", "type": "variable", "variable": "region"}]}]
    varied = {"variables": [region], "queries": taking, "widgets": kept["widgets"]}
    assert ask("post", "clippings", {**clipping, **varied}) == (200, varied)
    foreign = [{**kept["queries"][0], "source": "src_EoiH57aQyjfa3TyKsF4WrU"}]
    assert ask("post", "clippings", {**clipping, "queries": foreign, "sources": [{"id": []}, 7]})[0] == 422
    with cast.at_meadow(cast.mallory):
        theirs = actions.create(name="Theirs", by=cast.mallory)
    status, body = ask("post", "clippings", clipping, by=cast.mallory, organization=cast.meadow, dashboard=theirs)
    assert (status, body["message"]) == (422, (
        "These widgets ask “Orders”, a data source that this organization does not have. Nothing was pasted. "
        "Copy them within one organization, or copy the texts alone."
    ))  # fmt: skip
    bent = {**clipping, "widgets": [{**pulse.draft["widgets"][0], "kind": "script"}]}
    assert ask("post", "clippings", bent)[1]["message"] == (
        "The widgets in the clipboard were changed: widgets.0: There is no widget of the kind script. Nothing was pasted."
    )
    assert ask("post", "clippings", {"operant": "quotes"})[0] == 422
    assert ask("post", "clippings", clipping, by=cast.cleo)[0] == 403


def test_editors_of_a_dashboard_know_of_each_other(ask, cast, pulse):
    def beat(by, tab, **more):
        return ask("post", "presence", {"tab": tab, **more}, by=by)

    assert beat(cast.ben, "b1") == (200, {"revision": 1, "editors": []})
    assert ask("put", "draft", {"revision": 1, "document": {**pulse.draft, "title": "Pulse"}})[0] == 200
    bens = {"tab": "b1", "name": "Ben", "is_me": False, "selection": []}
    assert beat(cast.ada, "a1", selection=["w1"]) == (200, {"revision": 2, "editors": [bens]})
    adas = {"tab": "a1", "name": "Ada", "is_me": False, "selection": ["w1"]}
    others = sorted(beat(cast.ben, "b2")[1]["editors"], key=lambda each: each["tab"])
    assert others == [adas, {**bens, "is_me": True}]
    assert beat(cast.ben, "b2", is_leaving=True)[1]["editors"] == []
    assert beat(cast.ben, "a1", is_leaving=True)[1]["editors"] == []
    assert beat(cast.ben, "b1")[1]["editors"] == [adas]
    with clock.frozen():
        clock.advance(timedelta(seconds=61))
        assert beat(cast.ben, "b1")[1]["editors"] == []
    for wrong in ({"tab": ""}, {"tab": "b1", "selection": "w1"}, {"tab": "b1", "selection": [1]}, {"tab": "b" * 41},
                  {"tab": "b1", "selection": ["\0"]}):
        assert ask("post", "presence", wrong)[0] == 422
    assert beat(cast.cleo, "c1")[0] == 403


def test_a_draft_that_came_too_late_becomes_a_dashboard_of_its_own(ask, cast, pulse):
    mine = {**pulse.draft, "title": "Mine", "widgets": []}
    status, body = ask("post", "draft-apart", {"document": mine})
    assert (status, body["name"]) == (201, "Company pulse (Ben)")
    with cast.at_harbour(cast.ben):
        made = queries.dashboards().get(name="Company pulse (Ben)")
        assert (made.draft, made.created_by) == ({**mine, "title": "Company pulse (Ben)"}, cast.ben)
    assert ask("post", "draft-apart", {})[0] == 422
    assert ask("post", "draft-apart", {"document": mine}, by=cast.cleo)[0] == 403
