"""What PostgreSQL says, in sentences for the person who asked. The address and the password are never part of one."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg.pq import DiagnosticField

from operant.platform.files.sandbox import BadQuery, SandboxRefusal, TooBig, TooSlow

from .database import Database

_LONGEST = 600
# What is read of a server's text at all: a rule may take the square of a length that an enemy chooses.
_READ = 2_000
_CANCELED, _LOCKED, _READ_ONLY, _NO_MEMORY = "57014", "55P03", "25006", "53200"
_SYNTAX = "42601"
TOO_MUCH = "The database sent more than it was asked for, so the connection was closed."
ONE_SELECT = "Only one SELECT can be asked at a time: nothing before it, and nothing after it."


class Unreachable(SandboxRefusal):
    """The database could not be asked at all. `step` is where it failed, `advice` what to do about it."""

    status = 409
    code = "source_unreachable"

    def __init__(self, step: str, message: str, advice: str = "") -> None:
        super().__init__(f"{message} {advice}".strip())
        self.step, self.what, self.advice = step, message, advice


class Silent(Unreachable):
    """The database kept whoever asked waiting until the end: the next one would wait as long."""


def packed(error: SandboxRefusal) -> dict[str, Any]:
    """Return a refusal as JSON has it."""
    is_unreachable = isinstance(error, Unreachable)
    parts = ("step", "what", "advice") if is_unreachable else ("message", "line", "column")
    return {"kind": type(error).__name__, "told": [getattr(error, part) for part in parts]}


def unpacked(failed: dict[str, Any]) -> SandboxRefusal | None:
    """Return the refusal that was packed, or None when it was none of ours."""
    kinds = {each.__name__: each for each in (BadQuery, TooBig, TooSlow, Unreachable, Silent)}
    kind = kinds.get(failed["kind"])
    return kind(*failed["told"]) if kind else None


@contextmanager
def understood() -> Iterator[None]:
    """
    Read a server's answers inside the block.

    :raises Unreachable: when they are none: no number where one belongs, no JSON, too few columns.
    """
    try:
        yield
    except (ValueError, RecursionError) as error:
        said = "The database gives answers that PostgreSQL never gives."
        raise Unreachable("read", said, "Check that it is PostgreSQL that answers there.") from error


def of_wrapped(result: Any, sql: str, seconds: float, shift: int) -> SandboxRefusal:
    """Return why a query failed that stood alone before, and now inside a SELECT of ours."""
    if _field(result, "SQLSTATE") == _SYNTAX:
        return BadQuery(ONE_SELECT)
    return of_query(result, sql, seconds, shift)


def of_query(result: Any, sql: str, seconds: float, shift: int = 0) -> SandboxRefusal:
    """Return why the server refused a statement; its position counts in `sql`, and in `shift` characters before it."""
    told = {name: _field(result, name) for name in ("SQLSTATE", "MESSAGE_PRIMARY", "MESSAGE_HINT", "STATEMENT_POSITION")}
    code, message = told["SQLSTATE"], _sentence(told["MESSAGE_PRIMARY"])
    if code == _CANCELED:
        return TooSlow(f"This took longer than {seconds:g} seconds.")
    if code == _LOCKED:
        return TooSlow("What this reads is locked by somebody else's work on the database. Try again in a moment.")
    if code == _NO_MEMORY:
        return TooBig(message)
    if code == _READ_ONLY:
        return BadQuery(f"Operant only reads. {message}")
    if code == "" and b"memory" in result.error_message:
        return TooBig(TOO_MUCH)  # what libpq says when it cannot hold a message as large as its head says
    if code[:2] == "57" or code == "":
        return Unreachable("read", "The database ended the connection.", message)
    if code == _SYNTAX and not told["STATEMENT_POSITION"]:
        return BadQuery(ONE_SELECT)
    hint = f" {_sentence(told['MESSAGE_HINT'])}" if told["MESSAGE_HINT"] else ""
    return BadQuery(message + hint, *place(sql, told["STATEMENT_POSITION"], shift))


def place(sql: str, position: str, shift: int = 0) -> tuple[int | None, int | None]:
    """Return line and column, both from 1, of a position that counts characters from 1."""
    at = int(position) - 1 - shift if position.isdecimal() else -1
    if not 0 <= at <= len(sql):
        return None, None
    before = sql[:at]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


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
_SILENT = {
    "connect": ("{host} does not answer at port {port}.", "Check host and port; a firewall may be in between."),
    "tls": ("Something at {host} port {port} accepts connections but says nothing.", "Check that it is PostgreSQL."),
    "sign_in": ("The database does not answer the sign-in.", "It may be overloaded. Try again in a moment."),
}


def of_connecting(text: str, step: str, database: Database) -> Unreachable:
    """Return why no connection came about; `step` is how far it came."""
    text = text[:_READ]
    for pattern, at, message, advice in _CONNECTING:
        if re.search(pattern, text):
            return Unreachable(at, _filled(message, database), advice)
    said = _sentence(re.sub(r"^.*?(FATAL|ERROR|failed):\s*", "", " ".join(text.split())))
    ended = "closed the connection" in text or not said
    return Unreachable(step, "The database ended the connection." if ended else f"The database says: {said}")


def of_silence(step: str, database: Database) -> Silent:
    """Return that nothing was heard in time."""
    message, advice = _SILENT.get(step, _SILENT["sign_in"])
    return Silent(step, _filled(message, database), advice)


def of_ending(step: str) -> Unreachable:
    """Return that the process which asked was ended in the middle."""
    said = "What this database answers took more computing or memory than it may, so asking was ended."
    advice = "Try again in a moment. If it stays so, check that it is PostgreSQL that answers there."
    return (Unreachable if step == "read" else Silent)(step, said, advice)


def _filled(message: str, database: Database) -> str:
    return message.format(host=database.host, port=database.port)


def _field(result: Any, name: str) -> str:
    return (result.error_field(DiagnosticField[name]) or b"")[:_READ].decode(errors="replace")


def _sentence(text: str) -> str:
    text = " ".join(text.replace("\0", "").split())[:_LONGEST]
    text = text[:1].upper() + text[1:]
    return text if not text or text.endswith((".", "!", "?")) else text + "."
