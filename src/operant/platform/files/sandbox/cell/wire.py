"""Frames between the server and a sandbox process: four bytes of length, then JSON; open files travel beside it."""

import json
import socket
import time

MOST_FILES = 64


class Closed(Exception):
    """The other side is gone, or sent a frame larger than we accept."""


def send(sock: socket.socket, message: dict, files: list[int] = ()) -> None:
    send_text(sock, json.dumps(message), files)


def send_text(sock: socket.socket, text: str, files: list[int] = ()) -> None:
    body = text.encode()
    socket.send_fds(sock, [len(body).to_bytes(4, "big")], list(files))
    sock.sendall(body)


def receive(
    sock: socket.socket, most_bytes: int, deadline: float | None = None, *, most_files: int = 0
) -> tuple[dict, list[int]]:
    """
    Return the next frame, and the open files beside it; the kernel closes those beyond `most_files`.

    :raises Closed: when there is none, or it is too large.
    :raises TimeoutError: when it was not whole at the deadline (by the monotonic clock), or the socket's own timeout passed.
    """
    _until(sock, deadline)
    head, files, _flags, _address = socket.recv_fds(sock, 4, most_files)
    if not head:
        raise Closed
    size = int.from_bytes(head + _exactly(sock, 4 - len(head), deadline), "big")
    if size > most_bytes:
        raise Closed
    return json.loads(_exactly(sock, size, deadline)), files


def _exactly(sock: socket.socket, size: int, deadline: float | None) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        _until(sock, deadline)
        part = sock.recv(min(size - len(parts), 1 << 20))
        if not part:
            raise Closed
        parts += part
    return bytes(parts)


def _until(sock: socket.socket, deadline: float | None) -> None:
    if deadline is not None:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        sock.settimeout(left)
