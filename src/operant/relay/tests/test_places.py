"""Sites, groups and tags: where screens are."""

from datetime import UTC, datetime, time
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection
from django.urls import reverse

from operant.platform.refusals import Invalid, NotFound, Refusal
from operant.relay import events, phrasing
from operant.relay.actions import keeping, pairing, places
from operant.relay.models import Group, Pairing, Screen, Site
from operant.relay.queries import fleet as queries
from operant.relay.queries import places as reading
from operant.relay.queries import targets
from operant.relay.queries.targets import Target
from operant.testing import api
from operant.testing.relay import Tv, paired

FLEET = "/o/harbour/screens/"


@pytest.fixture
def leeds(cast):
    with cast.at_harbour(cast.ben):
        return places.make_site(name="Leeds", by=cast.ben, time_zone="Europe/London", opens_at=time(8), closes_at=time(18))


@pytest.fixture
def lobbies(cast):
    with cast.at_harbour(cast.ben):
        return places.make_group(name="Lobbies", by=cast.ben)


@pytest.fixture
def program(cast):
    return api.Program(api.made(cast.at_harbour, cast.ann)[1])


def test_a_screen_is_put_at_a_site_into_a_group_and_gets_tags(cast, screen, leeds, lobbies, announced, fresh):
    with cast.at_harbour(cast.ben):
        del announced[:]
        places.place(screen=screen, site=leeds, group=lobbies, tags=[" tall ", "Tall", "a"])
        places.place(screen=screen, site=leeds, group=lobbies, tags=["a", "Tall"])
    found = fresh(screen)
    assert (found.site_id, found.group_id, found.tags, found.time_zone) == (leeds.pk, lobbies.pk, ["a", "Tall"], "Europe/London")
    about = {"screen_id": screen.public_id, "name": "Lobby", "site": "Leeds", "group": "Lobbies"}
    assert announced == [events.ScreenPlaced(**about, place="Leeds, Lobbies, #a, #Tall")]
    with cast.at_harbour(cast.ben):
        places.place(screen=screen, site=None, group=None, tags=[])
    assert (fresh(screen).site_id, fresh(screen).time_zone) == (None, "Europe/London")


@pytest.mark.parametrize("tags", [["x" * 31], ["a, b"], [f"t{n}" for n in range(11)]])
def test_tags_have_their_bounds(cast, screen, tags):
    with cast.at_harbour(cast.ben), pytest.raises(Invalid):
        places.place(screen=screen, site=None, group=None, tags=tags)


def test_the_clock_of_a_site_is_that_of_its_screens(cast, screen, leeds, tv, fresh, announced):
    with cast.at_harbour(cast.ben):
        places.place(screen=screen, site=leeds, group=None, tags=[])
    before = tv.get("manifest").json()["time_zone"]
    with cast.at_harbour(cast.ben):
        del announced[:]
        places.change_site(site=leeds, by=cast.ben, time_zone="Asia/Tokyo", days=0b11111)
        places.change_site(site=leeds, by=cast.ben, time_zone="Asia/Tokyo")
    now = tv.get("manifest").json()["time_zone"]
    assert (before, now, fresh(screen).time_zone) == ("Europe/London", "Asia/Tokyo", "Asia/Tokyo")
    told = {"time_zone": "Asia/Tokyo", "hours": "Mon–Fri, 08:00–18:00", "changed_by": "Ben"}
    assert announced == [events.SiteChanged(site_id=leeds.public_id, name="Leeds", **told)]
    with cast.at_harbour(cast.ben), pytest.raises(Refusal, match="Leeds"):
        keeping.move(screen=queries.screen(screen.pk), time_zone="Europe/Berlin")


def test_names_are_there_once_however_they_are_written(cast, leeds, lobbies):
    with cast.at_harbour(cast.ben):
        other = places.make_site(name="York", by=cast.ben)
        for wrong in (
            lambda: places.make_site(name=" LEEDS ", by=cast.ben),
            lambda: places.change_site(site=other, name="leeds", by=cast.ben),
            lambda: places.make_group(name="lobbies", by=cast.ben),
        ):
            with pytest.raises(Refusal, match="already"):
                wrong()
        for wrong in ({"name": " "}, {"name": "x" * 121}, {"name": "Hull", "time_zone": "Mars/Base"}, {"name": "Hull", "days": 0}):
            with pytest.raises(Invalid):
                places.make_site(by=cast.ben, **wrong)
        assert sorted(Site.objects.values_list("name", flat=True)) == ["Leeds", "York"]
    with cast.at_meadow(cast.mallory):
        assert places.make_site(name="Leeds", by=cast.mallory).name == "Leeds"


def test_what_is_deleted_leaves_its_screens(cast, screen, leeds, lobbies, announced, fresh):
    with cast.at_harbour(cast.ben):
        places.place(screen=screen, site=leeds, group=lobbies, tags=["a"])
        site_id, group_id = leeds.public_id, lobbies.public_id
        del announced[:]
        places.delete_site(site=leeds, by=cast.ben)
        places.delete_group(group=lobbies, by=cast.ben)
        assert (Site.objects.count(), Group.objects.count()) == (0, 0)
        with pytest.raises(NotFound):
            places.place(screen=screen, site=Site(pk=screen.pk, name="Gone"), group=None, tags=[])
    found = fresh(screen)
    assert (found.site_id, found.group_id, found.tags, found.dashboard_id) == (None, None, ["a"], screen.dashboard_id)
    assert announced == [
        events.SiteDeleted(site_id=site_id, name="Leeds", screens=1, deleted_by="Ben"),
        events.GroupDeleted(group_id=group_id, name="Lobbies", screens=1, deleted_by="Ben"),
    ]


def test_whoever_is_unpaired_hangs_nowhere(cast, screen, leeds, lobbies, fresh):
    with cast.at_harbour(cast.ann):
        places.place(screen=screen, site=leeds, group=lobbies, tags=[])
        keeping.unpair(screen=screen)
        assert [each.hanging for each in reading.sites()] == [0]
    assert (fresh(screen).site_id, fresh(screen).group_id) == (None, None)


@pytest.mark.parametrize(("at", "opens", "closes", "days", "is_open"), [
    ("2026-11-23T07:59", 8, 18, 127, False), ("2026-11-23T08:00", 8, 18, 127, True), ("2026-11-23T18:00", 8, 18, 127, False),
    ("2026-11-23T12:00", 8, 18, 0b10, False), ("2026-11-24T12:00", 8, 18, 0b10, True), ("2026-11-23T00:00", 0, 0, 1, True),
    ("2026-11-24T00:00", 0, 0, 1, False), ("2026-11-24T05:59", 22, 6, 1, True), ("2026-11-24T06:00", 22, 6, 1, False),
    ("2026-11-23T05:00", 22, 6, 1, False), ("2026-11-23T23:00", 22, 6, 1, True), ("2026-11-23T23:59", 8, 0, 1, True),
])  # fmt: skip
def test_a_site_is_open_by_the_clock_on_its_wall(at, opens, closes, days, is_open):
    zone = "America/New_York"
    site = Site(organization_id=uuid4(), name="Quay", time_zone=zone, opens_at=time(opens), closes_at=time(closes), days=days)
    moment = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert site.is_open_at(moment, "Asia/Tokyo") is is_open
    site.time_zone = ""
    assert site.is_open_at(moment, zone) is is_open


def test_hours_in_words():
    day, always = {"days": 0b11111, "opens_at": time(8), "closes_at": time(18)}, {"opens_at": time(8), "closes_at": time(8)}
    hours = ({}, day, {"days": 0b1, **always})
    said = [phrasing.open_at(Site(organization_id=uuid4(), **each)) for each in hours]
    assert said == ["always open", "Mon–Fri, 08:00–18:00", "Mon, all day"]


def test_targets_name_screens(cast, screen, leeds, lobbies):
    other = paired(Tv(), cast.at_harbour, cast.ann, name="Dock")
    gone = paired(Tv(), cast.at_harbour, cast.ann, name="Gone")
    with cast.at_harbour(cast.ann):
        places.place(screen=screen, site=leeds, group=lobbies, tags=["tall", "4K"])
        places.place(screen=gone, site=leeds, group=lobbies, tags=["tall"])
        keeping.unpair(screen=gone)
        texts = ("all", leeds.public_id, lobbies.public_id, "tag:tall", screen.public_id, "tag:none", gone.public_id)
        found = [sorted(targets.screens_of(Target.read(text)).values_list("name", flat=True)) for text in texts]
        assert found == [["Dock", "Lobby"], ["Lobby"], ["Lobby"], ["Lobby"], ["Lobby"], [], []]
        said = [targets.words(Target.read(text)) for text in texts[:5]]
        assert said == ["all screens", "the site Leeds", "the group Lobbies", "screens tagged tall", "Lobby"]
        assert [str(Target.read(text)) for text in texts] == list(texts)
        assert targets.choices() == [
            ("Everywhere", [("all", "All screens")]), ("Groups", [(lobbies.public_id, "Lobbies")]),
            ("Sites", [(leeds.public_id, "Leeds")]), ("Tags", [("tag:4K", "4K"), ("tag:tall", "tall")]),
            ("Screens", [(other.public_id, "Dock"), (screen.public_id, "Lobby")]),
        ]  # fmt: skip
        for text in ("", "everything", "sit_x", "tag:", "dsh_" + "1" * 22):
            with pytest.raises(Invalid):
                Target.read(text)
    with cast.at_meadow(cast.mallory):
        assert [targets.screens_of(Target.read(text)).count() for text in texts] == [0] * 7
        with pytest.raises(NotFound):
            targets.words(Target.read(leeds.public_id))


def test_another_organizations_site_is_none(cast, screen, leeds):
    with cast.at_meadow(cast.mallory):
        foreign = places.make_site(name="Bog", by=cast.mallory)
    with cast.at_harbour(cast.ben), pytest.raises(NotFound):
        places.place(screen=screen, site=foreign, group=None, tags=[])
    with pytest.raises(IntegrityError), cast.at_harbour(cast.ben):
        Screen.objects.update(site=foreign)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_site_and_group_are_chosen_when_pairing(cast, tv, signed_in, leeds, lobbies, announced):
    tv.say_hello()
    body = {"code": tv.hello["code"], "name": "Desk", "site": leeds.public_id, "group": lobbies.public_id, "tags": "tall, 4K"}
    assert signed_in(cast.ann).post("/o/harbour/screens/pair", body).status_code == 302
    with cast.at_harbour():
        made = Screen.objects.get()
    assert (made.site_id, made.group_id, made.tags, made.time_zone) == (leeds.pk, lobbies.pk, ["4K", "tall"], "Europe/London")
    assert announced[-1] == events.ScreenPaired(
        screen_id=made.public_id, name="Desk", dashboard="", paired_by="Ann", site="Leeds", group="Lobbies"
    )


def test_a_tag_too_many_pairs_nothing(cast, tv):
    tv.say_hello()
    with cast.at_harbour(cast.ann), pytest.raises(Invalid):
        pairing.pair(device=Pairing.objects.get(), name="Desk", dashboard=None, by=cast.ann, tags=["x" * 31])


def test_the_pages_of_sites_and_groups(cast, screen, signed_in):
    client, viewer = signed_in(cast.ben), signed_in(cast.cleo)
    for kind, words in (("sites", "No site yet."), ("groups", "No group yet.")):
        address = f"/o/harbour/screens/{kind}/"
        assert words in viewer.get(address).content.decode()
        assert (viewer.post(address, {"name": "Quay"}).status_code, client.post(address, {"name": ""}).status_code) == (403, 422)
        made = client.post(address, {"name": "Quay"}).headers["Location"]
        assert client.post(address, {"name": "quay"}).status_code == 409
        assert "Quay" in viewer.get(address).content.decode()
        assert (viewer.get(made).status_code, viewer.post(made, {"name": "Dock"}).status_code) == (200, 403)
        assert client.post(made, {"name": ""}).status_code == 422
        hours = {"days": ["0", "1"], "opens_at": "08:00", "closes_at": "18:00", "time_zone": "Asia/Tokyo"}
        assert client.post(made, {"name": "Dock", **hours}).status_code == 302
        assert "Dock" in client.get(made).content.decode()
        assert (viewer.post(f"{made}deletion").status_code, client.post(f"{made}deletion").status_code) == (403, 302)
        assert client.get(made).status_code == 404


def test_the_place_is_set_on_the_screens_page(cast, screen, leeds, lobbies, signed_in, fresh):
    client, viewer = signed_in(cast.ben), signed_in(cast.cleo)
    address = reverse("screen_place", args=["harbour", screen.pk])
    body = {"site": leeds.public_id, "group": "", "tags": "tall, 4K"}
    assert (viewer.post(address, body).status_code, client.post(address, {"site": "sit_x"}).status_code) == (403, 422)
    assert client.post(address, body).status_code == 302
    assert (fresh(screen).site_id, fresh(screen).tags) == (leeds.pk, ["4K", "tall"])
    page = client.get(reverse("screen", args=["harbour", screen.pk])).content.decode()
    assert ("Leeds, #4K, #tall" in page, 'name="time_zone"' in page) == (True, False)
    shown = client.post(reverse("screen_showing", args=["harbour", screen.pk]), {"theme": "light", "time_zone": "Asia/Tokyo"})
    assert (shown.status_code, fresh(screen).time_zone, fresh(screen).theme) == (302, "Europe/London", "light")


def test_the_fleet_is_filtered_by_place(cast, screen, leeds, lobbies, signed_in):
    paired(Tv(), cast.at_harbour, cast.ann, name="Dock")
    with cast.at_harbour(cast.ben):
        places.place(screen=screen, site=leeds, group=lobbies, tags=["tall"])
    client = signed_in(cast.cleo)

    def names(query):
        page = client.get(f"{FLEET}?{query}").content.decode().partition("<tbody")[2]
        return [name for name in ("Dock", "Lobby") if f">{name}<" in page]

    both = ["Dock", "Lobby"]
    found = [names(each) for each in (
        f"site={leeds.public_id}", "site=none", f"group={lobbies.public_id}", "group=none", "tag=tall", "q=leeds", "site=sit_x", "",
    )]  # fmt: skip
    assert found == [["Lobby"], ["Dock"], ["Lobby"], ["Dock"], ["Lobby"], ["Lobby"], both, both]


def test_programs_make_sites_and_put_screens_there(cast, program, screen):
    body = {"name": "Hull", "time_zone": "Europe/London", "days": ["mon", "sun"], "opens_at": "22:00", "closes_at": "06:30"}
    site = program.ask("POST", "sites", body)
    told = site.json()
    assert (site.status_code, {key: told[key] for key in body}) == (201, body)
    group = program.ask("POST", "groups", {"name": "Tall ones"}).json()
    assert (program.ask("GET", f"sites/{told['id']}").json(), program.ask("GET", "sites").json()["entries"]) == (told, [told])
    again = program.ask("POST", "groups", {"name": "TALL ones"})
    assert (again.status_code, again.json()["detail"]) == (409, "There is a group called TALL ones already. Choose another name.")
    one = f"screens/{screen.public_id}"
    put = program.ask("PATCH", one, {"site": told["id"], "group": group["id"], "tags": ["x"]}).json()
    assert (put["site"], put["group"], put["tags"], put["time_zone"]) == (
        {"id": told["id"], "name": "Hull"}, {"id": group["id"], "name": "Tall ones"}, ["x"], "Europe/London",
    )  # fmt: skip
    assert program.ask("PATCH", one, {"time_zone": "Asia/Tokyo"}).status_code == 409
    moved = program.ask("PATCH", f"sites/{told['id']}", {"time_zone": ""}).json()
    assert (moved["time_zone"], program.ask("GET", one).json()["time_zone"]) == ("", "")
    assert program.ask("PATCH", f"groups/{group['id']}", {"name": "Both"}).json()["name"] == "Both"
    only = program.ask("PATCH", one, {"tags": []}).json()
    assert (only["site"], only["group"]["name"], only["tags"]) == ({"id": told["id"], "name": "Hull"}, "Both", [])
    ended = [program.ask("DELETE", each).status_code for each in (f"sites/{told['id']}", f"groups/{group['id']}")]
    assert ended == [204, 204]
    assert program.ask("GET", one).json()["site"] is None


def test_only_what_is_named_is_written_whoever_wrote_meanwhile(cast, screen, leeds, fresh):
    with cast.at_harbour(cast.ben):
        stale = type(screen).objects.get(pk=screen.pk)
        places.place(screen=screen, site=leeds)
        places.place(screen=stale, tags=["tall"])
    assert (fresh(screen).site_id, fresh(screen).tags, fresh(screen).time_zone) == (leeds.pk, ["tall"], leeds.time_zone)
