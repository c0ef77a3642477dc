"""The ASGI program: raw routes first, then Django. It answers lifespan itself."""

import asyncio
import contextlib
import logging
import os
import signal
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "operant.config.settings")

from . import handler  # noqa: E402

django_application = handler.application()

from django.conf import settings  # noqa: E402
from servestatic import ServeStaticASGI  # noqa: E402

from operant.panel.operating import alerter  # noqa: E402
from operant.platform import trail  # noqa: E402
from operant.platform.live import asgi as live  # noqa: E402
from operant.platform.live.hub import hub  # noqa: E402
from operant.platform.observing import errors, health, requests, scraping, usage  # noqa: E402
from operant.platform.ui.security import security_headers  # noqa: E402
from operant.relay.web import hot as relay  # noqa: E402

from . import auditing, bodies, databases, hot, short  # noqa: E402

STATIC = ServeStaticASGI(
    django_application, root=settings.STATIC_ROOT, prefix=settings.STATIC_URL, max_age=60, allow_all_origins=False,
    immutable_file_test=r"^.+[.-][0-9A-Za-z_-]{8,}\.(js|css|woff2)$",
)
log = logging.getLogger("operant.web")
ready = health.Readiness(lambda: [*AUDIT.troubles, *(["stopping"] if hub.closing.is_set() else [])])
PROBES = {(method, path): probe for path, probe in (("/healthz", health.alive), ("/readyz", ready)) for method in ("GET", "HEAD")}
RAW = hot.Routes(
    {("GET", "/live"): live.stream, **PROBES, ("GET", "/metrics"): scraping.Scraping(), **relay.ROUTES}, security_headers
)
SHORT = short.Routes(relay.SHORT, headers=RAW.kept, trusted_proxies=settings.TRUSTED_PROXIES)
AUDIT = auditing.Audit()
# Asked by machines all the time: counted, and logged only when something is refused.
QUIET = frozenset({settings.STATIC_URL, "/healthz", "/readyz", "/metrics"})


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer one connection."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif not await SHORT.answered(scope, receive, send):
        await _watched(scope, receive, send)


async def _answer(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["path"] in STATIC.files:
        trail.note(route=settings.STATIC_URL)
        await STATIC(scope, receive, RAW.secured(scope, send))
    else:
        await bodies.bounded(_dynamic, scope, receive, send, RAW.secured(scope, send))


async def _dynamic(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if not await RAW.answered(scope, receive, send):
        await django_application(scope, receive, send)


async def _fail(scope: dict[str, Any], send: Any, request_id: str) -> None:
    await live.answer(RAW.secured(scope, send), 500, requests.failure(request_id))


_watched = requests.Watched(_answer, trusted_proxies=settings.TRUSTED_PROXIES, quiet=QUIET, fail=_fail)


async def _lifespan(receive: Any, send: Any) -> None:
    await receive()
    try:
        auditing_on = await AUDIT.begin()
    except auditing.NotIsolated as error:
        await send({"type": "lifespan.startup.failed", "message": str(error)})
        return
    listening = asyncio.create_task(hub.listen(databases.direct(settings.OPERANT)))
    watching, sampling = asyncio.create_task(alerter.watch()), _sampling()
    _close_streams_on(signal.SIGTERM)
    _close_streams_on(signal.SIGINT)
    with errors.keeper.writing(), usage.tally.writing():
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for lane in relay.LANES:
            lane.close()
        await asyncio.gather(*sampling)
        for task in filter(None, (listening, auditing_on, watching)):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
    await send({"type": "lifespan.shutdown.complete"})


def _sampling() -> list[asyncio.Task[None]]:
    role = databases.ingest(settings.OPERANT)
    if role is None:
        log.warning("Heartbeats are written one by one: DATABASE_INGEST_URL is not set.")
        return []
    return [asyncio.create_task(lane.run(role)) for lane in relay.LANES]


def _close_streams_on(number: signal.Signals) -> None:
    # The server tells us of its shutdown only after the last connection has ended, and an open stream never ends.
    loop, before = asyncio.get_running_loop(), signal.getsignal(number)

    def close(received: int, frame: Any) -> None:
        loop.call_soon_threadsafe(hub.close)
        if callable(before):
            before(received, frame)

    signal.signal(number, close)
