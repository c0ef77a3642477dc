"""Heartbeats that say nothing new, with really committed rows: a batch is written over a connection of its own."""

import asyncio
import json
from collections import Counter
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings as configured

from operant.platform import clock, tenancy
from operant.platform.live import hub as live
from operant.relay import tokens
from operant.relay.actions import hearing, keeping, playlists
from operant.relay.actions.playlists import Turn
from operant.relay.actions.sampling import HEARTBEATS
from operant.relay.models import ClientError, Heartbeat, Screen
from operant.relay.tests.helpers import republished
from operant.relay.web import beats, shared
from operant.testing import ingest
from operant.testing import stage as staging
from operant.testing.relay import beating, calling, fault, heartbeat
from operant.testing.waiting import soon


@pytest.fixture
def cast(committed, monkeypatch):
    shared.BOARDS.hear(None)
    monkeypatch.setattr(live.hub, "is_listening", True)
    return committed


def played(scenario):
    async def playing():
        async with ingest.open_lane(HEARTBEATS):
            return await scenario()

    return async_to_sync(playing)()


def in_scope(organization, work):
    with tenancy.organization_scope(organization.pk):
        return work()


def samples(organization):
    return in_scope(organization, lambda: list(Heartbeat.objects.order_by("at")))


def test_what_says_nothing_new_is_a_row_of_a_batch(cast, board, fleet):
    (screen,), (access,) = fleet(1)

    async def scenario():
        return await beating(access, version=board.published.public_id)

    answer = played(scenario)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    now = in_scope(cast.harbour, lambda: Screen.objects.get())
    (sample,) = samples(cast.harbour)
    assert (sample.screen_id, sample.at, sample.version, sample.errors) == (screen.pk, now.last_seen_at, board.published_id, 0)
    assert now.last_seen_at > screen.last_seen_at
    assert now.pace_at == now.last_seen_at + timedelta(seconds=1)
    # The ordinary way would have moved the wait.
    assert now.due_at == screen.due_at


@pytest.mark.parametrize("shows", [True, False], ids=["painted", "nothing painted"])
def test_both_ways_answer_and_store_the_same(cast, board, fleet, shows):
    _, (one, other) = fleet(2, rendered_version_id=board.published_id if shows else None)
    version = board.published.public_id if shows else None
    with clock.frozen():

        async def scenario():
            return await beating(one, version=version)

        together, alone = played(scenario), async_to_sync(beating)(other, version=version)
    assert {**together.headers, "x-request-id": ""} == {**alone.headers, "x-request-id": ""}
    (first, second) = (each.json() for each in (together, alone))
    # Their names differ, so their checksums do; all else is equal.
    assert {**first, "etag": ""} == {**second, "etag": ""}
    with tenancy.organization_scope(cast.harbour.pk):
        from operant.relay.queries import devices

        etags = [devices.etag(each) for each in Screen.objects.told().order_by("name")]
        moved = [(each.last_seen_at, each.pace_at, each.rendered_at, each.state) for each in Screen.objects.all()]
        stored = [(each.at, each.version, each.painted_at, each.viewport_width, each.errors) for each in Heartbeat.objects.all()]
    assert [first["etag"], second["etag"]] == etags
    assert moved[0] == moved[1]
    assert stored[0] == stored[1]
    assert (moved[0][2] is None, stored[0][2] is None) == (not shows, not shows)


@pytest.mark.parametrize(
    ("news", "stands"),
    [
        ({"viewport": {"w": 800, "h": 600}}, {}), ({"browser": {"engine": "Chromium", "major": 121}}, {}),
        ({"version": None}, {}), ({"errors": [fault()]}, {}), ({}, {"state": "late"}),
        ({}, {"state": "offline", "went_offline_at": clock.now(), "due_at": None}),
    ],
)  # fmt: skip
def test_news_is_heard_by_itself(cast, board, fleet, news, stands, announced):
    (screen,), (access,) = fleet(1)
    in_scope(cast.harbour, lambda: Screen.objects.update(**stands))
    del announced[:]

    async def scenario():
        return await beating(access, **{"version": board.published.public_id, **news})

    assert played(scenario).status_code == 200
    now = in_scope(cast.harbour, lambda: Screen.objects.get())
    assert (now.state, now.due_at) == ("online", now.last_seen_at + timedelta(seconds=75))
    assert [each.NAME for each in announced] == (["relay.screen.came_back"] if stands.get("state") == "offline" else [])
    assert in_scope(cast.harbour, ClientError.objects.count) == len(news.get("errors", []))
    assert [each.errors for each in samples(cast.harbour)] == [len(news.get("errors", []))]


def test_a_revoked_credential_is_refused_at_once_although_it_is_remembered(cast, board, fleet):
    (screen, _), (access, other) = fleet(2)
    version = board.published.public_id

    def unpair():
        in_scope(cast.harbour, lambda: keeping.unpair(screen=screen))

    async def scenario():
        before = await beating(access, version=version)
        remembered = len(beats.DEVICES)
        await sync_to_async(unpair)()
        after = await beating(access, version=version)
        return before, remembered, after, await beating(other, version=version)

    before, remembered, after, neighbor = played(scenario)
    assert (before.status_code, remembered, neighbor.status_code) == (200, 1, 200)
    assert (after.status_code, after.json()["error"]) == (401, "unpaired")
    assert len(samples(cast.harbour)) == 2


def test_a_screen_that_said_goodbye_is_not_kept_alive_by_a_batch(cast, board, fleet):
    (screen, _), (access, other) = fleet(2)
    version = board.published.public_id

    def leave():
        in_scope(cast.harbour, lambda: hearing.goodbye(screen=screen))

    async def scenario():
        before = [(await beating(each, version=version)).status_code for each in (access, other)]
        await sync_to_async(leave)()
        return before, [(await beating(each, version=version)).status_code for each in (access, other)]

    assert played(scenario) == ([200, 200], [401, 200])
    left, stayed = in_scope(cast.harbour, lambda: list(Screen.objects.order_by("name")))
    assert (left.left_at is None, stayed.left_at is None) == (False, True)
    assert Counter(each.screen_id for each in samples(cast.harbour)) == {left.pk: 1, stayed.pk: 2}


def test_an_earlier_credential_and_another_organizations_are_refused(cast, board, fleet):
    (screen,), _ = fleet(1, generation=2)
    forged = [tokens.access(cast.harbour.pk, screen.pk, 1), tokens.access(cast.meadow.pk, screen.pk, 2)]

    async def scenario():
        return [await beating(access, version=board.published.public_id) for access in forged]

    assert [each.json()["error"] for each in played(scenario)] == ["expired", "unpaired"]
    assert samples(cast.harbour) + samples(cast.meadow) == []


def test_however_a_token_is_written_it_is_one_screen(cast, board, fleet):
    (screen,), (access,) = fleet(1)
    body = json.dumps(heartbeat(version=board.published.public_id)).encode()
    headers = [f"Bearer {access}", f"bEaReR   {access}", f"Bearer \xa0{access}\xa0 ", f"BEARER {access} "] * 4

    async def scenario():
        answers = [
            await calling("POST", "/relay/heartbeat", body, headers={"authorization": header})
            for header in headers
        ]
        return answers, len(beats.DEVICES)

    with clock.frozen():
        answers, remembered = played(scenario)
    assert [each.status_code for each in answers] == [200] * 11 + [429] * 5
    assert remembered == 1


def test_a_screen_with_many_tokens_has_one_pace(cast, board, fleet):
    (screen,), _ = fleet(1)
    with clock.frozen():
        accesses = []
        for _ in range(16):
            clock.advance(timedelta(seconds=1))
            accesses.append(tokens.access(cast.harbour.pk, screen.pk, screen.generation))

        async def scenario():
            return [await beating(access, version=board.published.public_id) for access in accesses]

        answers = played(scenario)
    assert len({beats._device({"headers": [(b"authorization", f"Bearer {each}".encode())]}).habit for each in accesses}) == 1
    assert [each.status_code for each in answers] == [200] * 11 + [429] * 5
    assert len(samples(cast.harbour)) == 1


def test_an_authorization_that_no_screen_sends_is_not_read(cast, board, fleet):
    _, (access,) = fleet(1)

    async def scenario():
        return await beating(" " * 600 + access, version=board.published.public_id)

    answer = played(scenario)
    assert (answer.status_code, answer.json()["error"], len(beats.DEVICES)) == (401, "expired", 0)


def test_an_access_token_ends_while_it_is_remembered(cast, board, fleet):
    _, (access,) = fleet(1)
    with clock.frozen():

        async def scenario():
            first = await beating(access, version=board.published.public_id)
            clock.advance(tokens.ACCESS_FOR)
            return first, await beating(access, version=board.published.public_id)

        first, last = played(scenario)
    assert (first.status_code, last.status_code, last.json()["error"]) == (200, 401, "expired")


def test_a_new_version_is_named_after_the_hint_or_once_hints_come_again(cast, board, fleet, monkeypatch):
    heard = []
    monkeypatch.setattr(live, "RETRY_SECONDS", 0.05)
    monkeypatch.setattr(live.hub, "_followers", [*live.hub._followers, heard.append])
    _, (access,) = fleet(1)
    shown = board.published.public_id

    def publish():
        with cast.at_harbour(cast.ben):
            board.refresh_from_db()
            return republished(cast, board).public_id

    def cut():
        with ingest.administrator() as server:
            found = server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN operant_live' AND state = 'idle' "
                "AND datname = current_database()"
            )
            return len(found.fetchall())

    async def wanted():
        return (await beating(access, version=shown)).json()["wanted"]

    async def scenario():
        listening = asyncio.create_task(live.hub.listen(configured.DATABASE_DIRECT))
        try:
            await soon(cut)
            await soon(lambda: heard.count(None) == 2)  # it listened, was cut, and listens again
            assert await wanted() == shown
            second = await sync_to_async(publish)()
            await soon(lambda: any(topic and f"/dashboard:{board.public_id}" in topic for topic in heard))
            assert await wanted() == second
        finally:
            listening.cancel()
        # Nobody listens now: the hint is lost, and what is remembered grows old …
        third = await sync_to_async(publish)()
        assert await wanted() == second
        # … until the process listens again.
        heard.clear()
        again = asyncio.create_task(live.hub.listen(configured.DATABASE_DIRECT))
        try:
            await soon(lambda: None in heard)
            assert await wanted() == third
        finally:
            again.cancel()

    played(scenario)


def test_a_batch_spans_organizations_and_keeps_them_apart(cast, board, fleet):
    with cast.at_meadow(cast.mallory):
        theirs = staging.published(cast.mallory).dashboard
    (ours,), (mine,) = fleet(1)
    (other,), (foreign,) = fleet(1, organization=cast.meadow, dashboard=theirs)

    async def scenario():
        return await asyncio.gather(
            beating(mine, version=board.published.public_id), beating(foreign, version=theirs.published.public_id),
            beating(mine, version=theirs.published.public_id),
        )  # fmt: skip

    first, second, third = played(scenario)
    assert [each.json().get("wanted") for each in (first, second)] == [board.published.public_id, theirs.published.public_id]
    assert (third.status_code, third.json()["error"]) == (422, "invalid")
    assert [each.screen_id for each in samples(cast.harbour)] == [ours.pk]
    assert [each.screen_id for each in samples(cast.meadow)] == [other.pk]


def test_a_screen_whose_row_is_held_keeps_nobody_waiting(cast, board, fleet):
    (held, _), (slow, quick) = fleet(2)
    version = board.published.public_id

    async def scenario():
        # What the board says is remembered now: reading it would wait in the one thread that a test has.
        assert (await beating(quick, version=version)).status_code == 200
        with ingest.administrator() as server:
            server.execute("SELECT 1 FROM relay_screen WHERE id = %s FOR UPDATE", [held.pk])
            waiting = asyncio.ensure_future(beating(slow, version=version))
            answers = [(await beating(quick, version=version)).status_code for _ in range(3)]
            assert not waiting.done()
            server.rollback()
        return answers, (await waiting).status_code

    assert played(scenario) == ([200, 200, 200], 200)


def test_a_whole_fleet_at_once_is_kept_and_a_flood_of_one_screen_is_not(cast, board, fleet):
    _, accesses = fleet(2000)
    version = board.published.public_id
    with clock.frozen():

        async def scenario():
            everyone = await asyncio.gather(*(beating(access, version=version) for access in accesses))
            flood = await asyncio.gather(*(beating(accesses[0], version=version) for _ in range(14)))
            return [Counter(each.status_code for each in part) for part in (everyone, flood)]

        assert played(scenario) == [{200: 2000}, {200: 10, 429: 4}]
    kept = Counter(each.screen_id for each in samples(cast.harbour))
    assert len(kept) == 2000


def test_data_is_kept_watched_once_in_a_while_however_many_screens_show_it(cast, fleet):
    from operant.stage.models import Result

    with cast.at_harbour(cast.ben):
        content = staging.document(staging.source(cast.ben))
        pulse = staging.published(cast.ben, name="Pulse", content=content).dashboard
        from operant.stage import actions

        actions.watch(document=content)
    version = pulse.published.public_id
    _, accesses = fleet(3, dashboard=pulse)

    def watched():
        return in_scope(cast.harbour, lambda: Result.objects.get().watched_until)

    with clock.frozen():

        async def scenario():
            found = []
            for seconds in (31, 30, 30):
                clock.advance(timedelta(seconds=seconds))
                await asyncio.gather(*(beating(access, version=version) for access in accesses))
                found.append(await sync_to_async(watched)() - clock.now())
            return found

        assert [each.total_seconds() for each in played(scenario)] == [90, 60, 90]


def test_while_the_database_is_away_screens_are_told_to_come_again(cast, board, fleet, monkeypatch):
    from operant.platform.ingest import lane

    monkeypatch.setattr(lane, "RETRY_SECONDS", 0.05)
    _, accesses = fleet(200)
    version = board.published.public_id

    def cut():
        with ingest.administrator() as server:
            server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'ot_ingest'")

    async def scenario():
        answers = []
        for part in range(0, 200, 20):
            asked = [asyncio.ensure_future(beating(access, version=version)) for access in accesses[part : part + 20]]
            if part in {60, 120}:
                await sync_to_async(cut)()
            answers += await asyncio.gather(*asked)
        await soon(lambda: HEARTBEATS.is_connected)
        last = await beating(accesses[0], version=version)
        return answers, last

    answers, last = played(scenario)
    told = Counter(each.status_code for each in answers)
    assert set(told) <= {200, 503}
    assert last.status_code == 200
    assert all(each.headers["retry-after"] == "5" for each in answers if each.status_code == 503)
    # Nothing acknowledged is lost. What was refused may have been stored: the word of it got lost.
    assert len(samples(cast.harbour)) >= told[200] + 1


@pytest.mark.parametrize("own", [{"variables": '{"region":"South"}'}, {"time_zone": "Asia/Tokyo"}], ids=["variables", "zone"])
def test_batches_are_answered_for_what_is_a_screens_own(cast, board, fleet, own):
    _, (plain, other) = fleet(2)
    in_scope(cast.harbour, lambda: Screen.objects.filter(name="Screen 1").update(**own))

    async def scenario():
        return [(await beating(each, version=board.published.public_id)).json()["etag"] for each in (plain, other)]

    together, alone = played(scenario), async_to_sync(scenario)()
    assert (together == alone, together[0] == together[1]) == (True, False)


def test_a_turn_is_a_row_of_a_batch(cast, board, fleet):
    with cast.at_harbour(cast.ben):
        pulse = staging.published(cast.ben, name="Pulse").dashboard
        other = staging.published(cast.ben, name="Elsewhere").dashboard
        loop = playlists.make_playlist(name="Loop", by=cast.ben, entries=[Turn(board, 10), Turn(pulse, 20)])
    (screen,), (access,) = fleet(1, dashboard=None, playlist=loop, rendered_version_id=board.published_id)

    def now():
        return in_scope(cast.harbour, lambda: Screen.objects.get())

    async def scenario():
        found = []
        for shown in (board, pulse, board, other, pulse):
            answer = await beating(access, version=shown.published.public_id)
            stands = await sync_to_async(now)()
            # The ordinary way moves the wait.
            found.append((answer.status_code, stands.rendered_version_id == shown.published_id, stands.due_at == screen.due_at))
        return found

    # What is no part of the playlist is news, and so is the way back from it.
    assert played(scenario) == [(200, True, True)] * 3 + [(200, True, False)] * 2
    assert [each.version for each in samples(cast.harbour)] == [
        each.published_id for each in (board, pulse, board, other, pulse)
    ]


def test_a_turn_of_another_playlist_is_news(cast, board, fleet, announced):
    with cast.at_harbour(cast.ben):
        pulse = staging.published(cast.ben, name="Pulse").dashboard
        first, second = (
            playlists.make_playlist(name=each.name, by=cast.ben, entries=[Turn(each)]) for each in (board, pulse)
        )
    (screen,), (access,) = fleet(1, dashboard=None, playlist=first, rendered_version_id=board.published_id)

    def give():
        in_scope(cast.harbour, lambda: keeping.assign(screen=Screen.objects.get(), playlist=second))

    async def scenario():
        before = await beating(access, version=board.published.public_id)
        await sync_to_async(give)()
        return before, await beating(access, version=pulse.published.public_id)

    before, after = played(scenario)
    now = in_scope(cast.harbour, lambda: Screen.objects.get())
    assert (before.json()["wanted"], after.json()["wanted"]) == (board.published.public_id, pulse.published.public_id)
    assert (now.rendered_version_id, now.due_at == now.last_seen_at + timedelta(seconds=75)) == (pulse.published_id, True)
