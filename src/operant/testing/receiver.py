"""Somebody's server, for webhooks and for addresses: a real one, which answers as told, and misbehaves as told."""

import datetime
import ipaddress
import socket
import ssl
import tempfile
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

SILENT, CUT, DRIP, HUGE = "silent", "cut", "drip", "huge"


@dataclass(frozen=True)
class Answer:
    """
    How a request is answered.

    `how` misbehaves: `silent` says nothing until the receiver ends, `cut` closes at once, `drip` sends a letter of its
    head now and then, `huge` sends a body without an end.
    """

    status: int = 204
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    how: str = ""


@dataclass(frozen=True)
class Got:
    """A request that arrived."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """
    What arrived, and what is answered: `answers` one after the other, then what `at` says of the path, or `usual`.

    `most_at_once` is how many requests of one path were at work together.
    """

    port: int = 0
    scheme: str = "http"
    usual: Answer = field(default_factory=Answer)
    answers: deque[Answer] = field(default_factory=deque)
    at: dict[str, Answer] = field(default_factory=dict)
    got: list[Got] = field(default_factory=list)
    most_at_once: dict[str, int] = field(default_factory=dict)
    ended: threading.Event = field(default_factory=threading.Event)
    _now: dict[str, int] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    def release(self) -> None:
        """Let those go on that say nothing."""
        self.ended.set()

    def taken(self, got: Got) -> Answer:
        with self._guard:
            self.got.append(got)
            self._now[got.path] = self._now.get(got.path, 0) + 1
            self.most_at_once[got.path] = max(self.most_at_once.get(got.path, 0), self._now[got.path])
            return self.answers.popleft() if self.answers else self.at.get(got.path, self.usual)

    def left(self, path: str) -> None:
        with self._guard:
            self._now[path] -= 1


@contextmanager
def receiver(context: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Serve on a free port inside the block."""
    told = Receiver(scheme="https" if context else "http")
    server = _Server(("127.0.0.1", 0), _handler(told))
    told.port = server.server_address[1]
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    serving.start()
    try:
        yield told
    finally:
        told.ended.set()
        server.shutdown()
        server.server_close()
        serving.join(2)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def handle_error(self, request: object, client_address: object) -> None:
        return  # whoever calls may hang up, or not trust us


def _handler(told: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # noqa: N802 - the library's name
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = told.taken(Got(self.path, headers, body))
            try:
                _answer(self, told, answer)
            finally:
                told.left(self.path)

        do_GET = do_POST  # noqa: N815 - the library's name

        def log_message(self, format: str, *args: object) -> None:
            return

    return Handler


def _answer(handler: BaseHTTPRequestHandler, told: Receiver, answer: Answer) -> None:
    if answer.how == SILENT:
        told.ended.wait(30)
    elif answer.how == DRIP:
        with suppress(OSError):
            while not told.ended.wait(0.05):
                handler.wfile.write(b"H")
    if answer.how in {SILENT, CUT, DRIP}:
        handler.close_connection = True
        with suppress(OSError):
            handler.connection.shutdown(socket.SHUT_RDWR)
        return
    handler.send_response(answer.status)
    for name, value in answer.headers.items():
        handler.send_header(name, value)
    if answer.how != HUGE:
        handler.send_header("Content-Length", str(len(answer.body)))
    handler.end_headers()
    handler.wfile.write(answer.body)
    with suppress(OSError):
        while answer.how == HUGE and not told.ended.is_set():
            handler.wfile.write(b"x" * 4096)


def certificate(folder: Path, host: str) -> tuple[ssl.SSLContext, Path]:
    """Return a server's context for a host, and the file with the certificate that whoever calls has to trust."""
    key, path = ec.generate_private_key(ec.SECP256R1()), folder / "host.pem"
    name, now = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)]), datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1)).add_extension(_named(host), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    plain = serialization.NoEncryption()
    with tempfile.NamedTemporaryFile(dir=folder) as secret:
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        secret.write(key.private_bytes(*form))
        secret.flush()
        context.load_cert_chain(path, secret.name)
    return context, path


def _named(host: str) -> x509.SubjectAlternativeName:
    try:
        return x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))])
    except ValueError:
        return x509.SubjectAlternativeName([x509.DNSName(host)])
