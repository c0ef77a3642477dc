"""Django behind ASGI, where a request holds a connection to the database only while it is answered."""

import asyncio
from typing import Any

import django
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.core.signals import request_started
from django.db import close_old_connections, reset_queries
from django.http import HttpRequest, HttpResponseBase

from operant.platform import afterwards, lending


class Handler(ASGIHandler):
    """
    Answers a request in one thread, from its first middleware to its last: all of ours is synchronous, and each step to the
    event loop and back costs as much as a statement.

    Gives the connection of that thread back before the answer is sent, and again however the request ended. Django does so
    when an answer is closed: a slow reader would hold one for as long as they read. After an exception on the way, such
    as a stream that broke off, it never does: the thread ends, and the pool has one connection less for ever.

    Then what views left for afterwards is done, whatever became of the answer.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def handle(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        with afterwards.gathering() as works:
            try:
                await super().handle(scope, receive, send)
            finally:
                # In the view's own thread, so after it: of a request that was canceled it may still be at work.
                await asyncio.shield(_end(works))

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        return await sync_to_async(self.get_response, thread_sensitive=True)(request)

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        try:
            return super().get_response(request)
        finally:
            lending.give_back()


def _ended(works: afterwards.Works) -> None:
    try:
        afterwards.do(works)
    finally:
        lending.give_back()


_end = sync_to_async(_ended, thread_sensitive=True)


def application() -> Handler:
    """Return Django, set up."""
    django.setup(set_prefix=False)
    # Each request has a thread of its own, where nothing is left of another one: they would only be called in it.
    for receiver in (reset_queries, close_old_connections):
        request_started.disconnect(receiver)
    return Handler()
