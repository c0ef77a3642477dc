"""One page: a GET that may be led on by redirects, written to a file. Each address on the way is judged anew."""

import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpcore

from operant.platform import outgoing
from operant.platform.outgoing import Address, lines
from operant.platform.refusals import Refusal

from ..stepping import Unreachable
from . import complaints, prometheus
from .feed import CSV, JSON, PROMETHEUS, Feed

AGENT = "Operant/1"
MOST_REDIRECTS = 5
_MOVED = {301, 302, 303, 307, 308}
_ACCEPTED = {CSV: "text/csv, text/plain;q=0.9, */*;q=0.5"}
_PIECE = 1 << 16
# What stands where a web page comes instead, and why that mostly is so.
_USUAL = {
    PROMETHEUS: ("JSON", "Give the address where Prometheus itself stands, and check what signs in."),
    JSON: ("JSON", "Use the address of the data itself, and check what signs in."),
    CSV: ("CSV", "A Google sheet must be shared with everybody who has the link, or be published to the web."),
}
Reached = Callable[[str], None]


@dataclass
class Budget:
    """What everything together may take: until a moment of `time.monotonic()`, and so many bytes."""

    seconds: float
    bytes: int

    def __post_init__(self) -> None:
        self.until, self.left = time.monotonic() + self.seconds, self.bytes

    def spend(self, size: int) -> None:
        """Count bytes that came, or that are said to come."""
        if size > self.left:
            raise Unreachable(
                "read", f"There is more than {self.bytes // 1_000_000} MB to read, so it was given up.",
                "Ask for less: fewer columns, a shorter time, or a summary.",
            )  # fmt: skip
        self.left -= size


def fetch(feed: Feed, address: Address, to: Path, budget: Budget, reached: Reached) -> Address:
    """
    Write what an address answers to a file, and return the address that answered in the end.

    :raises Unreachable: when it may not be called, does not answer, or gives no rows.
    """
    for _ in range(MOST_REDIRECTS + 1):
        led = _asked(feed, address, to, budget, reached)
        if led is None:
            return address
        if address.is_secret and not led.is_secret:
            raise Unreachable("answer", f"{address.place} leads to an address without encryption.", "Use that of the end.")
        address = led
    raise Unreachable("answer", f"{feed.target.place} leads on more than {MOST_REDIRECTS} times.", "Use the address of the end.")


def _asked(feed: Feed, address: Address, to: Path, budget: Budget, reached: Reached) -> Address | None:
    step = ["resolve"]

    def reach(name: str) -> None:
        # Without encryption there is nothing between the connection and the answer.
        step[0] = "answer" if name == "tls" and not address.is_secret else name
        reached(step[0])

    target = _target(feed, address, budget)
    reach("connect")
    url = httpcore.URL(scheme=address.scheme, host=address.host, port=address.port, target=address.path)
    backend = lines.Pinned(target, budget.until, reach)
    line = httpcore.HTTPConnection(url.origin, ssl_context=lines.trusting(), network_backend=backend)
    try:
        with closing(line), line.stream("GET", url, headers=_headers(feed, address)) as response:
            if response.status in _MOVED:
                return _led(address, response)
            _look_at(feed, address, response)
            reach("read")
            _write(response, to, budget)
            return None
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, TimeoutError) as error:
        raise complaints.of_line(error, address.host, address.port, budget.seconds, step[0]) from None


def _target(feed: Feed, address: Address, budget: Budget) -> outgoing.Target:
    try:
        left = max(0.1, min(5.0, budget.until - time.monotonic()))
        found = outgoing.resolve(address.host, address.port, asker=feed.asker, seconds=left)
    except Refusal as refused:
        raise Unreachable("resolve", refused.sentence) from None
    if found.is_public and feed.password and not address.is_secret and address.origin == feed.target.origin:
        said = f"{address.place} is on the open internet, where the header would be read on the way."
        raise Unreachable("resolve", said, "Use https://.")
    return found


def _headers(feed: Feed, address: Address) -> list[tuple[str, str]]:
    found = [
        ("Host", address.place), ("User-Agent", AGENT), ("Accept", _ACCEPTED.get(feed.format, "application/json, */*;q=0.5")),
        ("Accept-Encoding", "gzip"), ("Connection", "close"),
    ]  # fmt: skip
    # What signs in was given for one origin: wherever that one leads, it stays here.
    if feed.header and address.origin == feed.target.origin:
        found = [each for each in found if each[0].lower() != feed.header.lower()] + [(feed.header, feed.password)]
    return found


def _led(address: Address, response: httpcore.Response) -> Address:
    try:
        return address.joined(_header(response, b"location"))
    except Refusal:
        raise Unreachable("answer", f"{address.place} leads to somewhere that is no address.", "Use that of the end.") from None


def _look_at(feed: Feed, address: Address, response: httpcore.Response) -> None:
    if response.status != 200:
        said = prometheus.complaint(_start(response)) if feed.format == PROMETHEUS else ""
        if said:
            raise Unreachable("read", f"Prometheus says: {said}.")
        raise complaints.of_status(response.status, address.place)
    if _header(response, b"content-type").lower().startswith("text/html"):
        what, advice = _USUAL[feed.format]
        raise Unreachable("answer", f"{address.place} answers with a web page, not with {what}.", advice)


def _start(response: httpcore.Response) -> bytes:
    found = b""
    for piece in response.iter_stream():
        found += piece
        if len(found) > _PIECE:
            break
    if _header(response, b"content-encoding").lower() != "gzip":
        return found
    try:
        return zlib.decompressobj(wbits=31).decompress(found, _PIECE)
    except zlib.error:
        return b""


def _write(response: httpcore.Response, to: Path, budget: Budget) -> None:
    declared = _header(response, b"content-length")
    if declared.isdigit() and int(declared) > budget.left:
        budget.spend(int(declared))  # said before a byte of it is read
    packed = _header(response, b"content-encoding").lower() in {"gzip", "x-gzip"}
    with to.open("wb") as target:
        for piece in _unpacked(response.iter_stream()) if packed else response.iter_stream():
            budget.spend(len(piece))
            target.write(piece)


def _unpacked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    # A thousandth of its size on the way: what comes out is counted, a piece at a time. What is sent after the end
    # would be kept in memory and counted nowhere, so it is not read.
    unpacking = zlib.decompressobj(wbits=31)
    try:
        for piece in pieces:
            while piece and not unpacking.eof:
                yield unpacking.decompress(piece, _PIECE)
                piece = unpacking.unconsumed_tail
            if unpacking.eof:
                return
    except zlib.error:
        raise Unreachable("read", "The answer says that it is compressed, and is not.") from None
    raise Unreachable("read", "The answer ends in the middle of what is compressed.", "Try again in a moment.")


def _header(response: httpcore.Response, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in response.headers if key.lower() == name), "")
