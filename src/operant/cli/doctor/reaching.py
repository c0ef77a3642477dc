"""Does PUBLIC_URL lead here, the way that people and screens come? Asked from this machine, over the real network."""

import http.client
import json
import ssl
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from operant.cli.doctor import Finding, Findings
from operant.config import addresses
from operant.config.env import Settings

PATIENCE = 10
SOON_DAYS = 14


@dataclass(frozen=True)
class Answer:
    """What an address said to a probe."""

    status: int
    told: dict[str, Any] = field(default_factory=dict)
    certificate_ends: float | None = None


def findings(settings: Settings) -> Findings:
    """Ask the server here, then its public address, and compare who answers."""
    host = settings.HOST if settings.HOST not in {"0.0.0.0", "::"} else "127.0.0.1"
    here = f"http://{f'[{host}]' if ':' in host else host}:{settings.PORT}"
    try:
        mine = ask(here, "/healthz")
    except (OSError, http.client.HTTPException):
        yield Finding(
            "web.silent", "warning", f"Nothing answers at {here}, so its public address and its worker were not examined.",
            "Start it with `operant up` and ask again, with the same HOST and PUBLIC_URL.",
        )  # fmt: skip
        return
    if not mine.told.get("instance"):
        yield Finding("web.other", "error", f"Another program answers at {here}.", "Give Operant another PORT.")
        return
    yield from _ready(here)
    if not addresses.is_local(settings):
        yield from _public(settings, str(mine.told["instance"]))


def ask(address: str, path: str) -> Answer:
    """
    Return what an address answers, without following where it leads.

    :raises OSError: when it does not, or its certificate does not hold.
    """
    parts = urlsplit(address)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=PATIENCE)
    try:
        connection.connect()
        ends = _ends(connection.sock)
        connection.request("GET", parts.path.rstrip("/") + path, headers={"Accept": "application/json"})
        response = connection.getresponse()
        return Answer(response.status, _read(response.read(10_000)), ends)
    finally:
        connection.close()


def _ready(here: str) -> Findings:
    because = ask(here, "/readyz").told.get("because", [])
    if "worker" in because:
        yield Finding(
            "worker.silent", "error", "No worker is alive: no mail leaves, no data is refreshed, silent screens go unnoticed.",
            "Start one with `operant worker`; `operant up` runs one by itself.",
        )  # fmt: skip
    others = [each for each in because if each != "worker"]
    if others:
        what = f"The server says that it is not ready because of: {', '.join(others)}."
        yield Finding("web.not_ready", "error", what, "docs/guides/operating.md says what each word means.")


def _public(settings: Settings, instance: str) -> Findings:
    address = addresses.public_url(settings)
    try:
        answer = ask(address, "/healthz")
    except ssl.SSLCertVerificationError as error:
        what = f"The certificate of {address} does not hold: {error.verify_message}."
        yield Finding("address.certificate", "error", what, "Renew it, or let Caddy do so by itself.")
        return
    except (OSError, http.client.HTTPException) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        fix = "Check the name, the proxy and the firewall. Some networks cannot reach their own public address."
        yield Finding("address.unreachable", "warning", f"{address} does not answer from this machine: {why}.", fix)
        return
    yield from _expiry(address, answer)
    if answer.told.get("instance") != instance:
        what = f"{address} leads elsewhere: another program or another installation answers there (status {answer.status})."
        yield Finding("address.elsewhere", "error", what, "Point the proxy or the name at this installation, or mend PUBLIC_URL.")
        return
    yield from _passed_on(settings, address, answer.told.get("seen", {}))


def _expiry(address: str, answer: Answer) -> Findings:
    if answer.certificate_ends is not None:
        days = int((answer.certificate_ends - time.time()) // 86400)
        if days < SOON_DAYS:
            what = f"The certificate of {address} ends in {days} days."
            yield Finding("address.certificate_ends", "warning", what, "Find out why it was not renewed.")


def _passed_on(settings: Settings, address: str, seen: dict[str, Any]) -> Findings:
    if not seen.get("host"):
        yield Finding(
            "address.host", "error", f"The proxy of {address} passes on another Host than it was asked for.",
            "Let it pass Host on unchanged (nginx: proxy_set_header Host $host).",
        )  # fmt: skip
    if address.startswith("https://") and seen.get("scheme") != "https":
        yield Finding(
            "address.scheme", "error", "The proxy does not say that people come over https, or it is not trusted.",
            "Let it send X-Forwarded-Proto, and set OPERANT_TRUSTED_PROXIES.",
        )  # fmt: skip
    trusted, proxies = settings.OPERANT_TRUSTED_PROXIES, seen.get("proxies", 0)
    if trusted != proxies:
        yield Finding(
            "address.proxies", "error" if proxies < trusted else "warning",
            f"{proxies} proxies say whom a request comes from, and OPERANT_TRUSTED_PROXIES is {trusted}: "
            "addresses in logs and limits are wrong.",
            f"Set OPERANT_TRUSTED_PROXIES to {proxies}, if you know all of them; each must send X-Forwarded-For.",
        )  # fmt: skip


def _ends(sock: Any) -> float | None:
    certificate = sock.getpeercert() if isinstance(sock, ssl.SSLSocket) else None
    return ssl.cert_time_to_seconds(certificate["notAfter"]) if certificate else None


def _read(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
