"""A request is answered in one thread: each step to the event loop and back costs as much as a statement."""

import asyncio
from types import ModuleType

import pytest
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path

from operant.config import handler, urls
from operant.testing import asgi


class Counting(asyncio.SelectorEventLoop):
    """An event loop that counts what it hands over to threads."""

    handed = 0

    def run_in_executor(self, *work):
        self.handed += 1
        return super().run_in_executor(*work)


@pytest.mark.parametrize(("address", "status"), [("/here", 200), ("/nowhere", 404), ("/broken", 500)])
def test_a_request_is_handed_over_once_for_its_answer_and_twice_when_that_was_sent(address, status):
    loop, waiting, sent = Counting(), [{"type": "http.request", "body": b"", "more_body": False}], []

    async def receive():
        return waiting.pop() if waiting else await asyncio.sleep(60)

    async def send(message):
        sent.append((message.get("status"), loop.handed))

    planted = ModuleType("planted_urls")
    planted.urlpatterns = [path("here", lambda request: HttpResponse("here")), path("broken", lambda request: 1 / 0)]
    planted.handler404, planted.handler500 = urls.handler404, urls.handler500
    with override_settings(ROOT_URLCONF=planted):
        loop.run_until_complete(handler.application()(asgi.scope("GET", address), receive, send))
    loop.close()
    assert (sent, loop.handed) == ([(status, 1), (None, 1)], 3)
