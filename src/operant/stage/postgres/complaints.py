"""What PostgreSQL says, in sentences for the person who asked."""

import re
from typing import Any

from psycopg.pq import DiagnosticField

from operant.platform.files.sandbox import BadQuery, SandboxRefusal, TooBig, TooSlow

from ..calls.complaints import ENDED, LOCKED, MOST_READ, ONE_SELECT, TOO_MUCH, place, sentence
from ..calls.complaints import of_connecting as known
from ..calls.database import Database
from ..stepping import Unreachable

_CANCELED, _LOCKED, _READ_ONLY, _NO_MEMORY = "57014", "55P03", "25006", "53200"
_SYNTAX = "42601"


def of_wrapped(result: Any, sql: str, seconds: float, shift: int) -> SandboxRefusal:
    """Return why a query failed that stood alone before, and now inside a SELECT of ours."""
    if _field(result, "SQLSTATE") == _SYNTAX:
        return BadQuery(ONE_SELECT)
    return of_query(result, sql, seconds, shift)


def of_query(result: Any, sql: str, seconds: float, shift: int = 0) -> SandboxRefusal:
    """Return why the server refused a statement; its position counts in `sql`, and in `shift` characters before it."""
    told = {name: _field(result, name) for name in ("SQLSTATE", "MESSAGE_PRIMARY", "MESSAGE_HINT", "STATEMENT_POSITION")}
    code, message = told["SQLSTATE"], sentence(told["MESSAGE_PRIMARY"])
    if code == _CANCELED:
        return TooSlow(f"This took longer than {seconds:g} seconds.")
    if code == _LOCKED:
        return TooSlow(LOCKED)
    if code == _NO_MEMORY:
        return TooBig(message)
    if code == _READ_ONLY:
        return BadQuery(f"Operant only reads. {message}")
    if code == "" and b"memory" in result.error_message:
        return TooBig(TOO_MUCH)  # what libpq says when it cannot hold a message as large as its head says
    if code[:2] == "57" or code == "":
        return Unreachable("read", ENDED, message)
    if code == _SYNTAX and not told["STATEMENT_POSITION"]:
        return BadQuery(ONE_SELECT)
    hint = f" {sentence(told['MESSAGE_HINT'])}" if told["MESSAGE_HINT"] else ""
    return BadQuery(message + hint, *place(sql, _at(told["STATEMENT_POSITION"], shift)))


def _at(position: str, shift: int) -> int:
    return int(position) - 1 - shift if position.isdecimal() else -1


# The message of libpq or the server, at which step that is, what it means, and what to do. First match counts.
_CONNECTING = (
    (r"Connection refused", "connect", "{host} refuses connections at port {port}.",
     "Is PostgreSQL running there, and does it listen on this port for other machines (listen_addresses)?"),
    (r"No route to host|Network is unreachable", "connect", "There is no way from this server to {host}.",
     "Check the host, and the networks between the two."),
    (r"server does not support SSL", "tls", "The database speaks no TLS.",
     "Turn it on there (ssl = on), or choose “Off” if the network between is your own."),
    (r"does not match host name|host name .* does not match", "tls",
     "The database's certificate was made for another host than {host}.",
     "Use the host name that stands in it, or have a certificate made for this one."),
    # libpq does not say which of the two.
    (r"certificate verify failed|signature failure", "tls",
     "The database's certificate is signed by nobody this server trusts, or has run out.",
     "Paste the certificate of the authority that signed it, as your provider or administrator gives it, or have it renewed."),
    (r"root certificate|could not read root", "tls", "The authority's certificate cannot be read.",
     "Paste it as a text that begins with -----BEGIN CERTIFICATE-----."),
    (r"invalid response to SSL negotiation|expected authentication request|invalid message length"
     r"|protocol synchronization|unsupported frontend protocol", "tls",
     "Something answers at {host} port {port}, but it is not PostgreSQL.", "Check the port; PostgreSQL's is usually 5432."),
    (r"SSL error|SSL SYSCALL|tlsv1|sslv3|SSL connection has been closed", "tls", "No TLS connection came about.",
     "Check the database's TLS settings; it needs TLS 1.2 or newer."),
    (r"password authentication failed|no password supplied|empty password", "sign_in",
     "The database does not accept this user and password.", "Check both; capitals count."),
    (r"database .* does not exist", "sign_in", "There is no database of this name there.",
     "Check its spelling; capitals count."),
    (r"role .* does not exist|not permitted to log in", "sign_in", "The database does not let this user sign in.",
     "Check the user, or make one that may sign in (LOGIN)."),
    (r"no pg_hba\.conf entry|pg_hba\.conf rejects", "sign_in",
     "The database does not let this user in from this server, or not in this way.",
     "Its administrator can allow it in pg_hba.conf; some ask for TLS there."),
    (r"auth.* requirement|authentication method", "sign_in",
     "The database asks for a way of signing in that Operant does not use here.",
     "A password in clear text is sent over TLS only; otherwise it takes SCRAM or MD5."),
    (r"too many (clients|connections)|remaining connection slots|connection limit", "sign_in",
     "The database has no connection free.", "Raise its limit, or wait until others are done."),
    (r"permission denied for database", "sign_in", "This user may not connect to this database.",
     "Its administrator can allow it: GRANT CONNECT."),
    (r"starting up|shutting down|recovery", "sign_in", "The database is starting or stopping.", "Try again in a minute."),
)  # fmt: skip


def of_connecting(text: str, step: str, database: Database) -> Unreachable:
    """Return why no connection came about; `step` is how far it came."""
    if found := known(_CONNECTING, text, step, database):
        return found
    said = sentence(re.sub(r"^.*?(FATAL|ERROR|failed):\s*", "", " ".join(text[:MOST_READ].split())))
    ended = "closed the connection" in text[:MOST_READ] or not said
    return Unreachable(step, ENDED if ended else f"The database says: {said}")


def _field(result: Any, name: str) -> str:
    return (result.error_field(DiagnosticField[name]) or b"")[:MOST_READ].decode(errors="replace")
