"""A PostgreSQL that speaks TLS with the certificate a test wants."""

import datetime
import ipaddress
import socket
import ssl
import struct
from pathlib import Path

import psycopg
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from operant.cli.postgres import Server
from operant.testing.installations import until

# The PostgreSQL that comes with Operant speaks no TLS; Debian's do.
DEBIANS = Path("/usr/lib/postgresql")


def programs() -> Path | None:
    """Return the folder of the newest PostgreSQL that Debian installed, or None."""
    found = [each.parent for each in DEBIANS.glob("*/bin/postgres") if each.parts[-3].isdigit()]
    return max(found, key=lambda folder: int(folder.parent.name), default=None)


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

    def __init__(self, home: Path, programs: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        settings = {"listen_addresses": "127.0.0.1", "port": str(self.port), "fsync": "off"}
        self._server = Server(home, programs, settings=settings).start()
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
        wanted = x509.load_pem_x509_certificate(certificate)
        until(lambda: self._shown() == wanted, "the new certificate")

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
