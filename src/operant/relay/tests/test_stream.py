import asyncio
import hashlib
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync, sync_to_async

from operant.platform.events.hints import addressed
from operant.platform.live import asgi
from operant.platform.live.hub import Hub, hub
from operant.platform.tenancy.ids import public_id
from operant.relay import tokens
from operant.relay.actions import credentials, keeping
from operant.relay.program import Program, Scene, Shows, Switch, Turn
from operant.relay.queries import devices
from operant.relay.tests.helpers import republished
from operant.relay.web import hot, spoken
from operant.testing import stage as staging
from operant.testing.queue import run_jobs
from operant.testing.relay import Listening, call


def _ticket(tv):
    return tv.post("ticket", "").json()["ticket"]


def _played(scenario):
    async_to_sync(scenario)()


def _hinted(cast, topic):
    hub.publish(addressed(cast.harbour.pk, topic))


def test_a_stream_tells_everything_at_once_and_then_what_changes(cast, screen, tv, board):
    def publish():
        with cast.at_harbour(cast.ben):
            return republished(cast, board)

    async def scenario():
        etag = (await sync_to_async(tv.get)("manifest")).json()["etag"]
        async with Listening(f"ticket={await sync_to_async(_ticket)(tv)}") as stream:
            assert await stream.until(1) == [("deploy", {"version": board.published.public_id, "etag": etag})]
            new = await sync_to_async(publish)()
            _hinted(cast, f"dashboard:{board.public_id}")
            kind, told = (await stream.until(2))[1]
            assert (kind, told["version"]) == ("deploy", new.public_id)
            assert told["etag"] != etag
            await sync_to_async(_send)(cast, screen)
            _hinted(cast, f"screen:{screen.public_id}")
            kind, told = (await stream.until(3))[2]
            assert (kind, told["kind"]) == ("command", "identify")

    _played(scenario)


def _send(cast, screen):
    with cast.at_harbour(cast.ben):
        return keeping.send(screen=screen, kind="identify", by=cast.ben)


def test_what_the_screen_has_already_is_not_told_again(cast, screen, tv):
    async def scenario():
        etag = (await sync_to_async(tv.get)("manifest")).json()["etag"]
        command = await sync_to_async(_send)(cast, screen)
        async with Listening(f"ticket={await sync_to_async(_ticket)(tv)}&after={etag}") as stream:
            told = await stream.until(1)
        assert told == [("command", {"id": public_id("cmd", command.pk), "kind": "identify"})]

    _played(scenario)


def test_data_is_told_by_key_and_number(cast, screen, tv):
    def assign():
        with cast.at_harbour(cast.ben):
            content = staging.document(staging.source(cast.ben))
            version = staging.published(cast.ben, name="Pulse", content=content)
            keeping.assign(screen=screen, dashboard=version.dashboard)

    def refresh(key):
        from operant.stage.models import Result

        with cast.at_harbour():
            Result.objects.filter(key=key).update(seq=1)

    async def scenario():
        ticket = await sync_to_async(_ticket)(tv)
        async with Listening(f"ticket={ticket}") as stream:
            await stream.until(1)
            await sync_to_async(assign)()
            _hinted(cast, f"screen:{screen.public_id}")
            (first, _), (second, data) = (await stream.until(3))[1:]
            assert (first, second, data["seq"]) == ("deploy", "data", 0)
            await sync_to_async(refresh)(data["key"])
            _hinted(cast, f"data:{data['key']}")
            assert (await stream.until(4))[3] == ("data", {"key": data["key"], "seq": 1, "within": 1})

    _played(scenario)


def test_what_nobody_watched_yet_is_asked_when_a_stream_opens_and_not_with_its_manifest(cast, screen, tv):
    from operant.platform import queue
    from operant.stage import queries
    from operant.stage.models import Result

    with cast.at_harbour(cast.ben):
        version = staging.published(cast.ben, name="Pulse", content=staging.document(staging.source(cast.ben)))
        keeping.assign(screen=screen, dashboard=version.dashboard)
        (key,) = queries.keys(version.document).values()
    run_jobs()
    with cast.at_harbour():
        Result.objects.filter(key=key).delete()

    def asked():
        with cast.at_harbour():
            made = {str(each) for each in Result.objects.filter(key=key).values_list("pk", flat=True)}
            return made, queue.waiting("stage.refresh", organization_id=cast.harbour.pk)

    async def scenario():
        ticket = await sync_to_async(_ticket)(tv)
        assert await sync_to_async(asked)() == (set(), set())
        async with Listening(f"ticket={ticket}") as stream:
            await stream.until(1)
            made, waiting = await sync_to_async(asked)()
        assert (len(made), waiting) == (1, made)

    _played(scenario)


def test_a_stream_pings_by_name_and_ends_when_the_screen_is_unpaired(cast, screen, tv, monkeypatch):
    monkeypatch.setattr(hot.asgi, "PING_SECONDS", 0.05)

    def unpair():
        with cast.at_harbour(cast.ann):
            keeping.unpair(screen=screen)

    async def scenario():
        async with Listening(f"ticket={await sync_to_async(_ticket)(tv)}") as stream:
            assert (await stream.until(3))[1:3] == [("ping", {}), ("ping", {})]
            await sync_to_async(unpair)()
            _hinted(cast, f"screen:{screen.public_id}")
            await stream.over()

    _played(scenario)


def test_a_stream_ends_when_the_process_stops(screen, tv, monkeypatch):
    other = Hub()
    monkeypatch.setattr(hot, "hub", other)

    async def scenario():
        async with Listening(f"ticket={await sync_to_async(_ticket)(tv)}") as stream:
            await stream.until(1)
            other.close()
            await stream.over()

    _played(scenario)


def test_a_stream_is_a_connection_and_nothing_else(screen, tv, fresh):
    async def scenario():
        async with Listening(f"ticket={await sync_to_async(_ticket)(tv)}") as stream:
            await stream.until(1)
            await sync_to_async(tv.get)("poll")
            during = await sync_to_async(fresh)(screen)
        after = await sync_to_async(fresh)(screen)
        assert (during.is_connected, during.connected_by, during.state) == (True, "stream", "never_seen")
        assert (after.is_connected, after.state) == (False, "never_seen")

    _played(scenario)


def test_the_end_of_an_older_stream_does_not_hide_a_newer_one(screen, tv, fresh):
    async def scenario():
        async with Listening(f"ticket={await sync_to_async(_ticket)(tv)}") as older:
            await older.until(1)
            async with Listening(f"ticket={await sync_to_async(_ticket)(tv)}") as newer:
                await newer.until(1)
                await older.__aexit__()
                assert (await sync_to_async(fresh)(screen)).is_connected is True

    _played(scenario)


@pytest.mark.parametrize("which", ["used", "older", "forged", "none", "late"])
def test_a_ticket_works_once_and_for_thirty_seconds(cast, screen, tv, which, frozen):
    from datetime import timedelta

    from operant.platform import clock

    tv.renew()
    ticket = _ticket(tv)
    if which == "used":
        with cast.at_harbour():
            assert credentials.redeem_ticket(parsed=tokens.parse_ticket(ticket)).pk == screen.pk
    if which == "older":
        _ticket(tv)
    if which == "forged":
        ticket = ticket[:-1] + ("A" if ticket[-1] != "A" else "B")
    if which == "none":
        ticket = ""
    if which == "late":
        clock.advance(timedelta(seconds=30))
    answer = call("GET", "/relay/stream", query=f"ticket={ticket}")
    assert (answer.status_code, answer.json()["error"]) == (401, "expired")


def test_a_process_that_ends_tells_its_streams_to_come_back_apart(screen, tv, monkeypatch):
    monkeypatch.setattr(hub, "closing", asyncio.Event())
    monkeypatch.setattr(hot.OPEN, "_now", 2_000)

    async def scenario():
        async with Listening(f"ticket={await sync_to_async(_ticket)(tv)}") as stream:
            await stream.until(1)
            hub.close()
            await stream.over()
        # Three milliseconds for each of those that were open when it began to end.
        assert stream.events[1:] == [("bye", {"within": 6_003})]

    _played(scenario)


def test_what_many_screens_are_told_is_written_once():
    assert spoken.data("k", 7, 3) is spoken.data("k", 7, 3)
    assert spoken.data("k", 7, 3) == b'event: data\ndata: {"key":"k","seq":7,"within":3}\n\n'
    assert spoken.deploy("ver_1", "e") == b'id: e\nevent: deploy\ndata: {"version":"ver_1","etag":"e"}\n\n'
    assert spoken.bye(1_000_000) == b'event: bye\ndata: {"within":30000}\n\n'


def test_what_a_board_s_screens_are_told_alike_is_written_once():
    version, etags = "ver_4fhtiasLTHedFvvGUa9VBo", [f"{number:032x}" for number in range(1000)]
    spoken._around.cache_clear()
    told = [spoken.deploy(version, etag) for etag in etags]
    assert told == [
        asgi.event("deploy", f'{{"version":"{version}","etag":"{etag}"}}', identity=etag) for etag in etags
    ]
    assert (spoken._around.cache_info().misses, spoken.deploy(None, "e")) == (
        1, b'id: e\nevent: deploy\ndata: {"version":null,"etag":"e"}\n\n',
    )  # fmt: skip


def test_what_a_board_s_manifests_have_in_common_is_summed_up_once():
    board = devices.Board(uuid4(), "Sales", "a long annotation" * 1000, "en", "UTC", "Harbour", "#123456", None)
    shows = Shows(uuid4())
    devices._begun.cache_clear()
    for number in range(100):
        parts = (devices.FORMAT, board.wanted_id, shows.dashboard_id, board.dashboard_name, board.noted, f"Screen {number}", "dark")
        theirs = ("en", "UTC", "Harbour", "#123456", None)
        whole = hashlib.sha256("\x1f".join(map(str, (*parts, *theirs))).encode()).hexdigest()[:32]
        assert devices.etag_of(board, shows, f"Screen {number}", "dark", "") == whole
    assert devices._begun.cache_info().misses == 1


def test_programs_that_differ_in_one_switch_have_other_checksums():
    at = datetime(2026, 11, 23, 8, tzinfo=UTC)
    scenes = (Scene(uuid4(), uuid4(), "Sales", "[]", ""),)
    one, same, other = (Program(scenes, ((Turn(0, 20),),), (Switch(each, 0),)) for each in (at, at, at + timedelta(minutes=1)))
    assert (one == same, hash(one) == hash(same), one.checksum == same.checksum) == (True, True, True)
    assert (one == other, one.checksum == other.checksum) == (False, False)
