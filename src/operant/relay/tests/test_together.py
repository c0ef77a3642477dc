"""What is done to several screens at once, and the filters that people keep."""

from datetime import timedelta

import pytest

from operant.panel.organizations import actions as organizations
from operant.panel.organizations.models import Membership, Role
from operant.platform import clock
from operant.platform.refusals import Invalid, Refusal
from operant.relay import events
from operant.relay.actions import places, together
from operant.relay.actions.together import Move
from operant.relay.models import Command, SavedFilter, Screen, Watch
from operant.testing.relay import Tv, paired

FLEET, ACTS, FILTERS = "/o/harbour/screens/", "/o/harbour/screens/acts", "/o/harbour/screens/filters/"


@pytest.fixture
def three(cast, screen, board):
    return [screen, *(paired(Tv(), cast.at_harbour, cast.ann, name=name, dashboard=board) for name in ("Dock", "Hall"))]


def named(**values):
    return sorted(Screen.objects.filter(**values).values_list("name", flat=True))


def test_the_list_offers_rows_to_choose_to_those_who_may_act(cast, three, signed_in):
    for person, offered in ((cast.ben, 3), (cast.cleo, 0)):
        page = signed_in(person).get(FLEET).content.decode()
        assert (page.count('name="chosen"'), "Act on the chosen" in page) == (offered, bool(offered))
    chosen = [each.public_id for each in three[:2]]
    page = signed_in(cast.ben).get(ACTS, {"chosen": [*chosen, "scr_x", "dsh_" + "1" * 22]}).content.decode()
    assert ("Act on 2 screens" in page, [f'value="{each.public_id}"' in page for each in three]) == (True, [True, True, False])
    assert "No screen is chosen." in signed_in(cast.ben).get(ACTS).content.decode()


def test_several_are_asked(cast, three, signed_in):
    chosen = [each.public_id for each in three[:2]]
    answer = signed_in(cast.ben).post(ACTS, {"act": "command", "kind": "reload", "chosen": chosen})
    assert answer.headers["Location"] == FLEET
    with cast.at_harbour():
        assert sorted(Command.objects.values_list("screen__name", "kind")) == [("Dock", "reload"), ("Lobby", "reload")]


def test_pictures_are_asked_one_by_one(cast, three, signed_in):
    client, chosen = signed_in(cast.ben), [each.public_id for each in three]
    assert 'value="screenshot"' not in client.get(ACTS, {"chosen": chosen}).content.decode()
    answer = client.post(ACTS, {"act": "command", "kind": "screenshot", "chosen": chosen})
    assert (answer.status_code, "one screen at a time" in answer.content.decode()) == (409, True)
    with cast.at_harbour():
        assert Command.objects.count() == 0


def test_several_show_something_else(cast, three, board, signed_in, announced):
    chosen = [each.public_id for each in three[1:]]
    client = signed_in(cast.ben)
    del announced[:]
    assert client.post(ACTS, {"act": "show", "dashboard": "none", "chosen": chosen}).status_code == 302
    with cast.at_harbour():
        assert (named(dashboard=None), named(dashboard=board)) == (["Dock", "Hall"], ["Lobby"])
    assert [type(each) for each in announced] == [events.ScreenAssigned] * 2


def test_several_are_put_somewhere_and_the_rest_stays(cast, three, signed_in):
    with cast.at_harbour(cast.ben):
        leeds, york = (places.make_site(name=name, by=cast.ben) for name in ("Leeds", "York"))
        lobbies = places.make_group(name="Lobbies", by=cast.ben)
        places.place(screen=three[0], site=leeds, group=lobbies, tags=["tall", "old"])
    body = {"act": "place", "chosen": [each.public_id for each in three[:2]], "site": york.public_id, "add": "4K", "take": "OLD"}
    assert signed_in(cast.ben).post(ACTS, body).status_code == 302
    with cast.at_harbour():
        assert (named(site=york), named(group=lobbies)) == (["Dock", "Lobby"], ["Lobby"])
        assert [(each.name, each.tags) for each in Screen.objects.order_by("name")] == [
            ("Dock", ["4K"]), ("Hall", []), ("Lobby", ["4K", "tall"]),
        ]  # fmt: skip
    of = {"act": "place", "of": york.public_id, "site": "none", "group": "none"}
    assert f'value="{york.public_id}"' in signed_in(cast.ben).get(ACTS, {"of": york.public_id}).content.decode()
    assert signed_in(cast.ben).post(ACTS, of).status_code == 302
    with cast.at_harbour():
        assert (named(site=None), named(group=None)) == (["Dock", "Hall", "Lobby"], ["Dock", "Hall", "Lobby"])


def test_several_are_muted_and_unmuted_and_the_list_says_so(cast, three, signed_in, announced):
    client, chosen = signed_in(cast.ben), [each.public_id for each in three[:2]]
    del announced[:]
    with clock.frozen() as now:
        assert client.post(ACTS, {"act": "mute", "hours": "24", "chosen": chosen}).headers["Location"] == FLEET
        with cast.at_harbour():
            muted = dict(Watch.objects.filter(muted_until__gt=now).values_list("screen__name", "muted_until"))
        assert muted == {"Dock": now + timedelta(hours=24), "Lobby": now + timedelta(hours=24)}
        page = client.get(FLEET).content.decode()
        assert page.count("Muted until") == 2 and "2 screens muted for 24 hours." in page
        assert "Muted until" in client.get(ACTS, {"chosen": chosen}).content.decode()
        assert client.post(ACTS, {"act": "mute", "hours": "0", "chosen": [each.public_id for each in three]}).status_code == 302
        assert "Muted until" not in client.get(FLEET).content.decode()
    told = [(type(each), each.what, sorted(each.screen_ids)) for each in announced]
    assert told == [
        (events.ScreensMuted, "2 screens", sorted(chosen)), (events.ScreensUnmuted, "2 screens", sorted(chosen)),
    ]  # fmt: skip


@pytest.mark.parametrize("body", [
    {"act": "mute"}, {"act": "mute", "hours": "9"}, {"act": "mute", "hours": "x"},
    {"act": "nonsense"}, {"act": "command", "kind": "explode"}, {"act": "show", "dashboard": "dsh_x"},
    {"act": "show", "dashboard": ""},
    {"act": "place", "site": "x"}, {},
])  # fmt: skip
def test_what_cannot_be_changes_nothing(cast, three, signed_in, announced, body):
    client = signed_in(cast.ben)
    del announced[:]
    answer = client.post(ACTS, {**body, "chosen": [each.public_id for each in three]})
    assert (answer.status_code, announced) == (422, [])
    assert client.post(ACTS, {"act": "command", "kind": "reload"}).status_code == 422


def test_it_is_all_or_nothing(cast, three, announced):
    with cast.at_harbour(cast.ben):
        places.place(screen=three[1], site=None, group=None, tags=[f"t{n}" for n in range(10)])
    with pytest.raises(Invalid), cast.at_harbour(cast.ben):
        together.place_all(screens=three, move=Move(add=["more"]))
    with cast.at_harbour(cast.ben):
        assert named(tags=[]) == ["Hall", "Lobby"]
        with pytest.raises(Refusal, match="500"):
            together.send_all(screens=three * 200, kind="reload", by=cast.ben)


def test_only_those_are_changed_that_one_may_change(cast, three, signed_in):
    chosen = {"act": "command", "kind": "reload", "chosen": [each.public_id for each in three]}
    viewer = signed_in(cast.cleo)
    assert "You may only look at these" in viewer.get(ACTS, chosen).content.decode()
    assert viewer.post(ACTS, chosen).status_code == 403
    with cast.at_harbour(cast.ann):
        by, cleo = (Membership.objects.select_related("person").get(person=each) for each in (cast.ann, cast.cleo))
        organizations.give_right(by=by, member=cleo, about=three[0], name="Lobby", role=Role.EDITOR)
    assert signed_in(cast.cleo).post(ACTS, chosen).status_code == 302
    with cast.at_harbour():
        assert list(Command.objects.values_list("screen__name", flat=True)) == ["Lobby"]


def test_of_more_than_can_be_meant_at_once_ones_own_are_meant(cast, fleet, signed_in):
    screens, _ = fleet(together.MOST_AT_ONCE + 2)
    mine = max(screens, key=lambda each: each.pk)
    with cast.at_harbour(cast.ann):
        by, cleo = (Membership.objects.select_related("person").get(person=each) for each in (cast.ann, cast.cleo))
        organizations.give_right(by=by, member=cleo, about=mine, name=mine.name, role=Role.EDITOR)
    everywhere = {"act": "command", "kind": "reload", "of": "all"}
    assert "Act on 1 screen<" in signed_in(cast.cleo).get(ACTS, everywhere).text
    assert signed_in(cast.cleo).post(ACTS, everywhere).status_code == 302
    assert signed_in(cast.ben).post(ACTS, everywhere).status_code == 409
    with cast.at_harbour():
        assert list(Command.objects.values_list("screen", flat=True)) == [mine.pk]


def test_another_organizations_screens_are_none(cast, three, signed_in):
    body = {"act": "command", "kind": "reload", "chosen": [each.public_id for each in three]}
    client = signed_in(cast.mallory)
    assert client.post("/o/meadow/screens/acts", body).status_code == 422
    assert "Lobby" not in client.get("/o/meadow/screens/acts", body).content.decode()
    with cast.at_harbour():
        assert Command.objects.count() == 0


def test_a_filter_is_kept_by_name_for_one_person(cast, three, signed_in):
    client = signed_in(cast.cleo)
    link = f"{FILTERS}?q=dock&amp;status=never_seen"
    assert link in client.get(f"{FLEET}?q=dock&status=never_seen&page=1").content.decode()
    page = client.get(f"{FILTERS}?q=dock&status=never_seen&evil=1").content.decode()
    assert 'value="q=dock&amp;status=never_seen"' in page
    for query in ("q=dock&status=never_seen&next=//evil.example", "q=hall"):
        kept = client.post(FILTERS, {"name": "Mine", "query": query})
    assert kept.headers["Location"] == f"{FLEET}?q=hall"
    with cast.at_harbour():
        (found,) = SavedFilter.objects.all()
        assert (found.name, found.query) == ("Mine", "q=hall")
    assert f'href="{FLEET}?q=hall"' in client.get(FLEET).content.decode()
    assert "Mine" not in signed_in(cast.ben).get(FLEET).content.decode()
    ending = f"{FILTERS}{found.pk}/deletion"
    assert (signed_in(cast.ben).post(ending).status_code, client.post(ending).status_code) == (404, 302)
    assert "You keep none yet." in client.get(FILTERS).content.decode()


@pytest.mark.parametrize("body", [{"name": "", "query": "q=x"}, {"name": "x" * 61, "query": "q=x"}, {"name": "Mine", "query": ""}])
def test_a_filter_needs_a_name_and_narrows(cast, signed_in, body):
    assert signed_in(cast.cleo).post(FILTERS, body).status_code == 422
