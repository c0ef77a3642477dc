import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, Protocol, TypeVar

import psycopg

from operant.platform.events.hints import CHANNEL

log = logging.getLogger("operant.live")
RETRY_SECONDS = 2.0


class Listener(Protocol):
    """What the hub tells: the topics it waits for, and how it is told."""

    topics: frozenset[str]

    def push(self, topic: str) -> None: ...

    def end(self) -> None: ...


Told = TypeVar("Told", bound=Listener)


class Subscription:
    """The topics one stream waits for. What arrives while it is busy is kept once per topic."""

    __slots__ = ("topics", "is_over", "_changed", "_waiting")

    def __init__(self, topics: frozenset[str]) -> None:
        self.topics = topics
        self.is_over = False
        self._changed: dict[str, None] = {}
        self._waiting: asyncio.Future[None] | None = None

    def end(self) -> None:
        """Wake the stream for the last time: its client left."""
        self.is_over = True
        self._wake()

    def push(self, topic: str) -> None:
        self._changed[topic] = None
        self._wake()

    async def next(self, timeout: float) -> list[str]:
        """Return the topics that changed, or none when `timeout` seconds passed without any."""
        if not (self._changed or self.is_over):
            # A future and a timer: `wait_for` would make a task for every event of every stream.
            loop = asyncio.get_running_loop()
            self._waiting = loop.create_future()
            timer = loop.call_later(timeout, self._wake)
            try:
                await self._waiting
            finally:
                timer.cancel()
                self._waiting = None
        changed, self._changed = list(self._changed), {}
        return changed

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)


class Hub:
    """One LISTEN for a whole process, fanned out to subscriptions by exact topic."""

    def __init__(self) -> None:
        self._by_topic: dict[str, set[Listener]] = defaultdict(set)
        self._news: dict[str, None] = {}
        self._followers: list[Callable[[str | None], None]] = []
        self.closing = asyncio.Event()
        self.is_listening = False

    @contextlib.contextmanager
    def subscribe(self, topics: frozenset[str]) -> Iterator[Subscription]:
        """Receive these addressed topics inside the block."""
        with self.telling(Subscription(topics)) as subscription:
            yield subscription

    @contextlib.contextmanager
    def telling(self, subscription: Told) -> Iterator[Told]:
        """Let a subscription be told of its topics inside the block."""
        for topic in subscription.topics:
            self._by_topic[topic].add(subscription)
        if self.closing.is_set():
            subscription.end()
        try:
            yield subscription
        finally:
            self._forget(subscription)

    def move(self, subscription: Listener, topics: frozenset[str]) -> None:
        """Let a subscription be told of other topics than before."""
        self._forget(subscription)
        subscription.topics = topics
        for topic in topics:
            self._by_topic[topic].add(subscription)

    def listeners(self, topic: str) -> int:
        """Return how many wait for an addressed topic in this process."""
        return len(self._by_topic.get(topic, ()))

    def follow(self, follower: Callable[[str | None], None]) -> None:
        """Call this with every addressed topic, and with None whenever some may have been missed."""
        self._followers.append(follower)

    def publish(self, topic: str) -> None:
        """Tell whoever waits for a topic, once for all hints that come together."""
        for follower in self._followers:
            _tell(follower, topic)
        if not self._news:
            asyncio.get_running_loop().call_soon(self._tell)
        self._news[topic] = None

    async def listen(self, parameters: dict[str, Any]) -> None:
        """Listen until cancelled. Whenever listening begins, everyone is told that anything may have changed."""
        while True:
            try:
                await self._listen_once(parameters)
            except psycopg.Error as error:
                log.warning("Live updates lost their database connection (%s); trying again.", type(error).__name__)
            await asyncio.sleep(RETRY_SECONDS)

    async def _listen_once(self, parameters: dict[str, Any]) -> None:
        async with await psycopg.AsyncConnection.connect(**parameters, autocommit=True) as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            # Only now is nothing missed any more: what committed before this line reached nobody.
            for follower in self._followers:
                _tell(follower, None)
            self.is_listening = True
            try:
                self._publish_everything()
                async for notification in connection.notifies():
                    self.publish(notification.payload)
            finally:
                self.is_listening = False

    def close(self) -> None:
        """End every stream, so that the process can stop."""
        self.closing.set()
        for listener in {each for listeners in self._by_topic.values() for each in listeners}:
            listener.end()

    def _publish_everything(self) -> None:
        for topic in list(self._by_topic):
            self.publish(topic)

    def _tell(self) -> None:
        news, self._news = self._news, {}
        for topic in news:
            for subscription in list(self._by_topic.get(topic, ())):
                _tell(subscription.push, topic)

    def _forget(self, subscription: Listener) -> None:
        for topic in subscription.topics:
            self._by_topic[topic].discard(subscription)
            if not self._by_topic[topic]:
                del self._by_topic[topic]


def _tell(told: Callable[[Any], None], topic: str | None) -> None:
    try:
        told(topic)
    except Exception:
        # Whoever cannot be told must not keep it from the others.
        log.exception("A hint was not taken.")


hub = Hub()
