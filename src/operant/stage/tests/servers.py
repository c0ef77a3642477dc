"""Servers that are not what they should be, and one that speaks TLS with the certificate a test wants."""

import contextlib
import datetime
import ipaddress
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from pathlib import Path

import psycopg
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from operant.cli.postgres import Server

DEBIAN = Path("/usr/lib/postgresql/15/bin")


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


SIGNED_IN = message(b"R", struct.pack("!I", 0)) + message(b"Z", b"I")
CLEAR_PASSWORD = message(b"R", struct.pack("!I", 3))


class Authority:
    """Signs certificates."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Harbour's own authority")])
        constraints = x509.BasicConstraints(ca=True, path_length=None)
        self._own = self._signed(self._name, self._key, 3650).add_extension(constraints, critical=True)
        self.pem = self._own.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()

    def issue(self, name: str, *, days: int = 30) -> tuple[bytes, bytes]:
        """Return a certificate for a host, and its key; with negative days it has run out."""
        key = ec.generate_private_key(ec.SECP256R1())
        alternative = x509.SubjectAlternativeName([_alternative(name)])
        made = self._signed(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), key, days)
        signed = made.add_extension(alternative, critical=False).sign(self._key, hashes.SHA256())
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return signed.public_bytes(serialization.Encoding.PEM), secret

    def _signed(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, days: int) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(self._name).public_key(key.public_key())
        until = now + datetime.timedelta(days=days)
        began = min(now, until) - datetime.timedelta(days=1)
        return builder.serial_number(x509.random_serial_number()).not_valid_before(began).not_valid_after(until)


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


class TlsServer:
    """A PostgreSQL of its own that takes connections over TLS only."""

    def __init__(self, home: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        settings = {"listen_addresses": "127.0.0.1", "port": str(self.port), "fsync": "off"}
        self._server = Server(home, DEBIAN, settings=settings).start()
        self._place = self._server._place
        self._write("pg_hba.conf", b"local all all scram-sha-256\nhostssl all all 127.0.0.1/32 scram-sha-256\n")

    @property
    def parameters(self) -> dict[str, str]:
        return self._server.superuser_parameters() | {"port": str(self.port)}

    def show(self, certificate: bytes, key: bytes) -> None:
        """Use a certificate from now on."""
        self._write("server.crt", certificate)
        self._write("server.key", key)
        with psycopg.connect(**self.parameters, autocommit=True) as admin:
            admin.execute("ALTER SYSTEM SET ssl = on")
            admin.execute("SELECT pg_reload_conf()")
        while self._shown() != x509.load_pem_x509_certificate(certificate):
            pass

    def stop(self) -> None:
        self._server.stop()

    def _write(self, name: str, content: bytes) -> None:
        path = self._place.data / name
        path.write_bytes(content)
        path.chmod(0o600)
        self._place.give(path)

    def _shown(self) -> x509.Certificate | None:
        trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        with socket.create_connection(("127.0.0.1", self.port)) as plain:
            plain.sendall(struct.pack("!II", 8, 80877103))
            if plain.recv(1) != b"S":
                return None
            with trusting.wrap_socket(plain) as wrapped:
                return x509.load_der_x509_certificate(wrapped.getpeercert(binary_form=True))
