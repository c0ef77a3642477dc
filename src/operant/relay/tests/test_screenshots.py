from base64 import b64decode
from datetime import timedelta

import pytest

from operant.platform import clock
from operant.platform.tenancy.ids import public_id
from operant.relay import events, jobs
from operant.relay.actions import keeping, pairing
from operant.relay.models import Command, Pairing, Screenshot
from operant.relay.tokens import hashed_code
from operant.testing import api
from operant.testing.cast import signed_in
from operant.testing.pictures import jpeg, png
from operant.testing.relay import Tv, paired

PICTURE = jpeg(960, 540)


@pytest.fixture
def asked(cast, screen):
    """Return a function: ask the lobby's screen for something, and get the public id of that."""

    def ask(kind="screenshot", of=screen, scope=cast.at_harbour, by=cast.ben):
        with scope(by):
            return public_id("cmd", keeping.send(screen=of, kind=kind, by=by).pk)

    return ask


@pytest.fixture
def kept(cast):
    """Return a function: the pictures that Harbour has, by screen."""

    def read():
        with cast.at_harbour():
            return {each.screen.name: bytes(each.jpeg) for each in Screenshot.objects.select_related("screen")}

    return read


def send(tv, command, content=PICTURE, version=None):
    more = f"&version={version}" if version else ""
    headers = {"authorization": f"Bearer {tv.access}"}
    return tv.client.post(f"/relay/screenshot?command={command}{more}", content, content_type="image/jpeg", headers=headers)


def state(cast, command):
    with cast.at_harbour():
        return next(each.state for each in Command.objects.all() if public_id("cmd", each.pk) == command)


def test_a_screen_that_was_asked_sends_its_picture_once(cast, screen, tv, board, asked, kept, announced, frozen):
    tv.renew()
    command = asked()
    announced.clear()
    assert send(tv, command, version=board.published.public_id).status_code == 204
    assert (kept(), state(cast, command)) == ({"Lobby": PICTURE}, "done")
    with cast.at_harbour():
        row = Screenshot.objects.get()
    assert (row.version, row.taken_at) == (board.published_id, frozen)
    # What the player says afterwards, and a second picture, change nothing.
    assert tv.post("acknowledgement", {"command": command, "outcome": "done"}).status_code == 204
    again = send(tv, command, jpeg(100, 100))
    assert (again.status_code, again.json()["error"]) == (410, "gone")
    assert kept() == {"Lobby": PICTURE}
    assert announced == [events.CommandDone(screen_id=screen.public_id, name="Lobby", kind="send its picture")]


def test_the_newest_takes_the_place_of_the_one_before(screen, tv, asked, kept):
    assert send(tv, asked()).status_code == 204
    newer = jpeg(960, 400)
    assert send(tv, asked(), newer).status_code == 204
    assert kept() == {"Lobby": newer}


def test_nothing_is_taken_that_nobody_asked_for(cast, screen, tv, asked, kept):
    other, theirs = Tv(), Tv()
    paired(other, cast.at_harbour, cast.ann, name="Kitchen")
    wall = paired(theirs, cast.at_meadow, cast.mallory, name="Meadow wall")
    command = asked()
    foreign = asked(of=wall, scope=cast.at_meadow, by=cast.mallory)
    answers = [send(other, command), send(theirs, command), send(tv, foreign), send(tv, "cmd_x"), send(tv, "")]
    assert [each.status_code for each in answers] == [404, 404, 404, 404, 422]
    # A command of another kind is no way in either.
    assert send(tv, asked("identify")).status_code == 410
    assert (kept(), state(cast, command)) == ({}, "sent")
    assert send(tv, command).status_code == 204


def test_a_forged_credential_sends_nothing(cast, screen, tv, asked, kept):
    command, good = asked(), tv.access
    for token in ("", "x.y.z", good[:-2] + ("AA" if not good.endswith("AA") else "BB")):
        tv.access = token
        assert send(tv, command).status_code == 401
    assert kept() == {}


def test_what_comes_too_late_is_not_kept(screen, tv, asked, kept, frozen):
    tv.renew()
    command = asked()
    clock.advance(timedelta(minutes=10))
    assert (send(tv, command).status_code, kept()) == (410, {})


def test_what_was_answered_with_a_failure_is_not_waited_for(cast, screen, tv, asked, kept):
    command = asked()
    tv.post("acknowledgement", {"command": command, "outcome": "failed", "reason": "This engine cannot draw itself."})
    assert (send(tv, command).status_code, kept(), state(cast, command)) == (410, {}, "failed")


@pytest.mark.parametrize(
    "content",
    [
        b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", png(10, 10), PICTURE[:60], b"\xff\xd8\xff\xd9",
        jpeg(1025, 10), jpeg(10, 1025), PICTURE[:-2] + b"\xff\xda",
    ],
    ids=["empty", "svg", "gif", "png", "cut off", "hollow", "wide", "high", "broken"],
)  # fmt: skip
def test_what_is_no_jpeg_of_that_size_is_refused(cast, screen, tv, asked, kept, content):
    command = asked()
    assert (send(tv, command, content).status_code, kept(), state(cast, command)) == (422, {}, "sent")


def test_what_is_too_large_is_refused_unread(cast, screen, tv, asked, kept):
    command = asked()
    answer = send(tv, command, PICTURE + b"x" * 200_000)
    assert (answer.status_code, answer.json()["error"], kept()) == (413, "too_large", {})
    assert state(cast, command) == "sent"


def test_nothing_but_the_picture_is_kept(screen, tv, asked, kept):
    note = b"\xff\xfe" + (2 + 14).to_bytes(2, "big") + b"ada@harbour.ex"
    noted = PICTURE[:2] + note + PICTURE[2:] + b"<script>alert(1)</script>"
    assert send(tv, asked(), noted).status_code == 204
    assert kept() == {"Lobby": PICTURE}


def test_a_version_that_was_never_published_here_is_refused(cast, screen, tv, asked, kept):
    assert (send(tv, asked(), version="ver_1111111111111111111111").status_code, kept()) == (422, {})


def test_it_leaves_with_its_screen(cast, screen, tv, asked, kept):
    send(tv, asked())
    with cast.at_harbour(cast.ann):
        keeping.unpair(screen=screen)
    assert kept() == {}


def test_it_leaves_with_its_device(cast, screen, tv, asked, kept):
    send(tv, asked())
    new = Tv(address="10.0.0.8")
    new.say_hello()
    with cast.at_harbour(cast.ann):
        device = Pairing.objects.get(code_hash=hashed_code(new.hello["code"]))
        pairing.replace(device=device, screen=screen, by=cast.ann)
    assert kept() == {}


def test_it_is_forgotten_after_a_week(cast, screen, tv, asked, kept, frozen):
    tv.renew()
    send(tv, asked())
    clock.advance(timedelta(days=7) - timedelta(seconds=1))
    jobs.forget_screenshots(organization_id=str(cast.harbour.pk))
    assert kept() == {"Lobby": PICTURE}
    clock.advance(timedelta(seconds=1))
    jobs.forget_screenshots(organization_id=str(cast.meadow.pk))
    assert kept() == {"Lobby": PICTURE}
    jobs.forget_screenshots(organization_id=str(cast.harbour.pk))
    assert kept() == {}


def test_its_page_says_what_became_of_it(cast, screen, tv, board, asked, frozen):
    tv.renew()
    page = f"/o/harbour/screens/{screen.public_id}/"
    ben = signed_in(cast.ben)

    def words():
        return " ".join(ben.get(page).content.decode().split('id="screen-shot"')[1].split("</section>")[0].split())

    assert "Nobody has asked for one." in words()
    ben.post(page + "commands", {"kind": "screenshot"})
    assert "Asked, waits for the screen" in words()
    command = tv.get("poll").json()["commands"][0]
    assert command["kind"] == "screenshot"
    tv.post("acknowledgement", {"command": command["id"], "outcome": "heard"})
    assert "It draws its picture" in words()
    send(tv, command["id"], version=board.published.public_id)
    assert f"It shows version 1 of {board.name}." in words()
    clock.advance(timedelta(minutes=1))
    tv.post("acknowledgement", {"command": asked(), "outcome": "failed", "reason": "This engine cannot draw itself."})
    assert ("This engine cannot draw itself." in words(), "It shows version 1" in words()) == (True, True)
    clock.advance(timedelta(minutes=1))
    asked()
    clock.advance(timedelta(minutes=10))
    assert "It did not answer" in words()


def test_it_is_shown_to_whoever_sees_screens_and_to_nobody_else(cast, screen, tv, asked):
    address = f"/o/harbour/screens/{screen.public_id}/screenshot"
    assert signed_in(cast.cleo).get(address).status_code == 404
    send(tv, asked())
    shown = signed_in(cast.cleo).get(address)
    assert (shown.status_code, shown.headers["Content-Type"], shown.content) == (200, "image/jpeg", PICTURE)
    assert shown.headers["Cache-Control"] == "private, no-store"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert signed_in(cast.mallory).get(address).status_code == 404
    assert signed_in(cast.mallory).get(address.replace("harbour", "meadow")).status_code == 404


def test_a_viewer_cannot_ask_for_one(cast, screen):
    page = f"/o/harbour/screens/{screen.public_id}/"
    assert signed_in(cast.cleo).post(page + "commands", {"kind": "screenshot"}).status_code == 403
    assert b'value="screenshot"' not in signed_in(cast.cleo).get(page).content


def test_a_program_asks_for_one_and_gets_it(cast, screen, tv, board, frozen):
    tv.renew()
    program = api.Program(api.made(cast.at_harbour, cast.ann)[1])
    address = f"screens/{screen.public_id}"
    assert program.get(address + "/screenshot").status_code == 404
    command = program.post(address + "/commands", {"kind": "screenshot"}).json()
    assert (command["kind"], command["state"]) == ("screenshot", "sent")
    send(tv, command["id"], version=board.published.public_id)
    told = program.get(address + "/screenshot").json()
    assert b64decode(told.pop("jpeg")) == PICTURE
    assert told == {"taken_at": told["taken_at"], "version": {"id": board.published.public_id, "number": 1}}
    assert program.get(address + "/commands").json()["entries"][0]["state"] == "done"
    stranger = api.Program(api.made(cast.at_meadow, cast.mallory)[1])
    assert stranger.get(address + "/screenshot").status_code == 404
