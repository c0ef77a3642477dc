"""What dashboards show that no query gives."""

import json
import struct
import zlib
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from operant.panel.organizations import actions as settings
from operant.panel.organizations import queries as organizations
from operant.platform import clock, tenancy
from operant.platform.files.models import File
from operant.stage import actions, clipping, events, framing, pictures, queries
from operant.stage import document as documents
from operant.stage.text import InvalidText, read, written
from operant.testing.cast import signed_in

from .test_document import document, problems, widget


def png(shade=0):
    rows = b"\0" + bytes([shade, 0, 0])
    parts = [(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)), (b"tEXt", b"Author\0Ben"), (b"IDAT", zlib.compress(rows)),
             (b"IEND", b"")]  # fmt: skip
    chunks = [struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def upload(shade=0, name="plan.png"):
    return SimpleUploadedFile(name, png(shade))


def showing(name):
    return document([widget(kind="image", options={"picture": name, "alt": "Plan", "fit": "cover"})])


KINDS = [
    ("image", {"picture": "", "alt": "Plan", "fit": "cover"}),
    ("clock", {"zone": "America/New_York", "hours": "12", "seconds": True, "date": False}),
    ("countdown", {"to": "2026-12-31T18:00", "zone": "Europe/Berlin", "unit": "days", "after": "Happy new year"}),
    ("qr", {"text": "https://example.com/menu", "caption": "Menu"}),
    ("web", {"address": "https://example.com/weather", "refresh_seconds": 300}),
]


@pytest.mark.parametrize(("kind", "options"), KINDS)
def test_each_kind_is_kept_as_it_was_sent_and_begins_with_nothing(kind, options):
    for chosen in (options, {}):
        raw = document([widget(kind=kind, options=chosen)])
        assert documents.parse(raw).as_sent() == raw


WRONG = [
    ("clock", {"zone": "Europe/Nowhere"}, "zone", "This is no time zone. Write it like Europe/Berlin, or leave it empty."),
    ("clock", {"hours": "13"}, "hours", "This must be '24' or '12'."),
    ("countdown", {"to": "tomorrow"}, "to", "This is no date with a time. Write it like 2026-12-31T18:00."),
    ("countdown", {"to": "2026-02-30T18:00"}, "to", "This is no date with a time. Write it like 2026-12-31T18:00."),
    ("qr", {"text": "x" * 401}, "text", "This is longer than 400 characters."),
    ("web", {"refresh_seconds": -1}, "refresh_seconds", "This must be at least 0."),
    ("image", {"picture": "../etc/passwd"}, "picture", "This is not written the way it must be."),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "options", "where", "sentence"), WRONG)
def test_a_bad_option_is_refused_with_what_to_write(kind, options, where, sentence):
    assert problems(document([widget(kind=kind, options=options)])) == [(f"widgets.0.options.{where}", sentence)]


ADDRESSES = ["http://example.com", "https://", "javascript:alert(1)", "https://ben:secret@example.com", "https://a b.example",
             "//example.com", "https://example.com:0", "data:text/html,x", "https://example.com;script-src",
             "https://exa'mple.com", "https://münchen..example"]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_whole_secure_addresses_are_framed(address):
    sentence = "This must be a whole address that begins with https://, without a password in it."
    assert problems(document([widget(kind="web", options={"address": address})])) == [("widgets.0.options.address", sentence)]


@pytest.mark.parametrize("kind", [kind for kind, _ in KINDS])
def test_nothing_is_asked_for_them(kind):
    sentence = f"A widget of the kind {kind} has no query."
    assert problems(document([widget(kind=kind, options={}, query="q1")])) == [("widgets.0.query", sentence)]


@pytest.fixture
def board(cast):
    with cast.at_harbour(cast.ben):
        return actions.create(name="Foyer", by=cast.ben)


def test_a_picture_is_kept_once_without_what_is_not_picture_and_told(cast, board, announced):
    with cast.at_harbour(cast.ben):
        announced.clear()
        kept = actions.add_picture(dashboard=board, upload=upload(), file_name="a.png")
        again = actions.add_picture(dashboard=board, upload=upload(), file_name="b.png")
        other = actions.add_picture(dashboard=board, upload=upload(200, "c.png"), file_name="c.png")
        with kept.open() as content:
            assert b"Author" not in content.read()
        assert [kept.pk == again.pk, kept.pk == other.pk, File.objects.count()] == [True, False, 2]
    told = {"dashboard_id": board.public_id, "dashboard": "Foyer"}
    assert announced == [events.PictureAdded(**told, picture="a.png"), events.PictureAdded(**told, picture="c.png")]


def test_the_logo_is_no_picture_of_dashboards(cast, board):
    with cast.at_harbour(cast.ann):
        settings.put_logo(organization=organizations.organization(), upload=upload(), file_name="logo.png")
        kept = actions.add_picture(dashboard=board, upload=upload(), file_name="a.png")
        settings.remove_logo(organization=organizations.organization())
        assert [each.pk for each in File.objects.all()] == [kept.pk]


def test_a_picture_that_nothing_names_goes_after_thirty_days(cast, board, announced):
    shown = {}
    with clock.frozen() as start:
        with cast.at_harbour(cast.ben):
            for number, place in enumerate(("draft", "version", "earlier", "plan", "deleted", "nothing")):
                kept = actions.add_picture(dashboard=board, upload=upload(100 + number, f"{place}.png"), file_name=f"{place}.png")
                shown[place] = kept

            def put(dashboard, place):
                content = showing(pictures.name(shown[place].organization_id, shown[place].pk))
                return actions.save_draft(dashboard=dashboard, revision=dashboard.revision, document=content)

            saved = put(board, "version")
            version = actions.publish(dashboard=saved, revision=saved.revision, by=cast.ben)
            put(queries.dashboard(board.pk), "earlier")
            actions.restore(version=version)
            planned = put(actions.create(name="Planned", by=cast.ben), "plan")
            actions.plan_publication(
                dashboard=planned, revision=planned.revision, at=start + timedelta(days=90), by=cast.ben
            )
            put(queries.dashboard(planned.pk), "draft")
            gone = put(actions.create(name="Gone", by=cast.ben), "deleted")
            actions.archive(dashboard=gone)
            announced.clear()
        swept = []
        for days in (0, 29, 30):
            clock.advance(timedelta(days=days) - (clock.now() - start))
            with cast.at_harbour():
                swept.append(actions.forget_pictures())
    assert swept == [0, 0, 1]
    with cast.at_harbour():
        assert set(File.objects.values_list("name", flat=True)) == {f"{each}.png" for each in shown if each != "nothing"}
    assert announced == [events.PictureForgotten(picture="nothing.png")]


@pytest.mark.parametrize("again", ["named", "uploaded"])
def test_a_picture_that_comes_back_waits_anew(cast, board, again):
    with clock.frozen():
        with cast.at_harbour(cast.ben):
            kept = actions.add_picture(dashboard=board, upload=upload(), file_name="a.png")
            assert actions.forget_pictures() == 0
        clock.advance(timedelta(days=29))
        with cast.at_harbour(cast.ben):
            if again == "named":
                shown = showing(pictures.name(kept.organization_id, kept.pk))
                saved = actions.save_draft(dashboard=board, revision=board.revision, document=shown)
                assert actions.save_draft(dashboard=saved, revision=saved.revision, document=document([])).draft["widgets"] == []
            else:
                assert actions.add_picture(dashboard=board, upload=upload(), file_name="b.png") == kept
        found = []
        for days in (1, 29, 1):
            clock.advance(timedelta(days=days))
            with cast.at_harbour():
                found.append(actions.forget_pictures())
    # The day on which it was seen unused again counts, not the first one.
    assert found == [0, 0, 1]


def test_the_logo_is_not_swept_however_long_nothing_names_it(cast, board):
    with cast.at_harbour(cast.ann):
        settings.put_logo(organization=organizations.organization(), upload=upload(), file_name="logo.png")
        File.objects.update(unused_since=clock.now() - timedelta(days=90))
        assert (actions.forget_pictures(), File.objects.count()) == (0, 1)


def test_a_name_says_whose_picture_it_is_and_has_one_spelling():
    organization_id, file_id = uuid4(), uuid4()
    name = pictures.name(organization_id, file_id)
    assert (len(name), pictures.parts(name)) == (43, (organization_id, file_id))
    others = [name[:-1] + each for each in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" if each != name[-1]]
    same = []
    for each in [*others, name + "A", name[1:], "", "ä" * 43]:
        try:
            same.append(pictures.parts(each) == (organization_id, file_id))
        except pictures.NotFound:
            same.append(False)
    assert same == [False] * len(same)


@pytest.fixture
def named(cast, board):
    with cast.at_harbour(cast.ben):
        kept = actions.add_picture(dashboard=board, upload=upload(), file_name="plan.png")
        return pictures.name(kept.organization_id, kept.pk)


def test_whoever_knows_its_name_sees_a_picture_and_no_other_file(cast, named):
    answer = Client().get(f"/pictures/{named}")
    assert (answer.status_code, answer["Content-Type"], answer.content[:4]) == (200, "image/png", b"\x89PNG")
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    with cast.at_harbour(cast.ben) as _:
        table = File.objects.create(name="t.csv", kind="csv", size=1, sha256="0" * 64, location="nowhere")
        names = [pictures.name(tenancy.current_organization_id(), each) for each in (table.pk, uuid4())]
        foreign = pictures.name(cast.meadow.pk, pictures.parts(named)[1])
    assert [Client().get(f"/pictures/{each}").status_code for each in [*names, foreign, "x"]] == [404] * 4


def test_a_document_names_pictures_of_its_own_organization_only(cast, board, named):
    foreign = pictures.name(cast.meadow.pk, pictures.parts(named)[1])
    with cast.at_harbour(cast.ben):
        saved = actions.save_draft(dashboard=board, revision=board.revision, document=showing(named))
        assert saved.draft["widgets"][0]["options"]["picture"] == named
        for wrong in (foreign, pictures.name(tenancy.current_organization_id(), uuid4())):
            with pytest.raises(documents.InvalidDocument) as refused:
                actions.save_draft(dashboard=board, revision=saved.revision, document=showing(wrong))
            sentence = {"path": "widgets.0.options.picture", "message": "This picture is not here. Upload it."}
            assert refused.value.details == {"fields": [sentence]}
        clip = {"operant": "widgets", "format": 1, "queries": [], "sources": []}
        assert clipping.read({**clip, "widgets": showing(named)["widgets"]})["widgets"] == showing(named)["widgets"]
        with pytest.raises(clipping.Invalid, match="a picture that this organization does not have"):
            clipping.read({**clip, "widgets": showing(foreign)["widgets"]})


def test_as_text_a_picture_keeps_its_name_and_a_missing_one_is_told_with_its_line(cast, board, named):
    words = written(showing(named), {})
    with cast.at_harbour(cast.ben):
        made = actions.create_from_text(words=words, by=cast.ben)
        assert made.draft["widgets"][0]["options"] == showing(named)["widgets"][0]["options"]
    with cast.at_meadow(cast.mallory), pytest.raises(InvalidText) as refused:
        actions.create_from_text(words=words, by=cast.mallory)
    at = next(number for number, line in enumerate(words.splitlines(), 1) if "picture:" in line)
    (wrong,) = refused.value.details["fields"]
    assert (wrong["line"], wrong["message"]) == (at, "This picture is not here. Upload it.")


@pytest.mark.parametrize(("kind", "options"), KINDS)
def test_each_kind_goes_through_text_and_back(cast, kind, options):
    raw = document([widget(kind=kind, options=options)])
    assert read(written(raw, {}), {}, raw) == raw


def test_the_editor_uploads_and_is_told_why_not(cast, board):
    client = signed_in(cast.ben)
    address = f"/o/harbour/dashboards/{board.public_id}/pictures"
    answers = [client.post(address, {"file": file}) for file in (upload(), SimpleUploadedFile("x.svg", b"<svg/>"))]
    answers.append(client.post(address))
    said = [(each.status_code, json.loads(each.content).get("message", "")) for each in answers]
    assert said == [
        (201, ""), (422, "Upload a PNG or JPEG picture. Others, SVG among them, may carry more than a picture."),
        (422, "Choose a picture first."),
    ]  # fmt: skip
    assert Client().get("/pictures/" + json.loads(answers[0].content)["picture"]).status_code == 200
    assert signed_in(cast.cleo).post(address, {"file": upload()}).status_code == 403


FRAMED = document([widget(kind="web", options={"address": "https://Weather.example.com:8443/harbour?a=1&b=<2>"})])


def test_a_page_from_elsewhere_is_framed_by_a_page_that_allows_nothing_else():
    (address,) = framing.frames(FRAMED, ["https://intranet.example.com"]).values()
    answer = Client().get(address)
    policy = dict(each.split(" ", 1) for each in answer["Content-Security-Policy"].split("; "))
    assert policy["frame-src"] == "https://weather.example.com:8443"
    assert policy["frame-ancestors"] == "'self' https://intranet.example.com"
    assert 'src="https://Weather.example.com:8443/harbour?a=1&amp;b=&lt;2&gt;"' in answer.content.decode()
    assert 'sandbox="allow-scripts"' in answer.content.decode()
    assert (answer["Referrer-Policy"], "X-Frame-Options" in answer) == ("no-referrer", False)


def test_what_is_framed_stands_in_no_window_of_its_own():
    (address,) = framing.frames(FRAMED).values()
    asked = [Client().get(address, headers={"Sec-Fetch-Dest": kind}).status_code for kind in ("document", "iframe")]
    assert asked == [404, 200]


def test_a_name_in_other_letters_is_allowed_as_browsers_spell_it():
    assert framing.origin("https://Straße.München.example:8443/a") == "https://strasse.xn--mnchen-3ya.example:8443"


def test_no_link_can_say_what_is_framed():
    (address,) = framing.frames(FRAMED).values()
    forged = (address[:-1] + "~", "/frames/x", "/frames/WyJodHRwczovL2UiXQ:x")
    assert [Client().get(each).status_code for each in forged] == [404] * 3
    assert framing.frames(document([widget()])) == {}


def test_whoever_looks_is_told_where_pages_are_framed(cast, board):
    with cast.at_harbour(cast.ben):
        saved = actions.save_draft(dashboard=board, revision=board.revision, document=FRAMED)
        actions.publish(dashboard=saved, revision=saved.revision, by=cast.ben, note="")
        wanted = framing.frames(queries.dashboard(board.pk).published.document)
    answer = signed_in(cast.cleo).get(f"/o/harbour/dashboards/{board.public_id}/wall")
    assert answer.json()["frames"] == wanted
    page = signed_in(cast.cleo).get(f"/o/harbour/dashboards/{board.public_id}/")
    assert "frame-src 'self';" in page["Content-Security-Policy"] + ";"


def test_a_share_link_frames_them_also_where_its_page_may_be_embedded(cast, board):
    origins = ["https://intranet.example.com"]
    with cast.at_harbour(cast.ada):
        saved = actions.save_draft(dashboard=board, revision=board.revision, document=FRAMED)
        actions.publish(dashboard=saved, revision=saved.revision, by=cast.ada, note="")
        _, token = actions.create_share(dashboard=queries.dashboard(board.pk), name="Board", by=cast.ada, origins=origins)
    page, wall = (Client().get(f"/s/{token}{part}") for part in ("", "/wall"))
    assert wall.json()["frames"] == framing.frames(FRAMED, origins)
    policy = dict(each.split(" ", 1) for each in page["Content-Security-Policy"].split("; "))
    assert (policy["frame-src"], policy["frame-ancestors"]) == ("'self'", "https://intranet.example.com")
