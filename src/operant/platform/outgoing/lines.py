"""A connection for HTTP to the addresses that were judged, and to no others, that ends in time as a whole."""

import time
from collections.abc import Callable
from functools import cache
from ssl import SSLContext, create_default_context
from typing import Any

import httpcore

from .resolving import Target

Reached = Callable[[str], None]


def quietly(step: str) -> None:
    """Tell nobody how far a connection is."""


@cache
def trusting() -> SSLContext:
    """Return what verifies certificates: the authorities that this machine trusts."""
    return create_default_context()


class Pinned(httpcore.NetworkBackend):
    """
    Connects to the addresses of a target, whatever its name says by now.

    `until` is a moment of `time.monotonic()`. `reached` is told “tls” once there is a connection, and “answer” once that
    is encrypted.
    """

    def __init__(self, target: Target, until: float, reached: Reached = quietly) -> None:
        self._target, self._until, self._reached = target, until, reached
        self._network = httpcore.SyncBackend()

    def connect_tcp(self, host: str, port: int, *more: Any, **how: Any) -> httpcore.NetworkStream:
        addresses = self._target.addresses
        for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            try:
                # Each has its share of the time, so that the last one is tried too.
                stream = self._network.connect_tcp(address, self._target.port, timeout=_left(self._until) / left)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if left == 1:
                    raise
            else:
                self._reached("tls")
                return _Limited(stream, self._until, self._reached)
        raise httpcore.ConnectError("There is no address.")


class _Limited(httpcore.NetworkStream):
    """A connection on which everything together ends in time: one byte every few seconds is no answer."""

    def __init__(self, stream: httpcore.NetworkStream, until: float, reached: Reached) -> None:
        self._stream, self._until, self._reached = stream, until, reached

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, timeout=_left(self._until))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout=_left(self._until))

    def start_tls(
        self, ssl_context: SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, _left(self._until))
        self._reached("answer")
        return _Limited(stream, self._until, self._reached)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("The time is up.")
    return left
