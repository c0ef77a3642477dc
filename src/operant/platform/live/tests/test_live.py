import asyncio
from contextlib import ExitStack
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from operant.config import databases
from operant.platform.events.hints import CHANNEL, addressed, tell
from operant.platform.live import asgi, hint, tokens
from operant.platform.live import hub as hubs
from operant.platform.live.hub import Hub
from operant.testing import plugin
from operant.testing.waiting import soon

HARBOUR, MEADOW = uuid4(), uuid4()


class Browser:
    """One client of the stream: what it was sent, and when it leaves."""

    def __init__(self, query: str) -> None:
        self.scope = {"type": "http", "method": "GET", "path": "/live", "query_string": query.encode()}
        self.sent: list[dict] = []
        self._leaves, self.reads = asyncio.Event(), asyncio.Event()
        self.reads.set()

    def leave(self) -> None:
        self._leaves.set()

    async def receive(self) -> dict:
        await self._leaves.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict) -> None:
        await self.reads.wait()
        self.sent.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            self._leaves.set()  # as servers do: after a whole answer nobody is there

    @property
    def status(self) -> int:
        return self.sent[0]["status"]

    @property
    def text(self) -> str:
        return b"".join(each.get("body", b"") for each in self.sent).decode()


@pytest.fixture
def hub(monkeypatch) -> Hub:
    hub = Hub()
    monkeypatch.setattr(asgi, "hub", hub)
    return hub


async def opened(organization, *topics) -> tuple[Browser, asyncio.Task]:
    browser = Browser(f"topics={tokens.issue(organization, list(topics))}")
    stream = asyncio.create_task(asgi.stream(browser.scope, browser.receive, browser.send))
    await settled()
    return browser, stream


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def test_a_topic_reaches_those_who_wait_for_it_and_nobody_else(hub):
    async def story():
        ours, stream = await opened(HARBOUR, "screens", "people")
        other, _ = await opened(HARBOUR, "dashboards")
        theirs, _ = await opened(MEADOW, "screens")
        hub.publish(addressed(HARBOUR, "screens"))
        await settled()
        assert "event: changed\ndata: screens\n\n" in ours.text
        assert [each.text for each in (other, theirs)] == ["retry: 2000\n\n"] * 2
        assert str(HARBOUR) not in ours.text
        stream.cancel()

    asyncio.run(story())


def test_a_subscription_can_wait_for_other_topics(hub):
    async def story():
        old, both, new = (addressed(HARBOUR, name) for name in ("old", "both", "new"))
        with hub.subscribe(frozenset({old, both})) as subscription:
            hub.move(subscription, frozenset({both, new}))
            for topic in (old, both, new):
                hub.publish(topic)
            assert await subscription.next(5) == [both, new]
        assert hub._by_topic == {}

    asyncio.run(story())


def test_one_who_cannot_be_told_keeps_nothing_from_the_others(hub, caplog):
    class Broken:
        topics = frozenset({addressed(HARBOUR, "screens")})

        def push(self, topic):
            raise RuntimeError("this server takes nothing more")

        def end(self):
            return

    def deaf(topic):
        raise LookupError("what is remembered is broken")

    async def story():
        heard = []
        hub.follow(deaf)
        hub.follow(heard.append)
        with ExitStack() as stack:
            for _ in range(3):
                stack.enter_context(hub.telling(Broken()))
            told = [stack.enter_context(hub.subscribe(Broken.topics)) for _ in range(3)]
            hub.publish(addressed(HARBOUR, "screens"))
            assert [await asyncio.wait_for(each.next(60), 60) for each in told] == [list(Broken.topics)] * 3
        assert heard == list(Broken.topics)

    asyncio.run(story())
    assert [each.exc_info[0] for each in caplog.records] == [LookupError, RuntimeError, RuntimeError, RuntimeError]


def test_many_hints_while_a_stream_is_busy_become_one(hub):
    async def story():
        browser, stream = await opened(HARBOUR, "screens")
        for _ in range(50):
            hub.publish(addressed(HARBOUR, "screens"))
        await settled()
        assert browser.text.count("event: changed") == 1
        stream.cancel()

    asyncio.run(story())


def test_who_reads_slowly_is_told_everything_once_and_holds_up_nobody(hub):
    async def story():
        slow, slow_stream = await opened(HARBOUR, "screens", "people")
        quick, quick_stream = await opened(HARBOUR, "screens")
        slow.reads.clear()
        for _ in range(3):
            for topic in ("screens", "people"):
                hub.publish(addressed(HARBOUR, topic))
            await settled()
        assert quick.text.count("event: changed\ndata: screens\n\n") == 3
        assert slow.text == "retry: 2000\n\n"
        slow.reads.set()
        await settled()
        assert slow.text.count("data: screens") == 2  # the one under way, and the rest together
        assert slow.text.count("data: people") == 1
        slow_stream.cancel()
        quick_stream.cancel()

    asyncio.run(story())


def test_who_leaves_while_being_written_to_ends_quietly(hub):
    async def story():
        browser, stream = await opened(HARBOUR, "screens")
        browser.reads.clear()
        hub.publish(addressed(HARBOUR, "screens"))
        await settled()
        browser.leave()
        await asyncio.wait_for(stream, 1)
        browser.reads.set()
        await settled()
        assert hub._by_topic == {}
        assert browser.sent[-1] == {"type": "http.response.body", "body": b""}

    asyncio.run(story())


@pytest.mark.parametrize("token", ["", "x", "forged", "swapped", "old"])
def test_a_token_that_is_not_ours_opens_nothing(hub, token, monkeypatch):
    good = tokens.issue(HARBOUR, ["screens"])
    if token == "old":
        monkeypatch.setattr(tokens, "VALID_SECONDS", -1)
    text = {"forged": good[:-1] + ("A" if good[-1] != "A" else "B"), "old": good}.get(token, token)
    if token == "swapped":
        text = tokens.issue(MEADOW, ["screens"]).split(":")[0] + ":" + ":".join(good.split(":")[1:])
    browser = Browser(f"topics={text}")
    asyncio.run(asgi.stream(browser.scope, browser.receive, browser.send))
    assert (browser.status, hub._by_topic) == (403, {})


def test_a_stream_ends_when_its_client_leaves(hub):
    async def story():
        browser, stream = await opened(HARBOUR, "screens")
        browser.leave()
        await asyncio.wait_for(stream, 1)
        assert hub._by_topic == {}

    asyncio.run(story())


def test_every_stream_ends_when_the_house_closes(hub):
    async def story():
        streams = [(await opened(HARBOUR, "screens"))[1] for _ in range(5)]
        hub.close()
        await asyncio.wait_for(asyncio.gather(*streams), 1)
        # Who comes while we close is not kept either.
        _, late = await opened(HARBOUR, "screens")
        await asyncio.wait_for(late, 1)
        assert hub._by_topic == {}

    asyncio.run(story())


def test_a_quiet_stream_pings(hub, monkeypatch):
    monkeypatch.setattr(asgi, "PING_SECONDS", 0.01)

    async def story():
        browser, stream = await opened(HARBOUR, "screens")
        await soon(lambda: "event: ping" in browser.text)
        stream.cancel()

    asyncio.run(story())


def test_a_hint_carries_a_topic_and_comes_through_postgresql():
    async def story():
        hub = Hub()
        listening = asyncio.create_task(hub.listen(databases.direct(settings.OPERANT)))
        with hub.subscribe(frozenset({addressed(HARBOUR, "screens")})) as subscription:
            async with await psycopg.AsyncConnection.connect(
                **databases.direct(settings.OPERANT), autocommit=True
            ) as sender:
                changed = []
                while not changed:  # LISTEN may need a moment
                    for topic in (addressed(MEADOW, "screens"), addressed(HARBOUR, "screens")):
                        await sender.execute("SELECT pg_notify(%s, %s)", [CHANNEL, topic])
                    changed = await asyncio.wait_for(subscription.next(0.2), 5)
            assert changed == [addressed(HARBOUR, "screens")]
        listening.cancel()

    asyncio.run(story())


def test_many_hints_are_one_statement(cast):
    topics = [f"screen:scr_{number:022}" for number in range(1000)]
    with cast.at_harbour(), CaptureQueriesContext(connection) as asked:
        hint(*topics, "screens", topics[0])
    assert len([each for each in asked if "pg_notify" in each["sql"]]) == 1
    with cast.at_harbour(), CaptureQueriesContext(connection) as asked:
        hint()
    assert [each["sql"] for each in asked if "pg_notify" in each["sql"]] == []


def test_many_hints_of_one_commit_arrive_one_by_one(django_db_setup, django_db_blocker):
    topics = [addressed(HARBOUR, f"screen:scr_{number:022}") for number in range(1000)]
    with psycopg.connect(**databases.direct(settings.OPERANT), autocommit=True) as listener:
        listener.execute(f"LISTEN {CHANNEL}")
        with django_db_blocker.unblock():
            tell([*topics, topics[0]])
            connection.close()
        assert [each.payload for each in listener.notifies(timeout=5, stop_after=1000)] == topics


def test_a_hint_of_a_transaction_that_rolls_back_never_leaves(django_db_setup, django_db_blocker):
    undone, kept = (addressed(HARBOUR, f"screen:scr_{number:022}") for number in range(2))
    with psycopg.connect(**databases.direct(settings.OPERANT), autocommit=True) as listener:
        listener.execute(f"LISTEN {CHANNEL}")
        with django_db_blocker.unblock():
            with pytest.raises(ZeroDivisionError), transaction.atomic():
                tell([undone])
                raise ZeroDivisionError
            tell([kept])
            connection.close()
        assert [each.payload for each in listener.notifies(timeout=5, stop_after=1)] == [kept]


def test_after_a_lost_connection_everyone_asks_again(monkeypatch):
    monkeypatch.setattr(hubs, "RETRY_SECONDS", 0.01)

    async def story():
        hub, topic = Hub(), addressed(HARBOUR, "screens")
        with hub.subscribe(frozenset({topic})) as subscription:
            listening = asyncio.create_task(hub.listen(databases.direct(settings.OPERANT)))
            assert await asyncio.wait_for(subscription.next(5), 6) == [topic]
            told_while = [hub.is_listening]
            hub.follow(lambda _: told_while.append(hub.is_listening))
            await asyncio.to_thread(cut_listeners)
            assert await asyncio.wait_for(subscription.next(5), 6) == [topic]
            # Whoever remembers something forgets it while nothing can be remembered yet.
            assert told_while[:2] == [True, False]
        listening.cancel()

    asyncio.run(story())


def cut_listeners() -> None:
    with psycopg.connect(**plugin.ADMIN, autocommit=True) as session:
        session.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE query LIKE 'LISTEN%' AND pid <> pg_backend_pid()"
        )
