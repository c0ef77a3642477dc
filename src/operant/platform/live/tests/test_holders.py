"""A page's stream ends with the session that the page was written for."""

import asyncio
from uuid import uuid4

import pytest

from operant.platform.live import asgi, holders, tokens
from operant.testing.waiting import soon

from .test_live import Browser, hub  # noqa: F401

HARBOUR = uuid4()


@pytest.fixture
def standing(monkeypatch) -> set[str]:
    """The sessions that stand."""
    names = {"one", "two"}

    async def stands(name: str) -> bool:
        return name in names

    monkeypatch.setattr(holders, "_asked", {holders.SESSION: stands, holders.MEMBER: stands})
    return names


def token(name: str | None, *topics: str, member: str | None = None) -> str:
    with holders.held_by(holders.SESSION, lambda: name), holders.held_by(holders.MEMBER, lambda: member):
        return tokens.issue(HARBOUR, list(topics))


async def opened(made: str) -> tuple[Browser, asyncio.Task]:
    browser = Browser(f"topics={made}")
    task = asyncio.create_task(asgi.stream(browser.scope, browser.receive, browser.send))
    await soon(lambda: browser.sent)
    return browser, task


def test_a_token_names_the_session_it_was_made_for_and_no_other():
    assert tokens.redeem(token("one", "screens")) == {f"{HARBOUR}/screens", "session/one"}
    assert tokens.redeem(token("one", member="two")) == {"session/one", "member/two"}
    assert tokens.redeem(token(None, "screens")) == {f"{HARBOUR}/screens"}
    assert tokens.redeem(tokens.issue(HARBOUR, ["screens"])) == {f"{HARBOUR}/screens"}


def test_a_stream_ends_when_its_session_does_and_others_go_on(hub, standing):  # noqa: F811
    async def story():
        (one, ending), (two, staying) = await opened(token("one", "screens")), await opened(token("two", "screens"))
        standing.discard("one")
        hub.publish("session/one")
        hub.publish("session/two")
        await asyncio.wait_for(ending, 5)
        hub.publish(f"{HARBOUR}/screens")
        await soon(lambda: "changed" in two.text)
        two.leave()
        await asyncio.wait_for(staying, 5)
        return one.text, two.text

    one, two = asyncio.run(story())
    assert one == "retry: 2000\n\nevent: over\ndata: \n\n"
    assert two == "retry: 2000\n\nevent: changed\ndata: screens\n\n"


def test_a_token_opens_nothing_once_its_session_is_over(hub, standing):  # noqa: F811
    async def story():
        browser, task = await opened(token("gone", "screens"))
        await asyncio.wait_for(task, 5)
        return browser.text

    assert asyncio.run(story()) == "retry: 2000\n\nevent: over\ndata: \n\n"


def test_a_token_of_a_session_that_stands_ends_with_its_member(hub, standing):  # noqa: F811
    async def story():
        browser, task = await opened(token("one", "screens", member="two"))
        standing.discard("two")
        hub.publish("member/two")
        await asyncio.wait_for(task, 5)
        return browser.text

    assert asyncio.run(story()) == "retry: 2000\n\nevent: over\ndata: \n\n"


def test_what_may_have_been_missed_is_asked_after(hub, standing):  # noqa: F811
    """Whenever listening begins, every topic is told: that ends the streams of no session that stands."""

    async def story():
        (_, ending), (two, staying) = await opened(token("one", "screens")), await opened(token("two", "screens"))
        standing.discard("one")
        hub._publish_everything()
        await asyncio.wait_for(ending, 5)
        await soon(lambda: "changed" in two.text)
        two.leave()
        await asyncio.wait_for(staying, 5)
        return two.text

    assert "over" not in asyncio.run(story())
