from datetime import timedelta

import pytest
from django.core.cache import cache

from operant.platform import clock
from operant.relay.models import Pairing, Screen
from operant.relay.tests.helpers import claimed
from operant.testing.relay import Tv

PAIR = "/o/harbour/screens/pair"


def test_the_code_leads_to_what_is_asked(cast, tv, signed_in, board):
    tv.say_hello(model="Samsung QM55")
    page = signed_in(cast.ann).get(f"{PAIR}?code={tv.hello['code'].lower()}").content.decode()
    for shown in ("Samsung QM55", "Chromium 120", "1920 × 1080", "10.0.0.7", board.name):
        assert shown in page


def test_pairing_on_the_page_makes_a_screen(cast, tv, signed_in, board):
    tv.say_hello()
    client = signed_in(cast.ann)
    body = {
        "code": f" {tv.hello['code'][:3]}-{tv.hello['code'][3:].lower()} ",
        "name": "Lobby",
        "dashboard": board.public_id,
    }
    answer = client.post(PAIR, body)
    with cast.at_harbour():
        screen = Screen.objects.get()
    assert (screen.name, screen.dashboard_id, screen.paired_by_id) == ("Lobby", board.pk, cast.ann.pk)
    assert answer.headers["Location"] == f"/o/harbour/screens/{screen.public_id}/"
    assert tv.ask_pairing().json()["name"] == "Lobby"
    assert client.post(PAIR, body).status_code == 422


@pytest.mark.parametrize("body", [{"name": ""}, {"name": "x" * 81}, {"name": "Lobby", "dashboard": "dsh_x"}])
def test_bad_input_keeps_the_code(cast, tv, signed_in, body):
    tv.say_hello()
    answer = signed_in(cast.ann).post(PAIR, {"code": tv.hello["code"], **body})
    assert answer.status_code == 422
    assert tv.hello["code"] in answer.content.decode()
    assert Pairing.objects.get().is_open


def test_a_code_that_nobody_shows_gets_a_sentence(cast, tv, signed_in, frozen):
    tv.say_hello()
    clock.advance(timedelta(minutes=10))
    answer = signed_in(cast.ann).get(f"{PAIR}?code={tv.hello['code']}")
    assert answer.status_code == 422
    assert "No screen shows this code now." in answer.content.decode()


def test_the_sixth_wrong_code_in_a_minute_is_refused_even_if_it_is_right(cast, tv, signed_in):
    tv.say_hello()
    client = signed_in(cast.ann)
    for number in range(5):
        assert client.post(PAIR, {"code": f"AAAAA{number}", "name": "x"}).status_code == 422
    for answer in (
        client.get(f"{PAIR}?code={tv.hello['code']}"),
        client.post(PAIR, {"code": tv.hello["code"], "name": "x"}),
    ):
        assert answer.status_code == 429
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert Pairing.objects.get().is_open


def test_tries_are_counted_for_the_person_and_for_the_address(cast, signed_in):
    for number in range(5):
        signed_in(cast.ann).get(f"{PAIR}?code=BAD{number}", REMOTE_ADDR=f"10.0.1.{number}")
    assert signed_in(cast.ann).get(f"{PAIR}?code=BAD9", REMOTE_ADDR="10.0.1.9").status_code == 429
    assert signed_in(cast.ada).get(f"{PAIR}?code=BAD9", REMOTE_ADDR="10.0.1.9").status_code == 422
    cache.clear()
    for number in range(5):
        signed_in([cast.ann, cast.ada][number % 2]).get(f"{PAIR}?code=BAD{number}")
    assert signed_in(cast.mallory).get("/o/meadow/screens/pair?code=BAD9").status_code == 429


def test_codes_that_are_right_cost_nothing(cast, tv, signed_in):
    tv.say_hello()
    client = signed_in(cast.ann)
    assert [client.get(f"{PAIR}?code={tv.hello['code']}").status_code for _ in range(12)] == [200] * 12


def test_a_colleague_who_was_faster_is_told_of(cast, tv, signed_in):
    tv.say_hello()
    claimed(cast, tv)
    answer = signed_in(cast.ada).post(PAIR, {"code": tv.hello["code"], "name": "Again"})
    assert answer.status_code == 422
    with cast.at_harbour():
        assert Screen.objects.count() == 1


@pytest.mark.parametrize("who", ["ben", "cleo"])
def test_only_admins_pair(cast, tv, signed_in, who):
    tv.say_hello()
    client = signed_in(getattr(cast, who))
    assert client.get(PAIR).status_code == 403
    assert client.post(PAIR, {"code": tv.hello["code"], "name": "x"}).status_code == 403
    assert "role admin or owner" in client.get("/pair?code=K7M4QX").content.decode()


def test_the_qr_code_leads_on_to_the_one_organization(cast, signed_in):
    answer = signed_in(cast.ann).get("/pair?code=k7m-4qx")
    assert answer.headers["Location"] == f"{PAIR}?code=K7M4QX"
    assert signed_in(cast.ann).get("/pair").headers["Location"] == PAIR


def test_somebody_with_several_organizations_chooses(cast, signed_in):
    from operant.panel.organizations import actions

    actions.found(name="Quay", owner=cast.ann)
    page = signed_in(cast.ann).get("/pair?code=K7M4QX").content.decode()
    assert f"{PAIR}?code=K7M4QX" in page
    assert "/o/quay/screens/pair?code=K7M4QX" in page


def test_the_player_page_sets_no_cookie_and_is_not_stored(cast, client, tmp_path, monkeypatch):
    from operant.relay.web import player

    made = tmp_path / "manifest.json"
    made.write_text(
        '{"frontend/apps/player/main.ts": {"file": "player-a1b2c3d4.js", "assets": ["i.woff2"]},'
        ' "style.css": {"file": "p.css"}}'
    )
    monkeypatch.setattr(player, "MANIFEST", made)
    client.cookies["ot-session"] = "somebody"
    page = client.get("/tv")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.headers
    assert "media-src 'self'" in page.headers["Content-Security-Policy"]
    for part in ("/static/dist/player/player-a1b2c3d4.js", "/static/dist/player/p.css", "/static/dist/player/i.woff2"):
        assert part in page.content.decode()
    monkeypatch.setattr(player, "MANIFEST", tmp_path / "none.json")
    assert client.get("/tv").status_code == 503


def test_the_worker_may_keep_the_player_page(client, db):
    answer = client.get("/tv/sw.js")
    assert (answer.status_code, answer.headers["Service-Worker-Allowed"]) == (200, "/tv")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "Set-Cookie" not in answer.headers


def test_a_device_takes_the_place_of_another_from_the_page(cast, screen, tv, signed_in):
    other = Tv()
    other.say_hello(model="New model")
    client = signed_in(cast.ann)
    page = client.get(f"/o/harbour/screens/pair?code={other.hello['code']}&screen={screen.public_id}")
    assert f'<option value="{screen.public_id}" selected>Lobby</option>' in page.content.decode()
    assert client.post("/o/harbour/screens/pair", {"code": other.hello["code"], "screen": ""}).status_code == 422
    done = client.post("/o/harbour/screens/pair", {"code": other.hello["code"], "screen": screen.public_id}, follow=True)
    assert "Ann gave the screen Lobby another device: New model" in done.content.decode()
    assert (other.ask_pairing().json()["screen"], tv.renew().status_code) == (screen.public_id, 401)
