import csv
import io

import pytest
from django.urls import reverse

from operant.relay.actions import keeping
from operant.relay.models import Screen
from operant.relay.tests.helpers import republished
from operant.testing.relay import Tv, fault, paired

FLEET = "/o/harbour/screens/"


def _page(screen, name="screen"):
    return reverse(name, kwargs={"organization": "harbour", "screen_id": screen.pk})


def _row(page, name):
    text = page.content.decode().partition("<tbody")[2]
    start = text.index(name)
    return text[start : text.index("</tr>", start)]


def test_an_empty_fleet_offers_to_pair(cast, signed_in):
    page = signed_in(cast.ann).get(FLEET).content.decode()
    assert "No screen is paired yet." in page
    assert page.count(reverse("pair_screen", args=["harbour"])) == 2
    assert reverse("pair_screen", args=["harbour"]) not in signed_in(cast.cleo).get(FLEET).content.decode()


def test_the_fleet_shows_what_each_screen_has_painted(cast, screen, tv, board, signed_in):
    client = signed_in(cast.cleo)
    assert "Never seen" in _row(client.get(FLEET), "Lobby")
    tv.beat(version=board.published.public_id)
    row = _row(client.get(FLEET), "Lobby")
    for shown in ("Online", board.name, "v1", "1920 × 1080", "Chromium 120", "webOS"):
        assert shown in row
    with cast.at_harbour(cast.ben):
        new = republished(cast, board)
    row = _row(client.get(FLEET), "Lobby")
    assert "Behind" in row
    assert '<span><span class="ot-tone-warning">v1</span> <span class="ot-quiet">of v2</span></span>' in row
    tv.beat(version=new.public_id, errors=[fault()])
    assert "Client errors" in _row(client.get(FLEET), "Lobby")


def test_each_screen_is_counted_once(cast, screen, tv, board, signed_in):
    version = board.published.public_id
    tv.beat(version=version)
    for name, changes in (("Kitchen", {}), ("Dock", {"version": version, "errors": [fault()]})):
        other = Tv()
        paired(other, cast.at_harbour, cast.ann, name=name, dashboard=board)
        other.beat(**changes)
    last = paired(Tv(), cast.at_harbour, cast.ann, name="Hall", dashboard=board)
    with cast.at_harbour():
        Screen.objects.filter(pk=last.pk).update(state="offline", last_seen_at=last.paired_at)
    page = signed_in(cast.ada).get(FLEET)
    counts = page.context["counts"]
    assert (counts.paired, counts.online, counts.behind, counts.errors, counts.offline) == (4, 1, 1, 1, 1)


@pytest.mark.parametrize(("query", "names"), [
    ("", ["Kitchen", "Lobby"]), ("?q=kit", ["Kitchen"]), ("?status=online", ["Lobby"]),
    ("?status=never_seen", ["Kitchen"]),
    ("?status=nonsense", ["Kitchen", "Lobby"]), ("?sort=-name", ["Lobby", "Kitchen"]),
])  # fmt: skip
def test_search_filter_and_sort_stand_in_the_address(cast, screen, tv, board, signed_in, query, names):
    tv.beat(version=board.published.public_id)
    paired(Tv(), cast.at_harbour, cast.ann, name="Kitchen")
    client = signed_in(cast.cleo)
    lines = (
        client.get(FLEET + query + ("&" if query else "?") + "format=csv").getvalue().decode("utf-8-sig").splitlines()
    )
    assert [line[0] for line in csv.reader(io.StringIO("\n".join(lines[1:])))] == names
    assert client.get(FLEET + query).status_code == 200


def test_the_fleet_asks_the_same_number_of_questions_for_one_and_three_screens(
    cast, screen, board, signed_in, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(cast.cleo)
    client.get(FLEET)
    with CaptureQueriesContext(connection) as one:
        client.get(FLEET)
    for name in ("Kitchen", "Dock"):
        paired(Tv(), cast.at_harbour, cast.ann, name=name, dashboard=board)
    with CaptureQueriesContext(connection) as three:
        assert client.get(FLEET).status_code == 200
    assert len(three) == len(one)


def test_the_screen_page_keeps_three_facts_apart(cast, screen, tv, board, signed_in):
    client = signed_in(cast.ben)
    page = client.get(_page(screen)).content.decode()
    for fact in ("No connection", "Never heard of", "It should show version 1"):
        assert fact in page
    tv.get("poll")
    page = client.get(_page(screen)).content.decode()
    assert ("By asking" in page, "Never heard of" in page) == (True, True)
    tv.beat(version=board.published.public_id, errors=[fault(message="x is <b>undefined</b>")])
    page = client.get(_page(screen)).content.decode()
    for fact in ("Online", "Version 1", "x is &lt;b&gt;undefined&lt;/b&gt;", "Ann paired the screen Lobby"):
        assert fact in page


@pytest.mark.parametrize("role", ["ada", "ann", "ben", "cleo"])
def test_people_see_the_acts_they_may_do(cast, screen, signed_in, role):
    page = signed_in(getattr(cast, role)).get(_page(screen)).content.decode()
    can = {"Identify": role != "cleo", "What it shows": role != "cleo", "Unpair Lobby?": role in ("ada", "ann")}
    assert {word: word in page for word in can} == can


def test_a_screen_is_renamed_assigned_and_asked(cast, screen, signed_in, fresh, tv):
    client = signed_in(cast.ben)
    assert client.post(_page(screen, "screen_name"), {"name": "Lobby north"}).status_code == 302
    assert client.post(_page(screen, "screen_showing"), {"dashboard": "", "theme": "light"}).status_code == 302
    assert client.post(_page(screen, "screen_commands"), {"kind": "identify"}).status_code == 302
    now = fresh(screen)
    assert (now.name, now.dashboard_id, now.theme) == ("Lobby north", None, "light")
    assert [each["kind"] for each in tv.get("poll").json()["commands"]] == ["identify"]
    assert "Sent, waits for the screen" in client.get(_page(screen)).content.decode()


@pytest.mark.parametrize(("name", "body"), [
    ("screen_name", {"name": ""}), ("screen_name", {"name": "x" * 81}),
    ("screen_showing", {"dashboard": "dsh_x", "theme": "dark"}),
    ("screen_showing", {"dashboard": "", "theme": "pink"}),
])  # fmt: skip
def test_bad_input_stays_on_the_page(cast, screen, signed_in, name, body):
    assert signed_in(cast.ben).post(_page(screen, name), body).status_code == 422


def test_unpairing_takes_a_screen_from_the_fleet_and_its_credential(cast, screen, tv, signed_in):
    client = signed_in(cast.ann)
    assert client.post(_page(screen, "screen_unpairing")).headers["Location"] == FLEET
    assert "No screen is paired yet." in client.get(FLEET).content.decode()
    assert client.get(_page(screen)).status_code == 404
    assert tv.beat().status_code == 401


@pytest.mark.parametrize(("name", "lowest"), [
    ("screen_name", "ben"), ("screen_showing", "ben"), ("screen_commands", "ben"), ("screen_unpairing", "ann"),
])  # fmt: skip
def test_a_lower_role_is_refused(cast, screen, signed_in, fresh, name, lowest):
    below = {"ben": cast.cleo, "ann": cast.ben}[lowest]
    body = {"name": "Stolen", "dashboard": "", "theme": "light", "kind": "reload"}
    assert signed_in(below).post(_page(screen, name), body).status_code == 403
    assert (fresh(screen).name, fresh(screen).theme, fresh(screen).unpaired_at) == ("Lobby", "dark", None)


def test_nobody_is_sent_to_sign_in(client, screen):
    for address in (FLEET, _page(screen), "/o/harbour/screens/pair", "/pair?code=K7M4QX"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, "/accounts/login/")


def test_home_says_which_screens_need_somebody(cast, screen, tv, board, signed_in, rf):
    from operant.relay import today

    with cast.at_harbour(cast.ann):
        Screen.objects.update(state="offline", last_seen_at=screen.paired_at)
        request = rf.get("/")
        request.organization = cast.harbour
        (need,) = today.needs(request)
    assert (need.sentence, need.level, need.url) == ("Lobby is offline.", "error", f"{FLEET}?status=offline")


def test_dashboards_know_on_which_screens_they_are(cast, screen, tv, board, django_assert_num_queries):
    from operant.stage import showing

    tv.beat(version=board.published.public_id)
    with cast.at_harbour(), django_assert_num_queries(7):
        (place,) = showing.places([board.pk])[board.pk]
    assert (place.name, place.state, place.tone, place.url) == ("Lobby", "Online, on v1", "success", _page(screen))


def test_a_dashboard_may_be_replaced_while_a_screen_shows_another(cast, screen, tv, board, signed_in):
    from operant.testing import stage as staging

    tv.beat(version=board.published.public_id)
    with cast.at_harbour(cast.ben):
        other = staging.published(cast.ben, name="Pulse").dashboard
        keeping.assign(screen=screen, dashboard=other)
    page = signed_in(cast.cleo).get(FLEET)
    assert '<span class="ot-tone-warning">none</span> <span class="ot-quiet">of v1</span>' in _row(page, "Lobby")
