import json
import re

import pytest
from django.urls import reverse

from operant.stage import actions, queries, showing
from operant.testing import stage as things
from operant.testing.api import program


def at(name, *args):
    return reverse(name, args=["harbour", *args])


@pytest.fixture
def pulse(cast, orders):
    """Two versions: a number, then a text of another size."""
    with cast.at_harbour(cast.ben):
        first = things.published(cast.ben, name="Company pulse", content=things.document(orders))
        changed = actions.save_draft(dashboard=first.dashboard, revision=1, document=things.text_document("Company pulse"))
        actions.publish(dashboard=changed, revision=2, by=cast.ben, note="Only words")
        return queries.dashboard(first.dashboard_id)


def page(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def undo_of(page):
    return re.search(r'action="([^"]+)"[^>]*>(?:(?!</form>).)*Undo', page, re.DOTALL)[1].replace("&amp;", "&")


def test_versions_are_listed_with_the_screens_that_show_them(cast, signed_in, pulse, monkeypatch):
    with cast.at_harbour():
        first = queries.numbered(pulse, 1)
    places = [showing.Place("Kitchen", "/kitchen", version=first.pk), showing.Place("Lobby", "/lobby")]
    monkeypatch.setattr(showing, "_asked", [lambda ids: dict.fromkeys(ids, places)])
    lines = b"".join(signed_in(cast.cleo).get(at("dashboard-versions", pulse.pk) + "?format=csv")).decode("utf-8-sig")
    rows = [line.split(",") for line in lines.splitlines()]
    assert [[number, by, screens] for number, _, by, screens in rows] == [
        ["Version", "By", "On screens now"], ["2", "Ben", ""], ["1", "Ben", "Kitchen"],
    ]  # fmt: skip


def test_a_version_is_drawn_as_it_was(cast, signed_in, pulse):
    client = signed_in(cast.cleo)
    found = page(client, at("dashboard-version", pulse.pk, 1))
    wall = at("dashboard-version-wall", pulse.pk, 1)
    assert f'data-wall="{wall}"' in found and "Put it back" not in found
    answer = client.get(wall).json()
    assert (answer["number"], [each["kind"] for each in answer["document"]["widgets"]]) == (1, ["number"])
    assert list(answer["keys"]) == ["q1"]
    page(client, at("dashboard-version", pulse.pk, 9), status=404)


def test_two_versions_stand_side_by_side(cast, signed_in, pulse):
    client = signed_in(cast.ben)
    found = page(client, at("dashboard-comparison", pulse.pk))
    assert [at("dashboard-version-wall", pulse.pk, each) in found for each in (1, 2)] == [True, True]
    marks = [json.loads(each.replace("&quot;", '"')) for each in re.findall(r'data-marks="([^"]+)"', found)]
    assert marks == [{"w1": {"verb": "resized", "word": "Resized, changed"}}] * 2
    same = page(client, at("dashboard-comparison", pulse.pk) + "?before=2&after=draft")
    assert "Version 2 and draft look the same." in same
    assert client.get(at("dashboard-draft-wall", pulse.pk)).json()["document"] == pulse.draft


def test_restoring_and_publishing_again_are_undone_from_the_page(cast, signed_in, pulse):
    client = signed_in(cast.ben)
    client.post(at("dashboard-restoration", pulse.pk, 1))
    client.post(undo_of(page(client, at("dashboard", pulse.pk))))
    with cast.at_harbour():
        assert queries.dashboard(pulse.pk).draft == pulse.draft
    client.post(at("dashboard-republication", pulse.pk, 1) + "?over=2")
    client.post(undo_of(page(client, at("dashboard", pulse.pk))))
    with cast.at_harbour():
        notes = queries.versions(pulse).values_list("number", "note")
        assert list(notes) == [(4, "Version 2 again"), (3, "Version 1 again"), (2, "Only words"), (1, "")]
    assert client.post(at("dashboard-republication", pulse.pk, 1) + "?over=2").status_code == 409
    for over in ("x", "9" * 5_000):
        assert client.post(at("dashboard-republication", pulse.pk, 1) + f"?over={over}").status_code == 422


def test_programs_compare_restore_and_publish_again(cast, pulse):
    mine, one = program(cast.at_harbour, cast.ann), f"dashboards/{pulse.public_id}"
    found = mine.get(f"{one}/changes?before=1&after=2").json()
    assert [(each["part"], each["verbs"]) for each in found["changes"]] == [
        ("widget", ["resized", "changed"]), ("query", ["removed"]),
    ]  # fmt: skip
    assert mine.get(f"{one}/changes?after=x").status_code == 422
    assert mine.post(f"{one}/versions/1/restoration").json()["revision"] == 3
    assert mine.post(f"{one}/draft/return").json()["document"] == pulse.draft
    assert mine.post(f"{one}/draft/return").status_code == 409
    published = mine.post(f"{one}/versions/1/publication", {"note": "As in spring", "over": 2})
    assert (published.status_code, published.json()["number"], published.json()["note"]) == (201, 3, "As in spring")
    assert mine.post(f"{one}/versions/2/publication", {"over": 2}).status_code == 409


def test_a_draft_is_edited_as_text(cast, signed_in, pulse):
    client, address = signed_in(cast.ben), at("dashboard-text", pulse.pk)
    said = client.get(at("dashboard-text-file", pulse.pk))
    assert said.headers["Content-Disposition"] == 'attachment; filename="company-pulse.yaml"'
    words = said.content.decode()
    wrong = client.post(address, {"text": words.replace("w: 8", "w: 99"), "revision": 2})
    assert wrong.status_code == 422
    found = wrong.content.decode()
    assert "widgets.text.place.w" in found and "w: 99" in found and "Line 9" in found
    for revision in (1, "9" * 5_000):
        assert client.post(address, {"text": words.replace("w: 8", "w: 9"), "revision": revision}).status_code == 409
    client.post(address, {"text": words.replace("w: 8", "w: 9").replace("\n", "\r\n"), "revision": 2})
    with cast.at_harbour():
        assert queries.dashboard(pulse.pk).draft["widgets"][0]["w"] == 9
    client.post(undo_of(page(client, at("dashboard", pulse.pk))))
    with cast.at_harbour():
        assert queries.dashboard(pulse.pk).draft == pulse.draft
    viewer = signed_in(cast.cleo)
    assert "Replace the draft" not in page(viewer, address)
    assert viewer.post(address, {"text": words}).status_code == 403


def test_programs_read_and_write_texts(cast, pulse):
    mine, one = program(cast.at_harbour, cast.ann), f"dashboards/{pulse.public_id}/text"
    draft, first = mine.get(one).json(), mine.get(f"{one}?version=1").json()
    assert (draft["revision"], first["revision"], "source: Orders" in first["text"]) == (2, None, True)
    assert mine.put(one, {"text": draft["text"]}).json() == draft
    assert mine.put(one, {"text": first["text"], "revision": 2}).json()["revision"] == 3
    assert mine.put(one, {"text": first["text"], "revision": 2}).json()["code"] == "changed"
    refused = mine.put(one, {"text": "format: 1\ntitle: *x"}).json()
    assert refused["detail"].startswith("Line 2: Anchors and aliases")
    made = mine.post("dashboards/text", {"text": first["text"].replace("Company pulse", "Copied")})
    assert (made.status_code, made.json()["name"]) == (201, "Copied")
