"""Waiting for a socket until a moment and no longer, and counting what came through it."""

import os
import select
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager

# Where Linux counts the bytes that a TCP connection received, in struct tcp_info.
_RECEIVED = struct.Struct("@Q")
_RECEIVED_AT = 128


class TooLate(Exception):
    """The moment passed before anything happened."""


def until_ready(descriptor: int, *, reading: bool = False, writing: bool = False, deadline: float) -> bool:
    """
    Wait until a socket can be read or written, and return whether it can be read. Without either, wait to write.

    :raises TooLate: when the deadline passes first.
    """
    events = (select.POLLIN if reading else 0) | (select.POLLOUT if writing or not reading else 0)
    poll = select.poll()
    poll.register(descriptor, events)
    ready = poll.poll(max(0, deadline - time.monotonic()) * 1000)
    # A socket that always has something more to say must not outrun the deadline.
    if not ready or time.monotonic() >= deadline:
        raise TooLate
    return bool(ready[0][1] & ~select.POLLOUT)


@contextmanager
def borrowed(descriptor: int) -> Iterator[socket.socket]:
    """Give libpq's socket to Python for a moment, through a descriptor of its own."""
    with socket.socket(fileno=os.dup(descriptor)) as opened:
        yield opened


def received(opened: socket.socket) -> int:
    """Return how many bytes a connection has received so far, or 0 where the system does not count them."""
    if not hasattr(socket, "TCP_INFO"):
        return 0
    told = opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _RECEIVED_AT + _RECEIVED.size)
    return _RECEIVED.unpack_from(told, _RECEIVED_AT)[0] if len(told) >= _RECEIVED_AT + _RECEIVED.size else 0
