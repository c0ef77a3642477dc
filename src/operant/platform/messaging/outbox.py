"""Mail that nobody sent, because no server is configured: one file a mail."""

import email
import email.policy
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

SHOWN = 100


@dataclass(frozen=True)
class Mail:
    """A mail as it lies in the outbox."""

    id: UUID
    to: str
    subject: str
    at: datetime
    text: str


def latest() -> list[Mail]:
    """Return the newest mails first, at most a hundred."""
    files = sorted(Path(settings.OUTBOX).glob("*.eml"), key=lambda path: path.stat().st_mtime, reverse=True)
    return [_read(path) for path in files[:SHOWN]]


def mail(identity: UUID) -> Mail | None:
    """Return one mail, or None when there is none of that id."""
    path = Path(settings.OUTBOX) / f"{identity}.eml"
    return _read(path) if path.exists() else None


def _read(path: Path) -> Mail:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    return Mail(
        id=UUID(path.stem), to=str(message["To"]), subject=str(message["Subject"]),
        at=parsedate_to_datetime(str(message["Date"])), text=body.get_content() if body else "",
    )
