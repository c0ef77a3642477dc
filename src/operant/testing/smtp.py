"""A mail server for tests: a real socket that answers as told, and misbehaves as told."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class MailServer:
    """
    What the server says and what it got.

    `answers` maps a verb (`HELLO`, `MAIL`, `RCPT`, `DATA`, `END` for the answer after the mail's last dot, `QUIT`) to a
    reply; the reply `CUT` closes the connection without a word.
    """

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    mails: list[bytes] = field(default_factory=list)
    connections: int = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}?tls=none"

    def answer(self, verb: str, usual: str) -> str:
        return self.answers.get(verb, usual)


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Serve on a free port inside the block."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = MailServer(port=listening.getsockname()[1])
    serving = threading.Thread(target=_serve, args=(listening, server), daemon=True)
    serving.start()
    try:
        yield server
    finally:
        # Closing alone does not wake a thread that waits in accept().
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        serving.join(2)


def _serve(listening: socket.socket, server: MailServer) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        server.connections += 1
        with connection, connection.makefile("rwb") as stream:
            try:
                _talk(stream, server)
            except OSError:
                continue


def _talk(stream, server: MailServer) -> None:
    if not _say(stream, server.answer("HELLO", "220 ready")):
        return
    usual = {"QUIT": "221 bye", "DATA": "354 go on"}
    while line := stream.readline():
        verb = line[:4].decode("ascii", "replace").upper().strip()
        if not (said := _say(stream, server.answer(verb, usual.get(verb, "250 fine")))) or verb == "QUIT":
            return
        if verb == "DATA" and said.startswith("354"):
            server.mails.append(b"".join(iter(stream.readline, b".\r\n")))
            if not _say(stream, server.answer("END", "250 taken")):
                return


def _say(stream, words: str) -> str:
    if words == "CUT":
        return ""
    stream.write(words.encode() + b"\r\n")
    stream.flush()
    return words
