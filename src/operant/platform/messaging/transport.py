"""The mail adapter: a server over SMTP, or the outbox folder when none is configured."""

import contextlib
import os
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

from django.conf import settings

TIMEOUT = 20


class Refused(Exception):
    """The server declined for good; sending again would not help."""


class TryLater(Exception):
    """Nothing was handed over: the server was out of reach or asked to wait."""


@dataclass(frozen=True)
class Server:
    """A mail server as SMTP_URL names it: `?tls=starttls` (the default), `tls` or `none`."""

    host: str
    port: int
    user: str
    password: str
    tls: str

    @classmethod
    def parsed(cls, url: str) -> "Server":
        parts = urlsplit(url)
        tls = parse_qs(parts.query).get("tls", ["tls" if parts.scheme == "smtps" else "starttls"])[0]
        port = parts.port or {"tls": 465, "starttls": 587}.get(tls, 25)
        return cls(parts.hostname or "", port, unquote(parts.username or ""), unquote(parts.password or ""), tls)


def deliver(mail: EmailMessage) -> None:
    """
    Hand one mail to the configured server, or put it into the outbox folder.

    :raises TryLater: when nothing was handed over and trying again is safe.
    :raises Refused: when the server declined this mail for good.
    """
    if settings.SMTP_URL:
        over_smtp(Server.parsed(settings.SMTP_URL), mail)
    else:
        _into_outbox(mail, Path(settings.OUTBOX))


def over_smtp(server: Server, mail: EmailMessage) -> None:
    """
    Hand one mail to a server.

    :raises TryLater: when nothing was handed over and trying again is safe.
    :raises Refused: when the server declined this mail for good.
    """
    try:
        client = connected(server)
    except (OSError, smtplib.SMTPException) as error:
        raise TryLater(f"The mail server did not let us in: {error}") from error
    try:
        client.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        code, reason = next(iter(error.recipients.values()))
        _decline(code, reason)
    except smtplib.SMTPResponseException as error:
        _decline(error.smtp_code, error.smtp_error)
    except smtplib.SMTPNotSupportedError as error:
        raise Refused(f"The mail server cannot carry this mail: {error}") from error
    finally:
        _leave(client)


def _leave(client: smtplib.SMTP) -> None:
    # What the server says to our goodbye changes nothing about the mail it took or refused.
    with contextlib.suppress(OSError):
        client.quit()
    client.close()


def connected(server: Server) -> smtplib.SMTP:
    """Return a connection on which the server let us in."""
    tls = ssl.create_default_context()
    if server.tls == "tls":
        client: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=tls)
    else:
        client = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
    if server.tls == "starttls":
        client.starttls(context=tls)
    if server.user:
        client.login(server.user, server.password)
    return client


def _decline(code: int, reason: bytes | str) -> None:
    words = f"{code} {reason.decode(errors='replace') if isinstance(reason, bytes) else reason}"
    raise (TryLater if 400 <= code < 500 else Refused)(words)


def _into_outbox(mail: EmailMessage, folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = folder / f".{uuid4().hex}"
    half.write_bytes(bytes(mail))
    os.replace(half, folder / f"{mail['X-Operant-Message']}.eml")
