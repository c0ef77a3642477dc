"""Under which addresses this installation is reached, and what follows from that."""

import ipaddress
import secrets
import socket
from pathlib import Path
from urllib.parse import urlsplit

from operant.platform.observing.peers import LOOPBACK
from operant.platform.outgoing import Allowed, BadNetwork

from . import databases
from .env import BadSettings, Settings

SECOND_LEVELS = {"ac", "co", "com", "edu", "gob", "gov", "mil", "ne", "net", "or", "org"}
"""Under these in a country names are sold, like `co.uk`: a cookie of such a domain would be everybody's."""


def key(home: Path, name: str) -> str:
    """Return a key file's content. Before `operant init` made it, a throw-away key that signs nothing that lasts."""
    path = home / "keys" / name
    return path.read_text(encoding="ascii").strip() if path.exists() else secrets.token_hex(32)


def keys(home: Path, name: str) -> list[str]:
    """Return the lines of a key file: the first one signs, and what the others signed is still believed."""
    return key(home, name).split()


def public_url(settings: Settings) -> str:
    """Return the address that people and screens use, without a slash at its end."""
    if settings.PUBLIC_URL:
        return settings.PUBLIC_URL.rstrip("/")
    host = "localhost" if settings.HOST in LOOPBACK else settings.HOST
    return f"http://{network_address() if host in {'0.0.0.0', '::'} else host}:{settings.PORT}"


def cookie_domain(settings: Settings) -> str | None:
    """Return the domain of the session cookie, or None where browsers would refuse it: then it is the very host's."""
    domain, host = settings.OPERANT_COOKIE_DOMAIN.strip(".").lower(), urlsplit(public_url(settings)).hostname or ""
    is_parent = f".{host}".endswith(f".{domain}") and not _is_number(host)
    return domain if domain and is_parent and not _is_sold_below(domain) else None


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_sold_below(domain: str) -> bool:
    # Browsers have the whole list of such names. This much of it is known by its form.
    first, _, country = domain.partition(".")
    return not country or (len(country) == 2 and first in SECOND_LEVELS)


def is_local(settings: Settings) -> bool:
    """Return whether only this machine can reach the server."""
    return settings.HOST in LOOPBACK and urlsplit(public_url(settings)).hostname in LOOPBACK


def allowed_hosts(settings: Settings) -> list[str]:
    """Return the host names that requests may carry."""
    named = urlsplit(public_url(settings)).hostname or "localhost"
    return sorted({named, "localhost", "127.0.0.1", "[::1]"} | ({settings.HOST} - {"0.0.0.0", "::"}))


def network_address() -> str:
    """Return this machine's address in its local network, or localhost when there is none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Connecting a datagram socket sends nothing; it only asks which address would be used.
            probe.connect(("192.0.2.1", 9))
            address = probe.getsockname()[0]
        except OSError:
            return "localhost"
    return address if ipaddress.ip_address(address).is_private else "localhost"


def private_networks(settings: Settings) -> Allowed:
    """
    Return which private addresses organizations may have called.

    :raises BadSettings: naming the first entry that cannot be used.
    """
    try:
        return Allowed.parsed(settings.OPERANT_PRIVATE_NETWORKS)
    except BadNetwork as error:
        raise BadSettings(f"OPERANT_PRIVATE_NETWORKS: {error}") from None


def own_endpoints(settings: Settings) -> list[tuple[str, int]]:
    """Return where Operant itself listens, and its database and pooler: no organization may have those called."""
    urls = (
        settings.DATABASE_URL, settings.DATABASE_OWNER_URL, settings.DATABASE_DIRECT_URL, settings.DATABASE_INGEST_URL,
    )  # fmt: skip
    places = [databases.from_url(url) for url in urls if url]
    reached = [(str(each["host"]), int(each["port"])) for each in places if not str(each["host"]).startswith("/")]
    return [(settings.HOST, settings.PORT), *reached]
