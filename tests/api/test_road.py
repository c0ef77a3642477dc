"""From a file to the glass, by a program alone: the same actions as on the pages, and the same facts."""

import io

import pytest

from operant.platform.tenancy.ids import parse_public_id
from operant.relay import events as relay
from operant.stage import events as stage
from operant.stage import jobs
from operant.testing.queue import run_jobs
from operant.testing.relay import Tv


@pytest.fixture
def tv():
    tv = Tv()
    tv.say_hello()
    return tv


def csv(text="month,revenue\n2026-01-01,10\n2026-02-01,20\n"):
    file = io.BytesIO(text.encode())
    file.name = "orders.csv"
    return file


def uploaded(mine, cast):
    source = mine.send("sources", csv()).json()["id"]
    jobs.convert(organization_id=str(cast.harbour.pk), ids=[str(parse_public_id("src", source))])
    return source


def test_from_a_file_to_the_glass(cast, mine, tv, announced):
    source = uploaded(mine, cast)
    assert mine.get(f"sources/{source}").json()["state"] == "ready"
    [table] = mine.get(f"sources/{source}/tables").json()["tables"]
    assert (table["name"], table["rows"]) == ("orders", 2)
    assert mine.get(f"sources/{source}/rows?limit=1").json()["rows"] == [["2026-01-01", 10]]
    asked = mine.post(f"sources/{source}/queries", {"sql": "select sum(revenue) as revenue from orders"})
    assert (asked.status_code, asked.json()["rows"]) == (200, [[30]])
    made = mine.post("dashboards", {"name": "Pulse", "source": source}).json()
    version = mine.post(f"dashboards/{made['id']}/publications", {"revision": made["revision"], "note": "First"}).json()
    paired = mine.post("screens", {"code": tv.hello["code"], "name": "Lobby", "dashboard": made["id"]}).json()
    tv.ask_pairing()
    tv.beat(version=version["id"])
    screen = mine.get(f"screens/{paired['id']}").json()
    assert screen["status"] == "online"
    assert (screen["dashboard"]["published"]["number"], screen["rendered"]["id"]) == (1, version["id"])
    run_jobs()
    results = mine.get(f"dashboards/{made['id']}/results").json()
    assert results["version"] == {"id": version["id"], "number": 1}
    assert {each["state"] for each in results["results"].values()} == {"ok"}
    told = [type(each) for each in announced if each.NAME.split(".")[0] in {"stage", "relay"}]
    assert told == [
        stage.SourceUploaded, stage.SourceConverted, stage.DashboardCreated, stage.DashboardPublished, relay.ScreenPaired,
    ]  # fmt: skip


def test_a_screen_is_changed_asked_and_unpaired(mine, pulse, tv):
    screen = mine.post("screens", {"code": tv.hello["code"], "name": "Lobby"}).json()
    address = f"screens/{screen['id']}"
    changed = mine.patch(address, {"name": "Hall", "theme": "light", "dashboard": pulse.public_id}).json()
    assert (changed["name"], changed["theme"], changed["dashboard"]["name"]) == ("Hall", "light", "Company pulse")
    assert mine.patch(address, {"dashboard": None}).json()["dashboard"] is None
    command = mine.post(f"{address}/commands", {"kind": "identify"}).json()
    assert [each["id"] for each in mine.get(f"{address}/commands").json()["entries"]] == [command["id"]]
    assert [mine.delete(address).status_code, mine.delete(address).status_code] == [204, 404]


def test_codes_are_not_for_guessing(mine, tv):
    tries = [mine.post("screens", {"code": "ZZZZZZ", "name": "Lobby"}).status_code for _ in range(7)]
    assert tries == [404] * 5 + [429] * 2


def test_a_dashboard_is_deleted_brought_back_copied_and_restored(mine, pulse, orders):
    address = f"dashboards/{pulse.public_id}"
    assert mine.delete(f"sources/{orders.public_id}").status_code == 409
    assert [mine.delete(address).status_code, mine.get(address).status_code] == [204, 404]
    assert mine.post(f"{address}/return").json()["name"] == "Company pulse"
    assert mine.post(f"{address}/copies").json()["name"] == "Company pulse (copy)"
    first = mine.get(f"{address}/versions/1").json()
    assert mine.post(f"{address}/versions/1/restoration").json()["document"] == first["document"]


def test_what_was_read_is_not_sent_again(mine, pulse):
    first = mine.get("dashboards")
    again = mine.get("dashboards", if_none_match=first["ETag"])
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    mine.patch(f"dashboards/{pulse.public_id}", {"name": "Renamed"})
    assert mine.get("dashboards", if_none_match=first["ETag"]).status_code == 200


def test_people_are_invited_changed_and_removed(cast, mine):
    invited = mine.post("invitations", {"email": "Dora@Harbour.example", "role": "viewer"}).json()
    assert [each["email"] for each in mine.get("invitations").json()["entries"]] == ["dora@harbour.example"]
    assert mine.delete(f"invitations/{invited['id']}").status_code == 204
    members = {each["name"]: each["id"] for each in mine.get("members").json()["entries"]}
    assert mine.patch(f"members/{members['Ben']}", {"role": "viewer"}).json()["role"] == "viewer"
    assert mine.patch(f"members/{members['Ben']}", {"role": "owner"}).status_code == 403
    assert mine.patch(f"members/{members['Ada']}", {"role": "viewer"}).status_code == 403
    assert mine.delete(f"members/{members['Cleo']}").status_code == 204
    assert {each["name"] for each in mine.get("members").json()["entries"]} == {"Ada", "Ann", "Ben"}


def test_the_organization_is_changed(mine):
    changed = mine.patch("organization", {"time_zone": "Europe/Berlin", "locale": "de-DE"}).json()
    assert (changed["name"], changed["time_zone"], changed["locale"]) == ("Harbour", "Europe/Berlin", "de-DE")
    for wrong in ({"time_zone": "Mars/Base"}, {"locale": "xx"}, {}, {"name": None}):
        assert mine.patch("organization", wrong).status_code == 422
