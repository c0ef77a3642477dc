"""The adapter: one signed POST to somebody else's server, and many of them side by side."""

import logging
import ssl
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import httpcore

from operant.platform import clock
from operant.platform.outgoing.lines import Pinned, trusting
from operant.platform.refusals import Refusal

from . import addresses, signing

log = logging.getLogger("operant.webhooks")
SECONDS = 10
READ, KEPT = 64 * 1024, 1024
AT_ONCE = 32
FEW = 4
"""Calls that one endpoint has at once."""
STARTS_FOR = 5
"""Seconds in which a round begins calls: it ends soon after, and what is left comes again."""
AGENT = "Operant-Webhooks/1"


@dataclass(frozen=True)
class Call:
    """One delivery as it goes out."""

    delivery_id: UUID
    endpoint_id: UUID
    address: str = field(repr=False)
    webhook_id: str
    body: bytes = field(repr=False)
    secrets: list[str] = field(repr=False)
    asker: str


@dataclass(frozen=True)
class Outcome:
    """What became of a call: an answer with its status, or why there was none."""

    at: datetime
    took_ms: int
    status: int | None = None
    because: str = ""
    answer: str = ""
    retry_after: str = ""

    @property
    def is_delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


Done = list[tuple[Call, Outcome]]


def each(calls: Iterable[Call]) -> Iterator[Done]:
    """Make calls side by side, a few for one endpoint, and give those that ended; no more begin after some seconds."""
    waiting = _by_endpoint(calls)
    until, running = time.monotonic() + STARTS_FOR, dict[Future[Outcome], Call]()
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook") as threads:
        while True:
            if time.monotonic() < until:
                for call in _next(waiting, running):
                    running[threads.submit(send, call, clock.now())] = call
            if not running:
                return
            ended, _ = wait(running, return_when=FIRST_COMPLETED)
            yield [(running.pop(future), future.result()) for future in ended]


def _by_endpoint(calls: Iterable[Call]) -> dict[UUID, deque[Call]]:
    waiting: dict[UUID, deque[Call]] = {}
    for call in calls:
        waiting.setdefault(call.endpoint_id, deque()).append(call)
    return waiting


def _next(waiting: dict[UUID, deque[Call]], running: dict[Any, Call]) -> list[Call]:
    """Take what may begin now: of each endpoint one in turn, as long as there is room."""
    busy, begun, room = Counter(call.endpoint_id for call in running.values()), [], AT_ONCE - len(running)
    ready = deque(endpoint for endpoint, calls in waiting.items() if calls and busy[endpoint] < FEW)
    while ready and len(begun) < room:
        endpoint = ready.popleft()
        begun.append(waiting[endpoint].popleft())
        busy[endpoint] += 1
        if waiting[endpoint] and busy[endpoint] < FEW:
            ready.append(endpoint)
    return begun


def send(call: Call, at: datetime) -> Outcome:
    """Make one call, signed for this instant, and return what became of it. Redirects are answers like others."""
    begun = time.monotonic()
    try:
        told = _sent(call, at, begun + SECONDS)
    except Refusal as refused:
        told = {"because": refused.sentence}
    except (httpcore.TimeoutException, TimeoutError):
        told = {"because": f"There was no answer within {SECONDS} seconds."}
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        told = {"because": _complaint(error)}
    except Exception:
        # The others of this round are not sent again because of one that failed as nobody thought of.
        log.exception("A webhook could not be sent.")
        told = {"because": "Operant itself failed to send this. Its operator finds the reason among the errors."}
    return Outcome(at=at, took_ms=round((time.monotonic() - begun) * 1000), **told)


def _sent(call: Call, at: datetime, until: float) -> dict[str, Any]:
    address = addresses.read(call.address)
    target = addresses.target(address, asker=call.asker)
    signed = signing.headers(
        webhook_id=call.webhook_id, timestamp=int(at.timestamp()), body=call.body, secrets=call.secrets
    )
    headers = {
        "Host": address.place, "User-Agent": AGENT, "Content-Type": "application/json", "Accept": "*/*",
        "Accept-Encoding": "identity", "Connection": "close", **signed,
    }  # fmt: skip
    url = httpcore.URL(scheme=address.scheme, host=address.host, port=address.port, target=address.path)
    line = httpcore.HTTPConnection(url.origin, ssl_context=trusting(), network_backend=Pinned(target, until))
    with closing(line), line.stream("POST", url, headers=list(headers.items()), content=call.body) as response:
        return _told(response)


def _told(response: httpcore.Response) -> dict[str, Any]:
    status, found = response.status, b""
    # The status counts as soon as it is there, whatever becomes of the rest.
    with suppress(httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
        for chunk in response.iter_stream():
            found += chunk
            if len(found) >= READ:
                break
    asked = next((value for name, value in response.headers if name.lower() == b"retry-after"), b"")
    return {
        "status": status, "because": _verdict(status), "answer": readable(found[:KEPT]),
        "retry_after": asked.decode("latin-1")[:60] if status in {429, 503} else "",
    }  # fmt: skip


def readable(found: bytes) -> str:
    """Return bytes from somebody else as text that can be kept and shown."""
    return "".join(letter for letter in found.decode(errors="replace") if letter.isprintable() or letter in "\n\t")


def _verdict(status: int) -> str:
    if 200 <= status < 300:
        return ""
    return f"Answered {status}." if not 300 <= status < 400 else f"Answered {status}: redirects are not followed."


def _complaint(error: Exception) -> str:
    cause = error.__cause__ or error.__context__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"The certificate was not accepted: {cause.verify_message}."[:300]
    if isinstance(cause, ssl.SSLError):
        return "There was no encrypted connection: what listens there does not speak TLS as it should."
    if isinstance(error, httpcore.ConnectError):
        return "There was no connection: nothing listens there, or it refused."
    return "The connection ended before there was an answer."
