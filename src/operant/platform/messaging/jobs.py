from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import Policy, default
from email.utils import format_datetime, make_msgid
from uuid import UUID

from django.conf import settings
from prometheus_client import Counter

from operant.platform import queue, retention, tenancy

from . import transport
from .models import Message
from .sending import GATES


class _InOnePiece(UnstructuredHeader):
    """A header that is never folded: Python would write a link longer than a line as letters in code."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


HEADERS = HeaderRegistry()
HEADERS.map_to_type("List-Unsubscribe", _InOnePiece)
SENT = Counter("operant_mails", "Attempts to send a mail, by how they ended.", ["outcome"])

queue.register_wait("message", job="messaging.deliver_due")
retention.keep("mails", "Mails, sealed, and how each one ended", kept=None, since="as long as the organization stands")


@queue.job("messaging.deliver", retry=False)
def deliver(*, organization_id: str, ids: list[str]) -> None:
    for message_id in ids:
        deliver_one(UUID(organization_id), UUID(message_id))


@queue.job("messaging.deliver_due", retry=False)
def deliver_due(*, organization_id: str, ids: list[str]) -> None:
    for message_id in ids:
        # The clock only claims what nobody holds: still `sending` means that its process died on the wire.
        with tenancy.organization_scope(UUID(organization_id)):
            abandoned = Message.objects.filter(pk=message_id, state=Message.State.SENDING).first()
            if abandoned:
                abandoned.settle(Message.State.UNKNOWN, "The process ended while the mail was being sent.")
                SENT.labels(Message.State.UNKNOWN).inc()
        deliver_one(UUID(organization_id), UUID(message_id))


def deliver_one(organization_id: UUID, message_id: UUID) -> None:
    """Send one mail, unless somebody else does or did. Opens its own scopes."""
    # Three steps, since the wire is slow and SMTP knows no idempotency: claim, send without a scope, settle.
    with tenancy.organization_scope(organization_id):
        message = Message.objects.filter(pk=message_id).first()
        if message is None or not message.claim():
            return
        message.attempts += 1
        if reason := next(filter(None, (gate(message) for gate in GATES)), ""):
            message.settle(Message.State.WITHHELD, reason)
            SENT.labels(Message.State.WITHHELD).inc()
            return
    state, error = _send(message)
    SENT.labels(state or "postponed").inc()
    with tenancy.organization_scope(organization_id):
        if state is None:
            message.postpone(error)
        else:
            message.settle(state, error)


def _send(message: Message) -> tuple[str | None, str]:
    try:
        transport.deliver(_mail(message))
    except transport.TryLater as error:
        return (None, str(error)) if message.attempts < 8 else (Message.State.FAILED, str(error))
    except transport.Refused as error:
        return Message.State.FAILED, str(error)
    except OSError as error:
        return Message.State.UNKNOWN, f"The connection broke while sending: {error}"
    return Message.State.ACCEPTED, ""


def _mail(message: Message) -> EmailMessage:
    mail = EmailMessage(policy=default.clone(header_factory=HEADERS))
    mail["From"], mail["To"], mail["Subject"] = settings.DEFAULT_FROM_EMAIL, message.recipient, message.subject
    mail["Date"] = format_datetime(message.created_at)
    mail["Message-ID"] = make_msgid(str(message.pk), "operant.invalid")
    mail["Auto-Submitted"], mail["X-Operant-Message"] = "auto-generated", str(message.pk)
    if message.unsubscribe:
        mail["List-Unsubscribe"] = f"<{message.unsubscribe}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(message.text)
    mail.add_alternative(message.html, subtype="html")
    return mail
