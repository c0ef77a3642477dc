import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal

Tls = Literal["verify", "require", "off"]

# Libraries in wheels bring an OpenSSL that looks for authorities in a folder nobody has.
_AUTHORITIES = (
    ssl.get_default_verify_paths().cafile, "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
)  # fmt: skip


@dataclass(frozen=True)
class Database:
    """
    Where a database is and how to sign in. `key` names the source that it belongs to, `asker` the organization.

    Each kind has its own: `kind` is its key, `product` what people call what answers there, `readable` what lets its user
    read tables.
    """

    kind: ClassVar[str]
    product: ClassVar[str]
    readable: ClassVar[str]
    usual_port: ClassVar[int]

    key: str
    host: str
    port: int
    name: str
    user: str
    password: str = field(repr=False)
    tls: Tls = "verify"
    authority: str = field(default="", repr=False)
    schema: str = ""
    asker: str = ""

    @property
    def needs_password(self) -> bool:
        return True  # which may be empty


@dataclass(frozen=True)
class Place:
    """Where a database may be called: its host's name, the addresses it was found at, and how long that may take."""

    host: str
    addresses: list[str]
    seconds: float


def known_authorities() -> str | None:
    """Return the file with the authorities that this machine trusts, if it has one."""
    return next((path for path in _AUTHORITIES if path and Path(path).exists()), None)
