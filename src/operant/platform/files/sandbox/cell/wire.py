"""Frames between the server and a sandbox process: four bytes of length, then JSON; open files travel beside it."""

import json
import socket

MOST_FILES = 64


class Closed(Exception):
    """The other side is gone, or sent a frame larger than we accept."""


def send(sock: socket.socket, message: dict, files: list[int] = ()) -> None:
    send_text(sock, json.dumps(message), files)


def send_text(sock: socket.socket, text: str, files: list[int] = ()) -> None:
    body = text.encode()
    socket.send_fds(sock, [len(body).to_bytes(4, "big")], list(files))
    sock.sendall(body)


def receive(sock: socket.socket, most_bytes: int) -> tuple[dict, list[int]]:
    head, files, _flags, _address = socket.recv_fds(sock, 4, MOST_FILES)
    if not head:
        raise Closed
    size = int.from_bytes(head + _exactly(sock, 4 - len(head)), "big")
    if size > most_bytes:
        raise Closed
    return json.loads(_exactly(sock, size)), files


def _exactly(sock: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = sock.recv(min(size - len(parts), 1 << 20))
        if not part:
            raise Closed
        parts += part
    return bytes(parts)
