import json
from functools import partial

import pytest
from django.urls import reverse

from operant.platform.files.sandbox import Limits
from operant.stage import actions, document, engine, proposals, queries
from operant.stage.models import DashboardVersion
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
        "revision": 1, "document": pulse.draft, "published": None,
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


@pytest.mark.parametrize(
    ("method", "noun"), [("get", "draft"), ("put", "draft"), ("post", "preview"), ("post", "publications")]
)
def test_mallory_finds_nothing(ask, cast, method, noun):
    # In her own organization, where she may do everything, the dashboard does not exist.
    content = {"revision": 1, "document": document.empty("x"), "source": "", "sql": "select 1"}
    assert ask(method, noun, content, by=cast.mallory, organization=cast.meadow)[0] == 404
    assert ask(method, noun, content, by=cast.mallory)[0] == 404


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
    assert body == {
        "key": "", "seq": 0, "state": "ok", "refresh_seconds": 0, "truncated": False, "error": None,
        "columns": [{"name": "month", "type": "date"}, {"name": "revenue", "type": "integer"}],
        "rows": [["2026-01-01", 10]],
    }  # fmt: skip


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
