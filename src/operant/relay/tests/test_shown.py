"""What screens are shown, with really committed rows: lanes and LISTEN have connections of their own."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.db import connection
from django.test.utils import CaptureQueriesContext

from operant.panel.organizations.models import Organization
from operant.platform import clock, tenancy
from operant.platform.live import hint
from operant.relay import tokens
from operant.relay.actions import keeping, staying, telling
from operant.relay.models import Screen
from operant.relay.tests.helpers import republished
from operant.relay.web import hot, shared
from operant.stage import queries as stage
from operant.stage.models import Result
from operant.testing import ingest
from operant.testing import stage as staging
from operant.testing.relay import calling


@pytest.fixture
def cast(committed):
    return committed


@pytest.fixture
def numbers(cast):
    """A dashboard of Harbour that asks a data source, and its key."""
    with cast.at_harbour(cast.ben):
        version = staging.published(cast.ben, name="Pulse", content=staging.document(staging.source(cast.ben)))
        (key,) = stage.keys(version.document).values()
        return version.dashboard, key


def played(scenario, *, deaf=False):
    """Let a scenario happen in a process as it runs: with its lanes, and listening unless it is deaf."""

    async def playing():
        async with AsyncExitStack() as stack:
            for lane in hot.LANES:
                await stack.enter_async_context(ingest.open_lane(lane))
            if not deaf:
                await stack.enter_async_context(ingest.listening())
            return await scenario()

    return async_to_sync(playing)()


def get(access, path, **headers):
    address, _, query = f"/relay/{path}".partition("?")
    return calling("GET", address, query=query, headers={"authorization": f"Bearer {access}", **headers})


def told(answer):
    headers = {name: value for name, value in answer.headers.items() if name != "x-request-id"}
    return answer.status_code, headers, answer.content


async def done(organization, work):
    def working():
        with tenancy.organization_scope(organization.pk):
            return work()

    return await sync_to_async(working)()


async def until(access, path, differs_from):
    """Ask until the answer is another one, as after a hint on its way."""
    async with asyncio.timeout(ingest.PATIENCE):
        while (answer := await get(access, path)).content == differs_from.content:
            await asyncio.sleep(0.01)
    return answer


@pytest.mark.parametrize("path", ["manifest", "data?keys=KEY"])
def test_together_or_alone_a_screen_is_answered_the_same(numbers, fleet, path):
    board, key = numbers
    _, (access,) = fleet(1, dashboard=board)
    with clock.frozen():

        async def scenario():
            await get(access, "manifest")
            path_of = path.replace("KEY", key)
            first = await get(access, path_of)
            return [first, await get(access, path_of, **{"if-none-match": first.headers["etag"]})]

        together, alone = played(scenario), async_to_sync(scenario)()
    assert [told(each) for each in together] == [told(each) for each in alone]
    whole, unchanged = together
    tag = {"etag": whole.headers["etag"], "cache-control": "private, no-cache"}
    own = ("etag", "cache-control", "content-type", "content-length")
    assert {name: whole.headers[name] for name in own} == {
        **tag, "content-type": "application/json", "content-length": str(len(whole.content)),
    }  # fmt: skip
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert {name: unchanged.headers[name] for name in own} == {
        **tag, "content-type": "text/html; charset=utf-8", "content-length": "0",
    }  # fmt: skip


def test_however_many_screens_show_it_a_dashboard_is_read_once(numbers, fleet, monkeypatch):
    # However slow the machine is: nothing that was read grows too old in between.
    monkeypatch.setattr(shared, "SECONDS", 10**9)
    board, key = numbers
    asked = {}
    # The first of all finds a version whose data nobody has asked for yet.
    for count in (1, 2, 20):
        _, accesses = fleet(count, dashboard=board)

        async def scenario(accesses=accesses):
            for path in ("manifest", f"data?keys={key}"):
                answers = await asyncio.gather(*(get(access, path) for access in accesses))
                assert {each.status_code for each in answers} == {200}

        with CaptureQueriesContext(connection) as first:
            played(scenario)
        asked[count] = len(first)
    assert asked[20] == asked[2]


def test_what_is_remembered_is_not_asked_for(numbers, fleet, monkeypatch):
    board, key = numbers
    _, (access,) = fleet(1, dashboard=board)

    monkeypatch.setattr(shared, "SECONDS", 10**9)
    # What is not asked over a lane is asked over the test's own connection.
    statements = CaptureQueriesContext(connection)

    async def scenario():
        for path in ("manifest", f"data?keys={key}"):
            await get(access, path)
        await sync_to_async(statements.__enter__)()
        return [(await get(access, path)).status_code for path in ("manifest", f"data?keys={key}")]

    assert played(scenario) == [200, 200]
    statements.__exit__(None, None, None)
    assert len(statements) == 0


@pytest.mark.parametrize("path", ["manifest", "data?keys=KEY"])
@pytest.mark.parametrize("deaf", [False, True])
def test_an_unpaired_screen_is_refused_at_once_and_its_neighbor_is_not(cast, numbers, fleet, path, deaf):
    board, key = numbers
    (screen, _), (access, other) = fleet(2, dashboard=board)

    async def scenario():
        before = await get(access, path.replace("KEY", key))
        await done(cast.harbour, lambda: keeping.unpair(screen=screen))
        return before, await get(access, path.replace("KEY", key)), await get(other, path.replace("KEY", key))

    before, after, neighbor = played(scenario, deaf=deaf)
    assert (before.status_code, neighbor.status_code) == (200, 200)
    assert (after.status_code, after.json()["error"], after.headers["cache-control"]) == (401, "unpaired", "no-store")


def test_an_earlier_credential_and_another_organizations_are_refused(cast, numbers, fleet):
    board, key = numbers
    (screen,), _ = fleet(1, dashboard=board, generation=2)
    forged = [tokens.access(cast.harbour.pk, screen.pk, 1), tokens.access(cast.meadow.pk, screen.pk, 2)]

    async def scenario():
        return [(await get(access, path)).json()["error"] for access in forged for path in ("manifest", f"data?keys={key}")]

    assert played(scenario) == ["expired", "expired", "unpaired", "unpaired"]


def test_a_screen_is_given_the_data_of_its_own_versions_only(cast, board, numbers, fleet):
    theirs, key = numbers
    _, (mine,) = fleet(1, dashboard=theirs)
    _, (beside,) = fleet(1, dashboard=board)
    _, (elsewhere,) = fleet(1, organization=cast.meadow, dashboard=None)

    async def scenario():
        await get(mine, "manifest")
        return [(await get(access, f"data?keys={key},nonsense")).json() for access in (mine, beside, elsewhere)]

    first, *others = played(scenario)
    assert [each["key"] for each in first["results"]] == [key]
    assert others == [{"results": []}, {"results": []}]


def test_a_screen_that_was_moved_shows_the_other_dashboard_at_once(cast, board, numbers, fleet):
    theirs, key = numbers
    (screen,), (access,) = fleet(1, dashboard=theirs, rendered_version_id=None)

    async def scenario():
        before = (await get(access, "manifest")).json()["dashboard"], (await get(access, f"data?keys={key}")).json()
        await done(cast.harbour, lambda: keeping.assign(screen=screen, dashboard=board))
        return before, (await get(access, "manifest")).json()["dashboard"], (await get(access, f"data?keys={key}")).json()

    (shown, data), now, after = played(scenario)
    assert (shown["id"], now["id"]) == (theirs.public_id, board.public_id)
    assert ([each["key"] for each in data["results"]], after) == ([key], {"results": []})


def test_a_new_version_comes_with_its_hint(cast, board, fleet):
    _, (access,) = fleet(1)

    async def scenario():
        before = await get(access, "manifest")
        version = await done(cast.harbour, lambda: republished(cast, board))
        return version, await until(access, "manifest", before)

    with clock.frozen():
        version, after = played(scenario)
    assert (after.json()["version"], after.json()["document"]) == (version.public_id, version.document)


def test_new_figures_come_with_their_hint(cast, numbers, fleet):
    board, key = numbers
    _, (access,) = fleet(1, dashboard=board)

    def refreshed():
        Result.objects.filter(key=key).update(seq=1, state="ok", rows_json="[[7]]")
        hint(f"data:{key}")

    async def scenario():
        await get(access, "manifest")
        before = await get(access, f"data?keys={key}")
        await done(cast.harbour, refreshed)
        return before, await until(access, f"data?keys={key}", before)

    results = [each.json()["results"][0] for each in played(scenario)]
    assert [(each["seq"], each["rows"]) for each in results] == [(0, []), (1, [[7]])]


def test_a_process_that_does_not_listen_remembers_nothing(cast, board, fleet):
    _, (access,) = fleet(1)

    async def scenario():
        before = await get(access, "manifest")
        version = await done(cast.harbour, lambda: republished(cast, board))
        return before, version, await get(access, "manifest")

    before, version, after = played(scenario, deaf=True)
    assert (before.json()["number"], after.json()["version"]) == (1, version.public_id)


def test_a_hint_that_never_comes_is_made_up_for(cast, board, fleet, monkeypatch):
    _, (access,) = fleet(1)

    async def scenario():
        before = await get(access, "manifest")
        # Past the actions, so nothing is hinted.
        await done(cast.harbour, lambda: Organization.objects.filter(pk=cast.harbour.pk).update(locale="de-CH"))
        return before, await until(access, "manifest", before)

    monkeypatch.setattr(shared, "SECONDS", 0.05)
    with clock.frozen():
        before, after = played(scenario)
    assert (before.json()["locale"], after.json()["locale"]) == (cast.harbour.locale, "de-CH")


def test_that_nobody_had_asked_for_a_result_is_not_remembered(cast, numbers, fleet):
    board, key = numbers
    _, (access,) = fleet(1, dashboard=board)

    async def scenario():
        await done(cast.harbour, lambda: Result.objects.all().delete())
        first = await get(access, f"data?keys={key}")
        await get(access, "manifest")
        return [each.json()["results"][0]["state"] for each in (first, await get(access, f"data?keys={key}"))]

    assert played(scenario) == ["forbidden", "waiting"]


def test_results_are_kept_up_to_a_size():
    kept = shared.Texts(10)
    marks = [stage.Mark(each, 1, 60) for each in "abc"]
    for mark in marks:
        kept.put(mark, b"four")
    assert [kept.get(mark) for mark in marks] == [None, b"four", b"four"]
    kept.put(marks[1], b"sixsix")
    assert [kept.get(mark) for mark in marks] == [None, b"sixsix", b"four"]


def test_a_stream_that_goes_on_is_noted_and_one_that_ended_is_not_connected(cast, fleet):
    (screen, other), _ = fleet(2)

    def noted():
        return [telling.note_stream(screen=each) for each in (screen, other)]

    def stands():
        return {each.pk: (each.connected_by, each.connected_until) for each in Screen.objects.all()}

    async def scenario():
        first, others = await done(cast.harbour, noted)
        access = tokens.Access(cast.harbour.pk, screen.pk, screen.generation)
        later = await staying.goes_on(access=access, noted=first)
        during = await done(cast.harbour, stands)
        # The end of an older stream of the same screen says nothing of this one.
        ends = [await staying.ended(access=access, noted=each) for each in (first, later)]
        foreign = tokens.Access(cast.meadow.pk, other.pk, other.generation)
        ends.append(await staying.ended(access=foreign, noted=others))
        return first, later, others, during, ends, await done(cast.harbour, stands)

    first, later, others, during, ends, after = played(scenario)
    assert first < later
    assert during == {screen.pk: ("stream", later), other.pk: ("stream", others)}
    assert ends == [False, True, False]
    assert after == {screen.pk: ("", None), other.pk: ("stream", others)}
