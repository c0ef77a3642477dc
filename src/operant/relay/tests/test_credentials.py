from datetime import timedelta

import pytest

from operant.platform import clock
from operant.relay import tokens
from operant.relay.actions import keeping
from operant.testing.relay import Tv, paired


def test_the_old_refresh_token_is_valid_until_the_new_one_is_used(screen, tv):
    first = tv.refresh
    second = tv.renew().json()["refresh"]
    assert tv.renew(first).status_code == 200
    assert tv.refresh == second
    third = tv.renew(second).json()["refresh"]
    assert tv.renew(second).json()["refresh"] == third
    refused = tv.renew(first)
    assert (refused.status_code, refused.json()["error"]) == (401, "unpaired")


def test_two_windows_that_renew_at_once_get_the_same_token(screen, tv):
    first = tv.refresh
    assert tv.renew(first).json()["refresh"] == tv.renew(first).json()["refresh"]


def test_only_hashes_are_kept(screen, tv, fresh):
    tv.renew()
    kept = " ".join(str(value) for value in vars(fresh(screen)).values())
    assert tv.refresh.rpartition(".")[2] not in kept
    assert tv.access not in kept


def test_an_access_token_lasts_fifteen_minutes(screen, tv, frozen):
    tv.renew()
    clock.advance(timedelta(minutes=14, seconds=58))
    assert tv.get("manifest").status_code == 200
    clock.advance(timedelta(seconds=3))
    refused = tv.get("manifest")
    assert (refused.status_code, refused.json()["error"]) == (401, "expired")
    assert tv.renew().status_code == 200
    assert tv.get("manifest").status_code == 200


def test_a_refresh_token_slides_for_180_days(screen, tv, frozen):
    for _ in range(3):
        clock.advance(timedelta(days=179))
        assert tv.renew().status_code == 200
    clock.advance(timedelta(days=181))
    assert tv.renew().status_code == 401


def test_an_unpaired_screen_is_refused_at_once(cast, screen, tv):
    assert tv.beat().status_code == 200
    with cast.at_harbour(cast.ann):
        keeping.unpair(screen=screen)
    for answer in (
        tv.beat(),
        tv.get("manifest"),
        tv.get("poll"),
        tv.get("data?keys="),
        tv.post("ticket", ""),
        tv.renew(),
    ):
        assert (answer.status_code, answer.json()["error"]) == (401, "unpaired")


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "rft_1.scr_1.x", "x" * 600, "\x00", "Bearer"])
def test_forged_tokens_are_refused(screen, tv, token):
    assert tv.post("token", {"refresh": token}).status_code in (401, 422)
    tv.access = token
    assert tv.get("manifest").status_code == 401
    assert tv.beat().status_code == 401


def test_a_token_signed_for_another_screen_of_another_organization_finds_nothing(cast, screen, tv):
    stolen = tokens.access(cast.meadow.pk, screen.pk, screen.generation)
    tv.access = stolen
    assert tv.get("manifest").status_code == 401
    _, name, secret = tv.refresh.split(".")
    from operant.platform.tenancy.ids import public_id

    assert tv.renew(f"{public_id('rft', cast.meadow.pk)}.{name}.{secret}").status_code == 401


def test_a_token_of_an_earlier_generation_is_expired(cast, screen, tv):
    tv.access = tokens.access(cast.harbour.pk, screen.pk, screen.generation - 1)
    assert tv.get("manifest").json()["error"] == "expired"


def test_screens_of_two_organizations_do_not_see_each_other(cast, screen, tv):
    theirs = Tv()
    paired(theirs, cast.at_meadow, cast.mallory, name="Meadow wall")
    assert theirs.get("manifest").json()["screen"]["name"] == "Meadow wall"
    assert tv.get("manifest").json()["screen"]["name"] == "Lobby"
