"""Servers that are not what they should be, and what they say in PostgreSQL's protocol."""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable


class Fake:
    """A server on loopback that does with each caller what the test says, and remembers what it heard and sent."""

    def __init__(self, act: Callable[["Fake", socket.socket], None]) -> None:
        self.heard, self.sent = b"", 0
        self._act, self._listener = act, socket.create_server(("127.0.0.1", 0))
        self._callers: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def port(self) -> int:
        return self._listener.getsockname()[1]

    @property
    def callers(self) -> int:
        return len(self._callers)

    def hear(self, caller: socket.socket) -> bytes:
        piece = caller.recv(1 << 16)
        self.heard += piece
        return piece

    def say(self, caller: socket.socket, content: bytes) -> None:
        caller.sendall(content)
        self.sent += len(content)

    def close(self) -> None:
        for each in [self._listener, *self._callers]:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                caller, _ = self._listener.accept()
                self._callers.append(caller)
                threading.Thread(target=self._answer, args=(caller,), daemon=True).start()

    def _answer(self, caller: socket.socket) -> None:
        with contextlib.suppress(OSError):
            self._act(self, caller)


def message(kind: bytes, content: bytes) -> bytes:
    """Return one message of PostgreSQL's protocol."""
    return kind + struct.pack("!I", len(content) + 4) + content


PASSWORD = "never-to-be-seen"
SIGNED_IN = message(b"R", struct.pack("!I", 0)) + message(b"Z", b"I")
CLEAR_PASSWORD = message(b"R", struct.pack("!I", 3))


def complaint(**fields):
    told = b"".join(name.encode() + value + b"\0" for name, value in fields.items())
    return message(b"E", b"SERROR\0" + told + b"\0")


def hangs(server, caller):
    while server.hear(caller):
        pass


def signs_in(then):
    def act(server, caller):
        server.hear(caller)
        server.say(caller, SIGNED_IN)
        server.hear(caller)
        then(server, caller)

    return act


READY = message(b"Z", b"T")
BEGUN = message(b"C", b"BEGIN\0") + READY
PREPARED = message(b"1", b"") + READY


def columns(*oids):
    each = [b"c\0" + struct.pack("!IhIhih", 0, 0, oid, -1, -1, 0) for oid in oids]
    return message(b"T", struct.pack("!H", len(oids)) + b"".join(each))


def answer(*values):
    cells = b"".join(struct.pack("!I", len(each)) + each for each in values)
    row = message(b"D", struct.pack("!H", len(values)) + cells)
    return columns(*[25] * len(values)) + row + message(b"C", b"SELECT 1\0") + READY


def says(*sayings):
    def act(server, caller):
        for each in (SIGNED_IN, BEGUN, *sayings):
            server.hear(caller)
            server.say(caller, each)
        hangs(server, caller)

    return act
