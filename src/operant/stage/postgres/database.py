from pathlib import Path
from typing import Any

from .. import calls
from ..calls.database import known_authorities

# Cut off whatever the machine's own settings, PGPASSFILE and ~/.postgresql would add: they are the operator's.
_NO_FILE = "/dev/null/none"
_SIGN_INS = "scram-sha-256,md5,none"


class Database(calls.Database):
    """A PostgreSQL database."""

    kind, product, usual_port = "postgresql", "PostgreSQL", 5432
    readable = "Check the schema, and that this user has USAGE on it and SELECT on its tables."

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
        return {"sslmode": "verify-full", "sslrootcert": str(authority or known_authorities() or "system"), **sign_ins}
