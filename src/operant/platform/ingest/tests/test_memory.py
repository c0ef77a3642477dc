import asyncio
from uuid import uuid4

from asgiref.sync import async_to_sync

from operant.platform.ingest import Memory

HARBOUR, MEADOW = uuid4(), uuid4()


def memory(**more):
    return Memory(**{"most": 100, "topics": ("screen:",), **more})


def test_it_forgets_an_organization_when_it_hears_of_it_and_of_no_other():
    mine = memory()
    for key, organization in (("lobby", HARBOUR), ("gate", MEADOW)):
        mine.keep(key, key.upper(), organization, mine.now())
    mine.hear(f"{HARBOUR}/data:x")
    assert (mine.get("lobby"), mine.get("gate")) == ("LOBBY", "GATE")
    mine.hear(f"{HARBOUR}/screen:scr_1")
    assert (mine.get("lobby"), mine.get("gate")) == (None, "GATE")
    mine.keep("lobby", "NEW", HARBOUR, mine.now())
    assert mine.get("lobby") == "NEW"


def test_one_value_can_be_forgotten():
    mine = memory()
    for key in ("lobby", "gate"):
        mine.keep(key, key.upper(), HARBOUR, mine.now())
    for _ in range(2):
        mine.forget("lobby")
    assert (mine.get("lobby"), mine.get("gate")) == (None, "GATE")


def test_what_was_read_before_a_change_is_not_remembered_after_it():
    mine = memory()
    read_at = mine.now()
    mine.hear(f"{HARBOUR}/screen:scr_1")
    mine.keep("lobby", "OLD", HARBOUR, read_at)
    assert mine.get("lobby") is None


def test_it_forgets_everything_when_hints_may_have_been_missed():
    mine = memory()
    read_at = mine.now()
    mine.keep("lobby", "LOBBY", HARBOUR, read_at)
    mine.hear(None)
    mine.keep("gate", "OLD", MEADOW, read_at)
    assert (mine.get("lobby"), mine.get("gate")) == (None, None)


def test_it_is_bounded_in_values_and_in_changes():
    mine = memory(most=3)
    for number in range(10):
        mine.keep(number, number, HARBOUR, mine.now())
    assert (len(mine), mine.get(6), mine.get(7)) == (3, None, 7)
    for _ in range(10):
        mine.hear(f"{uuid4()}/screen:x")
    assert len(mine._changes) <= 3


def test_many_who_ask_at_once_read_once_and_who_asks_after_a_change_reads_anew():
    async def scenario():
        mine, reads, answer = memory(), [], asyncio.Event()

        async def read():
            reads.append(len(reads))
            await answer.wait()
            return reads[-1]

        early = [asyncio.ensure_future(mine.recall("lobby", HARBOUR, read)) for _ in range(5)]
        await asyncio.sleep(0)
        mine.hear(f"{HARBOUR}/screen:scr_1")
        late = asyncio.ensure_future(mine.recall("lobby", HARBOUR, read))
        await asyncio.sleep(0)
        answer.set()
        await asyncio.gather(*early, late)
        assert (len(reads), await mine.recall("lobby", HARBOUR, read), len(reads)) == (2, 1, 2)
        assert mine._reading == {}

    async_to_sync(scenario)()
