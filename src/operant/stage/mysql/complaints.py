"""What MySQL and MariaDB say, in sentences for the person who asked."""

import re
import ssl

from pymysql.constants import CR, ER
from pymysql.err import Error

from operant.platform.files.sandbox import BadQuery, SandboxRefusal, TooBig, TooSlow

from ..calls.complaints import ENDED, LOCKED, LOST, MOST_READ, place, sentence
from ..calls.complaints import of_connecting as known
from ..calls.database import Database
from ..stepping import Unreachable
from .wire import NOT_THIS_WAY

ONLY_SELECT = "Only a SELECT can be asked: one that writes nothing, neither into files nor into variables."
_READ_ONLY, _MARIADB_TIMEOUT, _MYSQL_TIMEOUT, _INTERRUPTED = 1792, 1969, 3024, ER.QUERY_INTERRUPTED
_LOCKED = {ER.LOCK_WAIT_TIMEOUT, ER.LOCK_DEADLOCK}
_NO_MEMORY = {ER.OUTOFMEMORY, ER.OUT_OF_SORTMEMORY, ER.OUT_OF_RESOURCES, ER.NET_PACKET_TOO_LARGE}
_GONE = {0, ER.SERVER_SHUTDOWN, 1927, CR.CR_SERVER_GONE_ERROR, CR.CR_SERVER_LOST}
SYNTAX = {ER.PARSE_ERROR, ER.SYNTAX_ERROR}
# Where in the text something stands that the server names.
_NEAR = re.compile(r"syntax to use near '(.*)' at line (\d{1,6})$", re.S)
_NAMED = re.compile(r"^(?:Unknown column|Table|FUNCTION|Unknown table) '?([^' ]{1,200})")


def of_query(error: Error, sql: str, seconds: float) -> SandboxRefusal:
    """Return why the server refused a statement, or ended."""
    code, text = _said(error)
    if code in (_MARIADB_TIMEOUT, _MYSQL_TIMEOUT, _INTERRUPTED):
        return TooSlow(f"This took longer than {seconds:g} seconds.")
    if code in _LOCKED:
        return TooSlow(LOCKED)
    if code in _NO_MEMORY:
        return TooBig(sentence(text))
    if code == _READ_ONLY:
        return BadQuery(f"Operant only reads. {sentence(text)}")
    if code in _GONE:
        return Unreachable("read", LOST if code == CR.CR_SERVER_LOST else ENDED)
    if code in SYNTAX:
        return _of_syntax(text, sql)
    return BadQuery(sentence(text), *_place_of_name(text, sql))


def _of_syntax(text: str, sql: str) -> BadQuery:
    found = _NEAR.search(text)
    if not found:
        return BadQuery(sentence(text))
    near = found[1]
    if not near:
        return BadQuery("The SQL ends too early.", int(found[2]), None)
    shown = " ".join(near.split())[:60]
    # The server shows the rest of the text, but of a long one only its beginning.
    at = sql.rfind(near)
    line, column = place(sql, at) if sql.count(near) == 1 or at + len(near) == len(sql) else (int(found[2]), None)
    return BadQuery(f"The SQL cannot be understood at “{shown}”.", line, column)


def _place_of_name(text: str, sql: str) -> tuple[int | None, int | None]:
    found = _NAMED.search(text)
    name = found[1].rpartition(".")[2] if found else ""
    places = [each.start() for each in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", sql, re.I)] if name else []
    # Only where it can be nothing else.
    return place(sql, places[0]) if len(places) == 1 else (None, None)


def _said(error: Error) -> tuple[int, str]:
    # Some of PyMySQL's own have a text and no number.
    code, text = (*error.args, "", "")[:2] if error.args and isinstance(error.args[0], int) else (0, str(error))
    return code, str(text)[:MOST_READ]


# The number and message of a server or of the system, at which step that is, what it means, and what to do.
_CONNECTING = (
    (r"Connection refused", "connect", "{host} refuses connections at port {port}.",
     "Is the database running there, and does it listen on this port for other machines (bind-address)?"),
    (r"No route to host|Network is unreachable", "connect", "There is no way from this server to {host}.",
     "Check the host, and the networks between the two."),
    (r"^2026 ", "tls", "The database speaks no TLS.",
     "Turn it on there (ssl_cert and ssl_key), or choose “Off” if the network between is your own."),
    (r"Hostname mismatch|IP address mismatch|doesn't match", "tls",
     "The database's certificate was made for another host than {host}.",
     "Use the host name that stands in it, or have a certificate made for this one."),
    (r"certificate has expired", "tls", "The database's certificate has run out.", "Have it renewed."),
    (r"CERTIFICATE_VERIFY_FAILED", "tls", "The database's certificate is signed by nobody this server trusts.",
     "Paste the certificate of the authority that signed it, as your provider or administrator gives it. MySQL makes one for "
     "itself (ca.pem in its data folder)."),
    (r"^1045 |^1698 ", "sign_in", "The database does not accept this user and password.",
     "Check both; capitals count. It may also let this user in only from other machines, or only over TLS."),
    (r"^1049 ", "sign_in", "There is no database of this name there.", "Check its spelling; capitals count."),
    (r"^1044 ", "sign_in", "This user may not use this database.", "Its administrator can allow it: GRANT SELECT."),
    (r"^1130 |^1129 ", "sign_in", "The database does not let this server in.",
     "Its administrator can allow it: a user's name has a host behind it, and too many failures block one (FLUSH HOSTS)."),
    (r"^3159 |^4031 ", "tls", "The database takes encrypted connections only.", "Choose an encryption."),
    (rf"{NOT_THIS_WAY}|^2059 |^2061 |^1251 |PyNaCl|nacl", "sign_in",
     "The database asks for a way of signing in that Operant does not use here.",
     "Without TLS only hashes are sent: choose an encryption, or a user with mysql_native_password."),
    (r"^1040 |^1203 |^1226 ", "sign_in", "The database has no connection free.", "Raise its limit, or wait until others are done."),
    (r"^1053 |^1077 |^1079 ", "sign_in", "The database is starting or stopping.", "Try again in a minute."),
)  # fmt: skip


def of_connecting(error: Exception, step: str, database: Database) -> Unreachable:
    """Return why no connection came about; `step` is how far it came."""
    cause = getattr(error, "original_exception", error)
    code, text = _said(cause) if isinstance(cause, Error) else (0, str(cause))
    if found := known(_CONNECTING, f"{code} {text}", step, database):
        return found
    if isinstance(cause, ssl.SSLError):
        return Unreachable("tls", "No TLS connection came about.", "Check the database's TLS settings; it needs TLS 1.2 or newer.")
    if code in _GONE or isinstance(cause, OSError):
        return Unreachable(step, ENDED, f"Check that it is {database.product} that answers there.")
    return Unreachable(step, f"The database says: {sentence(text)}")


def of_nonsense(database: Database) -> Unreachable:
    """Return that something answers that speaks another language."""
    said = f"Something answers at {database.host} port {database.port}, but it is not {database.product}."
    return Unreachable("tls" if database.tls != "off" else "sign_in", said, "Check the port; it is usually 3306.")
