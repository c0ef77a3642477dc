import ssl

from .. import calls
from ..calls.database import known_authorities


class Database(calls.Database):
    """A database of a MySQL or a MariaDB. There, a schema is a database, so it has none beside its name."""

    kind, product, usual_port = "mysql", "MySQL or MariaDB", 3306
    readable = "Check the name of the database, and that this user has SELECT on its tables."

    def trust(self) -> ssl.SSLContext | None:
        """Return how TLS is spoken, or None where it is off."""
        if self.tls == "off":
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        if self.tls == "require":
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        elif self.authority:
            context.load_verify_locations(cadata=self.authority)
        elif known := known_authorities():
            context.load_verify_locations(cafile=known)
        return context
