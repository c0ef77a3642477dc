"""Ways into streams, issued and used up together, with really committed rows: lanes have connections of their own."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.db import transaction

from operant.platform import clock
from operant.relay import tokens
from operant.relay.actions import admitting, credentials, keeping, telling
from operant.relay.models import Screen
from operant.relay.refusals import Expired
from operant.testing import ingest
from operant.testing.relay import calling


@pytest.fixture
def cast(committed):
    return committed


def together(scenario):
    async def playing():
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(ingest.open_lane(admitting.WAYS))
            return await scenario()

    return async_to_sync(playing)()


def accesses(screens):
    return [tokens.Access(each.organization_id, each.pk, each.generation) for each in screens]


async def entered(access):
    return await admitting.admitted(parsed=tokens.parse_ticket(await admitting.issued(access=access)))


def test_many_enter_at_once(cast, fleet):
    screens, _ = fleet(20)
    mine = accesses(screens)

    async def scenario():
        return await asyncio.gather(*(entered(each) for each in mine))

    with clock.frozen():
        admitted = together(scenario)
        until = clock.now() + telling.STREAM_FOR
    assert admitted == [admitting.Admitted(each, until, is_asked=False) for each in mine]
    with cast.at_harbour():
        told = Screen.objects.values_list("ticket_hash", "ticket_until", "connected_until", "connected_by")
        assert set(told) == {(None, None, until, "stream")}


async def redeemed(ticket, times=1):
    parsed = tokens.parse_ticket(ticket)
    found = await asyncio.gather(*(admitting.admitted(parsed=parsed) for _ in range(times)))
    return [each.access for each in found if each]


def test_a_ticket_lets_in_once_however_many_try_it_at_once(cast, fleet):
    screens, _ = fleet(1)
    [mine] = accesses(screens)

    async def scenario():
        ticket = await admitting.issued(access=mine)
        return await redeemed(ticket, times=10), await redeemed(ticket)

    assert together(scenario) == ([mine], [])


def test_a_ticket_that_is_being_used_up_alone_lets_nobody_else_in(cast, fleet):
    screens, _ = fleet(1)
    [mine] = accesses(screens)
    ticket = together(lambda: admitting.issued(access=mine))
    with cast.at_harbour():
        assert credentials.redeem_ticket(parsed=tokens.parse_ticket(ticket)).pk == mine.screen_id
        assert together(lambda: redeemed(ticket)) == []
    with cast.at_harbour(), pytest.raises(Expired):
        credentials.redeem_ticket(parsed=tokens.parse_ticket(ticket))


def test_forged_tickets_keep_no_screen_out(cast, fleet):
    screens, _ = fleet(1)
    [mine] = accesses(screens)
    forged = f"ticket={tokens.first(tokens.TICKET, mine.organization_id, mine.screen_id)}"

    async def scenario():
        flood = [calling("GET", "/relay/stream", query=forged) for _ in range(30)]
        *answers, ticket = await asyncio.gather(*flood, admitting.issued(access=mine))
        return {each.status_code for each in answers}, await redeemed(ticket)

    assert together(scenario) == ({401}, [mine])


def test_only_the_newest_ticket_lets_in(cast, fleet):
    screens, _ = fleet(1)
    [mine] = accesses(screens)

    async def scenario():
        first, second = await admitting.issued(access=mine), await admitting.issued(access=mine)
        return await redeemed(first), await redeemed(second)

    assert together(scenario) == ([], [mine])


def test_a_ticket_lets_in_for_thirty_seconds(cast, fleet):
    screens, _ = fleet(1)
    [mine] = accesses(screens)
    now = clock.now()

    async def scenario(late):
        with clock.frozen(now):
            ticket = await admitting.issued(access=mine)
        with clock.frozen(now + late):
            return await redeemed(ticket)

    assert together(lambda: scenario(timedelta(seconds=31))) == []
    assert together(lambda: scenario(timedelta(seconds=29))) == [mine]


@pytest.mark.parametrize("why", ["unpaired", "another generation", "another organization"])
def test_whoever_may_not_is_given_no_ticket(cast, fleet, why):
    screens, _ = fleet(1)
    [mine] = accesses(screens)
    asking = mine
    if why == "unpaired":
        with cast.at_harbour(cast.ann):
            keeping.unpair(screen=Screen.objects.get(pk=mine.screen_id))
    elif why == "another generation":
        asking = replace(mine, generation=mine.generation + 1)
    else:
        asking = replace(mine, organization_id=cast.meadow.pk)
    assert together(lambda: admitting.issued(access=asking)) is None
    with cast.at_harbour():
        assert Screen.objects.get(pk=mine.screen_id).ticket_hash is None


def test_whoever_is_unpaired_between_ticket_and_stream_is_not_let_in(cast, fleet):
    screens, _ = fleet(1)
    [mine] = accesses(screens)
    ticket = together(lambda: admitting.issued(access=mine))
    with cast.at_harbour(cast.ann):
        keeping.unpair(screen=Screen.objects.get(pk=mine.screen_id))
    assert together(lambda: redeemed(ticket)) == []


def test_a_screen_that_was_asked_to_do_something_is_told_apart(cast, fleet):
    screens, _ = fleet(2)
    asked, other = accesses(screens)
    with cast.at_harbour(cast.ann):
        keeping.send(screen=Screen.objects.get(pk=asked.screen_id), kind="reload", by=cast.ann)

    async def scenario():
        return [(await entered(each)).is_asked for each in (asked, other)]

    assert together(scenario) == [True, False]


def test_a_screen_whose_row_somebody_holds_keeps_nobody_waiting(cast, fleet):
    screens, _ = fleet(2)
    held, other = accesses(screens)

    async def scenario():
        return [await admitting.issued(access=each) is None for each in (held, other)]

    with cast.at_harbour(), transaction.atomic():
        Screen.objects.select_for_update().get(pk=held.screen_id)
        assert together(scenario) == [True, False]
