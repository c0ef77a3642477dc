import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Tls = Literal["verify", "require", "off"]

# psycopg's wheels bring an OpenSSL that looks for authorities in a folder nobody has.
_AUTHORITIES = (
    ssl.get_default_verify_paths().cafile, "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
)  # fmt: skip
# Cut off whatever the machine's own settings, PGPASSFILE and ~/.postgresql would add: they are the operator's.
_NO_FILE = "/dev/null/none"
_SIGN_INS = "scram-sha-256,md5,none"


@dataclass(frozen=True)
class Database:
    """Where a database is and how to sign in. `key` names the source that it belongs to, `asker` the organization."""

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

    def parameters(self, host: str, address: str, authority: Path | None) -> dict[str, Any]:
        """Return libpq's parameters for one address; `authority` is the file that `self.authority` was written to."""
        return {
            "host": host, "hostaddr": address, "port": self.port, "dbname": self.name, "user": self.user,
            "password": self.password, "passfile": _NO_FILE, "application_name": "operant", "client_encoding": "UTF8",
            "options": "", "gssencmode": "disable", "target_session_attrs": "any", "load_balance_hosts": "disable",
            "sslcertmode": "disable", "sslnegotiation": "postgres", "sslkey": _NO_FILE, "sslcert": _NO_FILE,
            "sslcrl": _NO_FILE, "sslcrldir": _NO_FILE, **self._tls(authority),
        }  # fmt: skip

    def _tls(self, authority: Path | None) -> dict[str, str]:
        if self.tls == "off":
            # Whoever listens on the way would read a password sent in clear text.
            return {"sslmode": "disable", "sslrootcert": _NO_FILE, "require_auth": _SIGN_INS}
        sign_ins = {"require_auth": f"{_SIGN_INS},password"}
        if self.tls == "require":
            return {"sslmode": "require", "sslrootcert": _NO_FILE, **sign_ins}
        return {"sslmode": "verify-full", "sslrootcert": str(authority or _known_authorities()), **sign_ins}


def _known_authorities() -> str:
    return next((path for path in _AUTHORITIES if path and Path(path).exists()), "system")
