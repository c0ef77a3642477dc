"""Django behind ASGI, where a request holds a connection to the database only while it is answered."""

import asyncio
from typing import Any

import django
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpResponseBase

from operant.platform import afterwards, lending

_give_back = sync_to_async(lending.give_back, thread_sensitive=True)


class Handler(ASGIHandler):
    """
    Gives the connection of a request's thread back before the answer is sent, and again however the request ended.

    Django does so when an answer is closed: a slow reader would hold one for as long as they read. After an exception on the
    way, such as a stream that broke off, it never does: the thread ends, and the pool has one connection less for ever.

    Then what views left for afterwards is done, whatever became of the answer.
    """

    async def handle(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        with afterwards.gathering() as works:
            try:
                await super().handle(scope, receive, send)
            finally:
                # In the view's own thread, so after it: of a request that was canceled it may still be at work.
                await asyncio.shield(_end(works))

    async def send_response(self, response: HttpResponseBase, send: Any) -> None:
        await _give_back()
        await super().send_response(response, send)


def _ended(works: afterwards.Works) -> None:
    try:
        afterwards.do(works)
    finally:
        lending.give_back()


_end = sync_to_async(_ended, thread_sensitive=True)


def application() -> Handler:
    """Return Django, set up."""
    django.setup(set_prefix=False)
    return Handler()
