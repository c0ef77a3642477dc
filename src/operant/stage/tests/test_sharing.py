"""Share links, as members make them and as strangers open them."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.hashers import check_password
from django.test import Client
from django.urls import reverse

from operant.platform import clock
from operant.platform.refusals import Invalid, NotFound, Refusal
from operant.stage import actions, events, queries
from operant.stage.actions import sharing
from operant.stage.models import Share
from operant.stage.sharing import origins, tokens
from operant.testing import stage as things
from operant.testing.queue import run_jobs

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECRET = "tide over the quay"
SQL = "select sum(revenue) as revenue, max(region) as region from orders"


@pytest.fixture(autouse=True)
def frozen():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def pulse(cast):
    with cast.at_harbour(cast.ben):
        return things.published(cast.ben, name="Company pulse", content=things.text_document("Company pulse")).dashboard


@pytest.fixture
def share(cast, pulse):
    """Make a link of the dashboard, and return it with its address."""

    def made(**said):
        with cast.at_harbour(cast.ada):
            row, token = actions.create_share(dashboard=pulse, name="Board", by=cast.ada, **said)
        return row, reverse("shared", args=[token])

    return made


def stranger():
    return Client(enforce_csrf_checks=True)


def said(answer):
    """What an answer's JSON says, without the data key."""
    found = answer.json()
    return found["number"], found["document"]["queries"], [{**each, "key": ""} for each in found["results"]]


def test_whoever_has_the_address_sees_what_is_published_and_nothing_of_how(cast, pulse, orders, share, announced):
    with cast.at_harbour(cast.ben):
        draft = actions.save_draft(dashboard=pulse, revision=pulse.revision, document=things.document(orders, SQL))
        pulse = actions.publish(dashboard=draft, revision=draft.revision, by=cast.ben).dashboard
    run_jobs()
    announced.clear()
    row, address = share(expires_at=NOW + timedelta(days=1))
    with cast.at_harbour(cast.ben):
        draft = {**pulse.draft, "title": "Secret plans"}
        actions.save_draft(dashboard=pulse, revision=pulse.revision, document=draft)
    page, wall = stranger().get(address), stranger().get(f"{address}/wall")
    assert said(wall) == (
        2, [{"id": "q1", "name": "", "source": "", "sql": "", "refresh_seconds": 300}],
        [{"key": "", "seq": 1, "state": "ok", "computed_at": "2026-03-02T09:00:00Z", "refresh_seconds": 300,
          "columns": [{"name": "revenue", "type": "integer"}], "rows": [[60]], "truncated": False, "error": None}],
    )  # fmt: skip
    for text in (page.text, wall.text):
        for inside in ("Harbour", "Orders", "orders", "region", "South", "Secret", "Board", pulse.public_id, "Ada", "Ben"):
            assert inside not in text, inside
    assert announced[0] == events.ShareCreated(
        share_id=row.public_id, name="Board", dashboard_id=pulse.public_id, dashboard="Company pulse", has_password=False,
        expires_at="2026-03-03T09:00:00Z", origins="", created_by="Ada",
    )  # fmt: skip


def test_nothing_of_a_visit_is_kept_in_the_browser_and_no_engine_lists_it(cast, signed_in, share):
    row, address = share()
    for browser in (stranger(), signed_in(cast.mallory)):
        for path in (address, f"{address}/wall"):
            answer = browser.get(path)
            assert (answer.status_code, list(answer.cookies)) == (200, [])
            kept = {name: answer.headers[name] for name in ("X-Robots-Tag", "Referrer-Policy")}
            assert kept == {"X-Robots-Tag": "noindex, nofollow, noarchive", "Referrer-Policy": "no-referrer"}
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    stranger().head(address)
    with cast.at_harbour():
        row.refresh_from_db()
    assert (row.openings, row.opened_at) == (2, NOW)


def test_it_is_asked_again_for_next_to_nothing_while_nothing_is_new(cast, pulse, share):
    _, address = share()
    browser, wall = stranger(), f"{address}/wall"
    etag = browser.get(wall).headers["ETag"]
    again = [browser.get(wall, headers={"If-None-Match": each}).status_code for each in (etag, f"W/{etag}", '"x"')]
    assert again == [304, 304, 200]
    with cast.at_harbour(cast.ben):
        document = {**pulse.draft, "widgets": [{**pulse.draft["widgets"][0], "title": "New"}]}
        draft = actions.save_draft(dashboard=pulse, revision=pulse.revision, document=document)
        actions.publish(dashboard=draft, revision=draft.revision, by=cast.ben)
    assert browser.get(wall, headers={"If-None-Match": etag}).json()["number"] == 2


def test_a_link_that_shows_nothing_says_the_same_whatever_the_reason(cast, pulse, share):
    ended, revoked, standing = share(expires_at=NOW + timedelta(hours=1)), share(), share()
    with cast.at_harbour(cast.ada):
        actions.revoke_share(share=revoked[0], by=cast.ada)
        with pytest.raises(NotFound):
            actions.revoke_share(share=revoked[0], by=cast.ada)
    clock.advance(timedelta(hours=1))
    token = standing[1].removeprefix("/s/")
    theirs, _ = tokens.new(cast.meadow.pk)
    raw = tokens.urlsafe_b64decode(token)
    elsewhere = tokens.urlsafe_b64encode(cast.meadow.pk.bytes + raw[16:]).decode()
    nobodys, _ = tokens.new(uuid4())
    forged = [theirs, elsewhere, nobodys, token[:-1], token + "A", token[:-1] + ("A" if token[-1] != "A" else "B"), "x", "é" * 56]
    browser = stranger()
    for path in (ended[1], revoked[1], *(reverse("shared", args=[each]) for each in forged)):
        for answer in (browser.get(path), browser.get(f"{path}/wall", headers={"Accept": "application/json"}), browser.post(path)):
            said_so = "This link shows nothing." in answer.text
            assert (answer.status_code, said_so, "Company pulse" in answer.text) == (404, True, False)
    assert browser.get(standing[1]).status_code == 200
    with cast.at_harbour(cast.ben):
        actions.archive(dashboard=pulse)
    assert [browser.get(each).status_code for each in (standing[1], f"{standing[1]}/wall")] == [404, 404]
    with cast.at_harbour(cast.ben):
        actions.bring_back(dashboard=queries.archived(pulse.pk))
    assert browser.get(standing[1]).status_code == 200


def test_a_network_that_tries_addresses_is_held_back_and_those_with_links_are_not(share):
    _, address = share()
    browser = stranger()
    statuses = [browser.get(f"/s/{number}").status_code for number in range(sharing.UNKNOWN[0] + 1)]
    assert (set(statuses[:-1]), statuses[-1]) == ({404}, 429)
    assert browser.get(address).status_code == 200


def test_a_password_opens_it_for_twelve_hours_without_a_cookie(cast, share):
    row, address = share(password=SECRET)
    browser = stranger()
    asked = browser.get(address)
    assert (asked.status_code, 'type="password"' in asked.text, "Company pulse" in asked.text) == (200, True, False)
    assert browser.get(f"{address}/wall").status_code == 403
    wrong = browser.post(address, {"password": SECRET[:-1]})
    assert (wrong.status_code, "That is not the password of this link." in wrong.text) == (422, True)
    let_in = browser.post(address, {"password": SECRET})
    assert (let_in.status_code, let_in.url.startswith(f"{address}?grant="), list(browser.cookies)) == (303, True, [])
    wall = let_in.url.replace("?", "/wall?")
    assert [browser.get(each).status_code for each in (let_in.url, wall)] == [200, 200]
    grant = let_in.url.partition("=")[2]
    assert browser.get(f"{address}/wall?grant={grant[:-2]}AA").status_code == 403
    _, other = share(password=SECRET)
    assert browser.get(f"{other}/wall?grant={grant}").status_code == 403
    clock.advance(timedelta(hours=12))
    over = browser.get(let_in.url)
    assert (browser.get(wall).status_code, "Twelve hours are over" in over.text) == (403, True)
    with cast.at_harbour():
        row.refresh_from_db()
    assert (row.openings, check_password(SECRET, row.password), SECRET in row.password) == (1, True, False)


def test_a_grant_ends_with_the_password_that_it_was_given_for(cast, share):
    row, address = share(password=SECRET)
    browser = stranger()
    let_in = browser.post(address, {"password": SECRET}).url
    with cast.at_harbour():
        Share.objects.filter(pk=row.pk).update(password=sharing._hidden("another one"))
    assert browser.get(let_in.replace("?", "/wall?")).status_code == 403


def test_passwords_are_tried_a_few_times_and_the_right_one_does_not_count(share):
    _, address = share(password=SECRET)
    browser = stranger()
    for _ in range(sharing.PASSWORDS[0] + 1):
        assert browser.post(address, {"password": SECRET}).status_code == 303
    statuses = [browser.post(address, {"password": f"guess {number}"}).status_code for number in range(12)]
    assert statuses == [422] * sharing.PASSWORDS[0] + [429, 429]
    assert browser.post(address, {"password": SECRET}).status_code == 429
    clock.advance(timedelta(minutes=5, seconds=1))
    assert browser.post(address, {"password": SECRET}).status_code == 303


@pytest.mark.parametrize(
    ("written", "kept"),
    [("https://Intranet.Example.com", "https://intranet.example.com"), ("https://a.example:443/", "https://a.example"),
     ("http://localhost:8080", "http://localhost:8080"), ("https://bücher.example", "https://xn--bcher-kva.example"),
     ("https://10.0.0.7:8443", "https://10.0.0.7:8443")],
)  # fmt: skip
def test_an_origin_is_kept_as_browsers_compare_it(written, kept):
    assert origins.checked([written, "", written]) == [kept]


@pytest.mark.parametrize("wrong", [
    "*", "https://*", "https://*.example.com", "https:", "example.com", "javascript:alert(1)", "https://a.example/path",
    "https://a.example?x", "https://a.example#", "https://a:b@c.example", "https://a.example;script-src *", "data:",
    "https://a.example https://b.example", "'self'", "https://a.example:0", "https://a.example:99999", "null", "ws://a.example",
    "https://[::1]", "https://a..example", "https://-a.example", "https://a.example\r\nX-Evil: 1", "https://" + "a" * 300,
])  # fmt: skip
def test_what_is_no_origin_is_refused(wrong):
    with pytest.raises(Invalid):
        origins.checked([wrong])


def test_only_the_named_pages_may_embed_it(share):
    _, address = share(origins=["https://intranet.example.com", "http://localhost:8080"], password=SECRET)
    for answer in (stranger().get(address), stranger().post(address, {"password": "wrong"})):
        policy = answer.headers["Content-Security-Policy"]
        assert policy.split("frame-ancestors ")[1].split(";")[0] == "https://intranet.example.com http://localhost:8080"


def test_what_cannot_be_shared_is_refused(cast, share):
    for wrong in ({"expires_at": NOW}, {"password": "short"}, {"password": "x" * 201}, {"origins": ["*"]}):
        with pytest.raises(Invalid):
            share(**wrong)
    with cast.at_harbour(cast.ada), pytest.raises(Refusal, match="not published yet"):
        actions.create_share(dashboard=things.dashboard(cast.ben), name="Board", by=cast.ada)


def test_links_are_made_seen_and_revoked_on_the_dashboards_page(cast, signed_in, pulse):
    ada, page = signed_in(cast.ada), reverse("dashboard-shares", args=["harbour", pulse.pk])
    assert "Nobody outside sees this dashboard." in ada.get(page).text
    form = {"name": "Board", "lasting": "ever", "password": "", "origins": "https://a.example\nhttps://b.example"}
    made = ada.post(page, form)
    address = made.text.split('iframe src="')[1].split('"')[0]
    assert (made.status_code, stranger().get(address).status_code) == (201, 200)
    assert "“*” is no origin" in ada.post(page, {**form, "origins": "*"}).text
    listed = ada.get(page).text
    assert ("embedded by https://a.example, https://b.example" in listed, address in listed) == (True, False)
    with cast.at_harbour():
        row = Share.objects.get()
    assert (row.expires_at, row.openings, "Also shown to whoever has one of its" in signed_in(cast.cleo).get(
        reverse("dashboard", args=["harbour", pulse.pk])
    ).text) == (None, 1, True)  # fmt: skip
    again = reverse("dashboard-share-revocation", args=["harbour", pulse.pk, row.pk])
    assert [ada.post(again).status_code for _ in range(2)] == [302, 404]
    assert stranger().get(address).status_code == 404


def test_a_program_makes_and_revokes_links(cast, pulse):
    from operant.testing.api import program

    robot, below = program(cast.at_harbour, cast.ada), f"dashboards/{pulse.public_id}/shares"
    made = robot.post(below, {"name": "Board", "origins": ["https://a.example"], "password": SECRET}).json()
    token = made.pop("address").rpartition("/s/")[2]
    assert made == {
        "id": made["id"], "dashboard": pulse.public_id, "name": "Board", "has_password": True, "origins": ["https://a.example"],
        "values": {}, "open_variables": [],
        "is_over": False, "expires_at": None, "openings": 0, "opened_at": None, "created_at": "2026-03-02T09:00:00Z",
    }  # fmt: skip
    assert tokens.read(token).organization_id == UUID(str(cast.harbour.pk))
    assert [robot.get(below).json()["entries"], token in json.dumps(robot.get(below).json())] == [[made], False]
    wrong = [{"password": "short"}, {"origins": ["*"]}, {"expires_at": NOW.isoformat()}, {"name": " "}]
    assert [robot.post(below, {"name": "Board", **each}).status_code for each in wrong] == [422] * 4
    here = f"{below}/{made['id']}"
    assert [robot.delete(here).status_code for _ in range(2)] == [204, 404]


def test_a_link_is_changed_and_keeps_its_address(cast, share, announced):
    row, address = share(password=SECRET, expires_at=NOW + timedelta(days=1))
    changes = {
        "name": " Whole  board ", "expires_at": None, "password": "another one", "origins": ["https://A.example:443"],
    }  # fmt: skip
    with cast.at_harbour(cast.ada):
        changed = actions.change_share(share=row, by=cast.ada, changes=changes)
        assert (changed.name, changed.expires_at, changed.origins) == ("Whole board", None, ["https://a.example"])
        assert check_password("another one", changed.password)
        again = actions.change_share(share=row, by=cast.ada, changes={"name": "Whole board", "origins": ["https://a.example"]})
        assert again.token_hash == row.token_hash
    assert announced[1:] == [events.ShareChanged(
        share_id=row.public_id, name="Whole board", dashboard_id=announced[0].dashboard_id, dashboard="Company pulse",
        what="name, end, password, pages that may embed it", has_password=True, expires_at="", origins="https://a.example",
        values="", open_variables="", changed_by="Ada",
    )]  # fmt: skip
    assert stranger().post(address, {"password": SECRET}).status_code == 422
    assert stranger().post(address, {"password": "another one"}).status_code == 303


def test_another_password_ends_what_was_granted_and_none_asks_nobody(cast, share):
    row, address = share(password=SECRET)
    inside = stranger().post(address, {"password": SECRET}).url
    assert stranger().get(inside.replace("?", "/wall?")).status_code == 200
    with cast.at_harbour(cast.ada):
        actions.change_share(share=row, by=cast.ada, changes={"password": "another one"})
    assert stranger().get(inside.replace("?", "/wall?")).status_code == 403
    with cast.at_harbour(cast.ada):
        actions.change_share(share=row, by=cast.ada, changes={"password": ""})
    assert stranger().get(address + "/wall").status_code == 200


def test_a_link_that_has_ended_works_again_with_another_end(cast, share):
    row, address = share(expires_at=NOW + timedelta(hours=1))
    with clock.frozen(NOW + timedelta(hours=2)):
        assert stranger().get(address).status_code == 404
        with cast.at_harbour(cast.ada):
            actions.change_share(share=row, by=cast.ada, changes={"expires_at": NOW + timedelta(days=1)})
        assert stranger().get(address).status_code == 200


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"name": " "}, "needs a name"),
    ({"expires_at": NOW}, "ends in the future"),
    ({"password": "short"}, "8 to 200 characters"),
    ({"origins": ["*"]}, "is no origin"),
    ({"values": {"region": "North"}}, "There is no variable called region"),
    ({"open_variables": ["region"]}, "no variable with choices"),
])  # fmt: skip
def test_a_link_cannot_be_changed_to_what_could_not_be_made(cast, share, changes, sentence):
    row, _ = share()
    with cast.at_harbour(cast.ada), pytest.raises(Invalid, match=sentence):
        actions.change_share(share=row, by=cast.ada, changes=changes)


def test_its_page_keeps_what_is_left_alone_and_says_how_often_it_was_opened(cast, signed_in, pulse, share):
    row, address = share(password=SECRET, origins=["https://a.example"], expires_at=NOW + timedelta(days=1))
    for _ in range(2):
        stranger().post(address, {"password": SECRET}, follow=True)
    ada, page = signed_in(cast.ada), reverse("dashboard-share", args=["harbour", pulse.pk, row.pk])
    shown = ada.get(page).text
    assert ("Opened 2 times" in shown, SECRET in shown, row.password in shown) == (True, False, False)
    form = {"name": "Board of directors", "lasting": "keep", "password": "", "origins": "https://a.example"}
    assert ada.post(page, form).status_code == 302
    with cast.at_harbour():
        kept = Share.objects.get()
    assert (kept.name, kept.expires_at, kept.password, kept.origins) == (
        "Board of directors", row.expires_at, row.password, ["https://a.example"],
    )  # fmt: skip
    assert ada.post(page, {**form, "origins": "*"}).status_code == 422
    assert ada.post(page, {**form, "no_password": "on", "lasting": "7"}).status_code == 302
    with cast.at_harbour():
        kept = Share.objects.get()
    assert (kept.password, kept.expires_at) == ("", NOW + timedelta(days=7))
    assert [signed_in(each).get(page).status_code for each in (cast.ben, cast.mallory)] == [403, 404]


def test_a_program_changes_only_what_it_names(cast, pulse, share):
    from operant.testing.api import program

    row, _ = share(password=SECRET, origins=["https://a.example"])
    robot, here = program(cast.at_harbour, cast.ada), f"dashboards/{pulse.public_id}/shares/{row.public_id}"
    changed = robot.ask("PATCH", here, {"name": "Other"}).json()
    assert (changed["name"], changed["has_password"], changed["origins"]) == ("Other", True, ["https://a.example"])
    assert robot.ask("PATCH", here, {"password": None, "origins": []}).json()["has_password"] is False
    assert [robot.ask("PATCH", here, each).status_code for each in ({}, {"name": " "}, {"token": "x"})] == [422, 422, 422]


def test_strangers_are_given_the_units_of_what_is_shown_and_of_nothing_else(cast, pulse, orders, share):
    content = things.document(orders, SQL)
    units = [{"column": "revenue", "format": "currency", "currency": "EUR"}, {"column": "region", "prefix": "Depot "}]
    content["queries"][0] |= {"columns": units}
    with cast.at_harbour(cast.ben):
        kept = actions.save_query(query=content["queries"][0], by=cast.ben)
        content["queries"][0] |= {"saved": kept.public_id}
        draft = actions.save_draft(dashboard=pulse, revision=pulse.revision, document=content)
        actions.publish(dashboard=draft, revision=draft.revision, by=cast.ben)
    _, address = share()
    wall = stranger().get(f"{address}/wall")
    assert said(wall)[1] == [
        {"id": "q1", "name": "", "source": "", "sql": "", "refresh_seconds": 300, "columns": units[:1]},
    ]  # fmt: skip
    assert ("Depot" in wall.text, kept.public_id in wall.text) == (False, False)
