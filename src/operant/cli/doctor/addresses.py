"""Under which address people come, whether mail reaches them, and what stands in between."""

from urllib.parse import urlsplit

from operant.cli.doctor import Finding, Findings
from operant.config import addresses
from operant.config.env import Settings


def public(settings: Settings) -> Findings:
    """Find addresses that do not fit how the server is bound."""
    address = addresses.public_url(settings)
    named = urlsplit(address).hostname
    bound_here = settings.HOST in addresses.LOOPBACK
    if not bound_here and named in addresses.LOOPBACK:
        yield Finding(
            "address.local", "warning", f"Links and QR codes say {address}, though the network can reach it.",
            "Set PUBLIC_URL to the address that people and screens use.",
        )  # fmt: skip
    if named not in addresses.LOOPBACK and not address.startswith("https://"):
        yield Finding(
            "address.plain", "warning", f"{address} is not encrypted: everybody on the way can read it.",
            "Put Caddy or another proxy with TLS in front, and set PUBLIC_URL to its https:// address.",
        )  # fmt: skip
    if address.startswith("https://") and not settings.OPERANT_TRUSTED_PROXIES:
        yield Finding(
            "address.proxy", "warning",
            "PUBLIC_URL is https, which only a proxy in front can serve, and no proxy is trusted.",
            "Set OPERANT_TRUSTED_PROXIES to how many stand in front, usually 1.",
        )  # fmt: skip


def mail(settings: Settings) -> Findings:
    """Find out whether mail goes anywhere."""
    if settings.SMTP_URL:
        return
    if addresses.is_local(settings):
        where = f"{addresses.public_url(settings)}/operator/outbox"
        yield Finding("mail.outbox", "note", f"Mail is kept in the outbox at {where}.", "Set SMTP_URL to send it.")
    else:
        yield Finding(
            "mail.missing", "warning", "No mail server is set: nobody outside gets a code or an invitation.",
            "Set SMTP_URL and MAIL_FROM. `operant operator add` makes an account without mail.",
        )  # fmt: skip


def debugging(settings: Settings) -> Findings:
    """Find tracebacks on public pages."""
    if settings.OPERANT_DEBUG and not addresses.is_local(settings):
        what = "OPERANT_DEBUG is on: error pages show code and settings to everybody."
        yield Finding("debug.public", "error", what, "Unset OPERANT_DEBUG.")


def pooler(settings: Settings) -> Findings:
    """Find a connection pooler that would drop LISTEN."""
    if not settings.DATABASE_URL or settings.DATABASE_DIRECT_URL:
        return
    parts = urlsplit(settings.DATABASE_URL)
    if "-pooler" in (parts.hostname or "") or parts.port in (6432, 6543):
        yield Finding(
            "database.pooler", "warning", "DATABASE_URL looks like a pooler: it loses LISTEN and prepared statements.",
            "Set DATABASE_DIRECT_URL to an address that goes past the pooler.",
        )  # fmt: skip
