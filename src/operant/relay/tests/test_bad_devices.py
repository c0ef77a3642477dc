"""Devices that lie, repeat themselves or return at once; for what is forged or revoked see test_credentials and test_sampling."""

import asyncio
import json
from collections import Counter

import pytest

from operant.platform import tenancy
from operant.relay.models import ClientError, Screen
from operant.relay.refusals import Unpaired
from operant.relay.web import hot
from operant.testing import ingest, relay
from operant.testing.relay import Listening, beating, fault

SECRETS = [
    "Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "https://ada:hunter2secret@api.example/v1?token=abcdef0123456789abcdef",
    "password=hunter2secret", "ada@harbour.example could not sign in",
]  # fmt: skip
TOLD = ("hunter2secret", "abcdef0123456789abcdef", "c2lnbmF0dXJl", "ada@harbour.example")


def test_a_stolen_refresh_token_is_of_no_use_once_its_screen_went_on(screen, tv):
    stolen = tv.refresh
    tv.renew()
    assert tv.beat().status_code == 200
    tv.renew()
    assert tv.beat().status_code == 200
    thief = relay.Tv()
    assert (thief.renew(stolen).status_code, thief.access) == (Unpaired.status, "")
    assert tv.renew().status_code == 200
    assert tv.beat().status_code == 200


def test_a_ticket_that_is_shown_again_opens_nothing(screen, tv):
    from asgiref.sync import async_to_sync, sync_to_async

    async def scenario():
        ticket = (await sync_to_async(tv.post)("ticket", "")).json()["ticket"]
        async with Listening(f"ticket={ticket}") as first:
            await first.until(1)
            async with Listening(f"ticket={ticket}") as again:
                await again.over()
        assert (first.status, again.status, again.events) == (200, 401, [])

    async_to_sync(scenario)()


@pytest.mark.parametrize("message", SECRETS)
def test_a_secret_in_an_error_is_not_kept(cast, screen, tv, message):
    assert tv.beat(errors=[fault(message=message)]).status_code == 200
    with cast.at_harbour():
        kept = ClientError.objects.get().message
    assert [each for each in TOLD if each in kept] == []


def test_an_error_that_is_too_long_is_refused_without_being_repeated(cast, screen, tv, caplog):
    for body in (
        relay.heartbeat(errors=[fault(message="x" * 600 + SECRETS[2])]),
        relay.heartbeat(errors=[fault(message=SECRETS[2])] * 11),
        relay.heartbeat(errors=[fault(message="y" * 9000 + SECRETS[2])]),
        {**relay.heartbeat(), SECRETS[2]: SECRETS[2]},
    ):
        answer = tv.beat(json.dumps(body).encode())
        assert answer.status_code in {413, 422}
        assert (TOLD[0] in answer.headers.get("Content-Type", ""), TOLD[0] in caplog.text) == (False, False)
    with cast.at_harbour():
        assert ClientError.objects.count() == 0


def test_screens_that_return_at_once_are_all_heard(committed, board, fleet):
    """Each return is news, so each is a transaction of its own; a few at a time, and who waits too long is told to come again."""
    screens, accesses = fleet(200, state="offline", went_offline_at="2026-11-20T00:00Z")
    told = Counter()

    async def one(access):
        while (answer := await beating(access, version=board.published.public_id)).status_code != 200:
            assert (answer.status_code, int(answer.headers["Retry-After"]) > 0) == (503, True)
            told["again"] += 1
            await asyncio.sleep(0.5)
        told["heard"] += 1

    async def scenario():
        async with ingest.open_lane(hot.HEARTBEATS):
            await asyncio.gather(*map(one, accesses))

    asyncio.run(scenario())
    assert told["heard"] == 200
    with tenancy.organization_scope(committed.harbour.pk):
        assert Screen.objects.filter(state="online", pk__in=[each.pk for each in screens]).count() == 200


@pytest.fixture
def cast(request):
    """Rows that are committed where a test asks for that, and the test's own transaction otherwise."""
    return request.getfixturevalue("committed" if "committed" in request.fixturenames else "plain_cast")


@pytest.fixture
def plain_cast(db, settings, monkeypatch):
    from operant.testing import cast as casting

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return casting.ready()
