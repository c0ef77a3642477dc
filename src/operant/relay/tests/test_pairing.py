import re
from datetime import timedelta

import pytest
from django.db import connection

from operant.platform import clock
from operant.platform.refusals import Gone
from operant.platform.ui import qr
from operant.relay import events, tokens
from operant.relay.actions import pairing
from operant.relay.models import Pairing, Screen
from operant.relay.queries import devices
from operant.relay.tests.helpers import claimed
from operant.testing.queue import run_chore
from operant.testing.relay import AGENT, Tv, heartbeat, paired


def test_hello_shows_a_code_without_look_alikes(cast, tv, settings):
    told = tv.say_hello(model="Samsung QM55").json()
    assert re.fullmatch(r"[ACDEFGHJKLMNPQRTVWXY34679]{6}", told["code"])
    assert told["url"] == f"{settings.PUBLIC_URL}/pair?code={told['code']}"
    assert told["expires_in"] == 600
    drawing = qr.draw(told["url"])
    assert (told["qr"], told["qr_size"]) == (drawing.path, drawing.size)
    found = Pairing.objects.get()
    assert (found.model, found.viewport_width, found.browser, found.address) == (
        "Samsung QM55",
        1920,
        "Chromium 120",
        "10.0.0.7",
    )


def test_nothing_of_the_user_agent_line_is_kept(cast, tv):
    tv.say_hello()
    kept = " ".join(str(value) for value in vars(Pairing.objects.get()).values())
    assert Pairing.objects.get().model == "webOS"
    assert not [word for word in AGENT.split() if len(word) > 8 and word in kept]


def test_a_claimed_device_gets_its_credential_once(cast, tv, announced):
    tv.say_hello()
    assert tv.ask_pairing().status_code == 204
    screen = claimed(cast, tv)
    told = tv.ask_pairing()
    assert told.status_code == 200
    assert told.json() | {"access": "", "refresh": ""} == {
        "screen": screen.public_id,
        "name": "Lobby",
        "access": "",
        "refresh": "",
        "access_expires_in": 900,
    }
    again = tv.ask_pairing()
    assert (again.status_code, again.json()["error"]) == (410, "gone")
    assert announced[-1] == events.ScreenPaired(screen_id=screen.public_id, name="Lobby", dashboard="", paired_by="Ann")


def test_the_secret_polls_and_the_code_does_not(cast, tv):
    tv.say_hello()
    claimed(cast, tv)
    for body in (
        {"device": tv.hello["device"], "secret": tv.hello["code"]},
        {"device": tv.hello["device"], "secret": ""},
        {"device": "dev_1", "secret": tv.hello["secret"]},
    ):
        assert tv.post("pairing", body).status_code == 410
    assert tv.ask_pairing().status_code == 200


def test_a_code_expires_after_ten_minutes(cast, tv, frozen):
    tv.say_hello()
    clock.advance(timedelta(minutes=10))
    assert tv.ask_pairing().status_code == 410
    with pytest.raises(Gone):
        claimed(cast, tv)


def test_expired_devices_are_forgotten(cast, tv, frozen):
    tv.say_hello()
    clock.advance(timedelta(minutes=11))
    Tv().say_hello()
    run_chore("relay.forget_pairings")
    assert devices.by_code(tv.hello["code"]) is None
    assert Pairing.objects.count() == 1


def test_what_is_kept_of_a_code_does_not_tell_it(tv, db, settings):
    tv.say_hello()
    code = tv.hello["code"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT relay_pairing::text FROM relay_pairing")
        ((kept,),) = cursor.fetchall()
    told = code, code.encode().hex(), tokens.hashed(code).hex()
    assert [each for each in told if each in kept] == []
    assert devices.by_code(code) == Pairing.objects.get()
    settings.SECRET_KEY = "another installation's"
    assert devices.by_code(code) is None


def test_two_people_who_type_the_same_code_make_one_screen(cast, tv):
    tv.say_hello()
    device = Pairing.objects.get()
    with cast.at_harbour(cast.ann):
        pairing.pair(device=device, name="Lobby", dashboard=None, by=cast.ann)
    with cast.at_meadow(cast.mallory), pytest.raises(Gone):
        pairing.pair(device=device, name="Stolen", dashboard=None, by=cast.mallory)
    with cast.at_meadow():
        assert Screen.objects.count() == 0


def test_a_screen_unpaired_before_it_asked_gets_nothing(cast, tv):
    from operant.relay.actions import keeping

    tv.say_hello()
    screen = claimed(cast, tv)
    with cast.at_harbour(cast.ann):
        keeping.unpair(screen=screen)
    assert tv.ask_pairing().status_code == 410


def test_an_address_that_asks_for_codes_all_the_time_is_slowed_down(cast, tv, frozen, monkeypatch):
    monkeypatch.setattr(pairing, "HELLOS_A_MINUTE", 3)
    assert [tv.say_hello().status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = tv.say_hello()
    assert int(refused.headers["Retry-After"]) == 60
    assert Tv(address="10.0.0.8").say_hello().status_code == 200
    clock.advance(timedelta(seconds=61))
    assert tv.say_hello().status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"[]", b"{", b'{"viewport": {"w": 1, "h": 1}, "serial": "123"}',
        b'{"viewport": {"w": "1", "h": 1}}',
        b'{"viewport": {"w": -1, "h": 1}}', b'{"viewport": {"w": 1, "h": 40000}}', b'{"model": "x"}',
        b'{"viewport": {"w": 1, "h": 1}, "model": "' + b"x" * 61 + b'"}', b"\xff\xfe",
        b'{"viewport": {"w": 1, "h": 1}, "model": "a\\u0000b"}',
    ],
)  # fmt: skip
def test_malformed_hellos_get_a_sentence(cast, tv, body):
    answer = tv.post("hello", body)
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid")
    assert answer.json()["message"]
    assert Pairing.objects.count() == 0


def test_a_huge_hello_is_not_read(cast, tv):
    answer = tv.post("hello", b" " * 9000)
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")


def test_devices_get_no_cookie_and_answers_are_not_stored(cast, tv):
    response = tv.say_hello()
    assert not response.cookies
    assert response.headers["Cache-Control"] == "no-store"
    assert tv.client.get("/relay/hello").status_code == 405


def test_a_whole_pairing_ends_with_a_screen_online(cast, tv, board, fresh):
    screen = paired(tv, cast.at_harbour, cast.ann, dashboard=board)
    assert fresh(screen).state == "never_seen"
    assert tv.beat(heartbeat()).status_code == 200
    assert fresh(screen).state == "online"


def test_a_model_that_cannot_be_stored_is_refused(db):
    assert Tv().say_hello(model="a\0b").status_code == 422
