"""Does mail leave? The server is asked to let us in; with an address, it is given a mail."""

import smtplib
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from operant.cli.doctor import Finding, Findings
from operant.config import addresses
from operant.config.env import Settings
from operant.platform.messaging import transport


def findings(settings: Settings) -> Findings:
    """Knock at the mail server."""
    if not settings.SMTP_URL:
        return
    if Settings.model_fields["MAIL_FROM"].default == settings.MAIL_FROM:
        yield Finding(
            "mail.from", "warning", f"Mails say that they come from {settings.MAIL_FROM}, and servers will refuse them.",
            "Set MAIL_FROM to an address of your own domain.",
        )  # fmt: skip
    server = transport.Server.parsed(settings.SMTP_URL)
    if server.tls == "none" and server.host not in addresses.LOOPBACK:
        yield Finding(
            "mail.plain", "warning", f"Mail to {server.host} leaves unencrypted, with its password.",
            "Take ?tls=none away from SMTP_URL.",
        )  # fmt: skip
    try:
        transport.connected(server).quit()
    except (OSError, smtplib.SMTPException) as error:
        yield Finding(
            "mail.server", "error", f"The mail server {server.host}:{server.port} did not let us in: {_why(error)}",
            "Check SMTP_URL: name, port, user, password, and ?tls=starttls, tls or none.",
        )  # fmt: skip


def sent(settings: Settings, to: str) -> Findings:
    """Send one mail to an address, and find out whether it was taken."""
    if not settings.SMTP_URL:
        yield Finding("mail.test", "error", "No mail was sent: no mail server is set.", "Set SMTP_URL.")
        return
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = settings.MAIL_FROM, to, "Operant sends mail"
    mail["Date"], mail["Message-ID"] = formatdate(), make_msgid(domain="operant.invalid")
    mail.set_content(f"`operant doctor` of {addresses.public_url(settings)} sent this, and it arrived.\n")
    try:
        transport.over_smtp(transport.Server.parsed(settings.SMTP_URL), mail)
    except (transport.TryLater, transport.Refused, OSError, smtplib.SMTPException) as error:
        yield Finding("mail.test", "error", f"The mail to {to} was not taken: {_why(error)}", "The server's words say why.")
        return
    yield Finding("mail.test", "note", f"The mail server took a mail to {to}.", "Look whether it arrived, and where.")


def _why(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return f"{error.smtp_code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
