"""What a view leaves for afterwards: done once its answer was sent, and also where nobody takes the answer."""

import asyncio
import contextlib
import time
from types import ModuleType

import pytest
from asgiref.sync import async_to_sync
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path

from operant.config import handler, urls
from operant.platform.afterwards import afterwards
from operant.testing import asgi


@pytest.fixture
def done(db):
    """What happened, at an address that leaves something for afterwards."""
    happened = []

    def view(request):
        if "slow" in request.GET:
            time.sleep(0.5)
        afterwards(lambda: happened.append("done"))
        afterwards(lambda: happened.append("kept"), first=True)
        happened.append("viewed")
        return HttpResponse("answer")

    planted = ModuleType("afterwards_urls")
    planted.urlpatterns, planted.handler500 = [path("left", view)], urls.handler500
    with override_settings(ROOT_URLCONF=planted):
        yield happened


def asked(send):
    """Ask Django as the server does; `send` gets each message."""
    async_to_sync(answered)(send, "/left")


async def answered(send, path):
    messages = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive():
        if messages:
            return messages.pop()
        await asyncio.sleep(60)
        return {"type": "http.disconnect"}

    await handler.application()(asgi.scope("GET", path), receive, send)


def test_it_is_done_when_the_answer_was_sent(done):
    async def send(message):
        done.append(message["type"])

    asked(send)
    assert done == ["viewed", "http.response.start", "http.response.body", "kept", "done"]


def test_it_is_done_also_where_the_answer_breaks_off(done):
    async def send(message):
        raise ConnectionResetError

    with contextlib.suppress(ConnectionResetError):
        asked(send)
    assert done == ["viewed", "kept", "done"]


def test_it_is_done_also_where_the_server_ends_before_the_view(done):
    async def send(message):
        pass

    async def story():
        request = asyncio.create_task(answered(send, "/left?slow=1"))
        await asyncio.sleep(0.1)
        request.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await request
        await asyncio.sleep(1)

    async_to_sync(story)()
    assert done == ["viewed", "kept", "done"]
