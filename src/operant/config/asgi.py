"""The ASGI program: raw routes first, then Django. It answers lifespan itself."""

import asyncio
import contextlib
import logging
import os
import signal
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "operant.config.settings")

from django.core.asgi import get_asgi_application  # noqa: E402

django_application = get_asgi_application()

from django.conf import settings  # noqa: E402
from servestatic import ServeStaticASGI  # noqa: E402

from operant.platform.live import asgi as live  # noqa: E402
from operant.platform.live.hub import hub  # noqa: E402
from operant.platform.ui.security import security_headers  # noqa: E402
from operant.relay.actions.sampling import HEARTBEATS  # noqa: E402
from operant.relay.web import hot as relay  # noqa: E402

from . import bodies, databases, hot  # noqa: E402

STATIC = ServeStaticASGI(
    django_application, root=settings.STATIC_ROOT, prefix=settings.STATIC_URL, max_age=60, allow_all_origins=False,
    immutable_file_test=r"^.+[.-][0-9A-Za-z_-]{8,}\.(js|css|woff2)$",
)
log = logging.getLogger("operant.web")
RAW = hot.Routes({("GET", "/live"): live.stream, **relay.ROUTES}, security_headers)


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer one connection."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope.get("path") in STATIC.files:
        await STATIC(scope, receive, RAW.secured(scope, send))
    elif not await RAW.answered(scope, receive, send):
        await bodies.bounded(django_application, scope, receive, send, RAW.secured(scope, send))


async def _lifespan(receive: Any, send: Any) -> None:
    await receive()
    listening = asyncio.create_task(hub.listen(databases.direct(settings.OPERANT)))
    sampling = asyncio.create_task(_sample())
    _close_streams_on(signal.SIGTERM)
    _close_streams_on(signal.SIGINT)
    await send({"type": "lifespan.startup.complete"})
    await receive()
    HEARTBEATS.close()
    await sampling
    listening.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await listening
    await send({"type": "lifespan.shutdown.complete"})


async def _sample() -> None:
    role = databases.ingest(settings.OPERANT)
    if role is None:
        log.warning("Heartbeats are written one by one: DATABASE_INGEST_URL is not set.")
    else:
        await HEARTBEATS.run(role)


def _close_streams_on(number: signal.Signals) -> None:
    # The server tells us of its shutdown only after the last connection has ended, and an open stream never ends.
    loop, before = asyncio.get_running_loop(), signal.getsignal(number)

    def close(received: int, frame: Any) -> None:
        loop.call_soon_threadsafe(hub.close)
        if callable(before):
            before(received, frame)

    signal.signal(number, close)
