"""Where a request comes from: its address, network and country, and what its browser says it is."""

import ipaddress
import re
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from operant.platform.observing import peers

from . import agents, places

LONGEST_AGENT = 300
NOWHERE = "0.0.0.0"
# What one holder of a line usually has: many addresses in it are one visitor.
PREFIXES = {4: 24, 6: 48}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


@dataclass(frozen=True)
class Origin:
    """What is kept about where an attempt to sign in came from."""

    ip: str
    network: str
    agent: str
    browser: str
    system: str
    country: str


def of(request: HttpRequest) -> Origin:
    """Return where a request comes from."""
    ip = client_ip(request)
    said = _CONTROL.sub(" ", request.META.get("HTTP_USER_AGENT", ""))[:LONGEST_AGENT].strip()
    browser, system = agents.words(said)
    return Origin(ip, network_of(ip), said, browser, system, places.country(ip))


def client_ip(request: HttpRequest) -> str:
    """Return the address a request came from, trusting exactly as many proxies as the operator named."""
    forwarded, peer = request.META.get("HTTP_X_FORWARDED_FOR", ""), request.META.get("REMOTE_ADDR", "")
    return peers.client(forwarded, peer, trusted=settings.TRUSTED_PROXIES) or NOWHERE


def network_of(ip: str) -> str:
    """Return the network that an address belongs to, as its holder usually has it: a /24, or a /48 of IPv6."""
    address = places.plain(ip)
    return str(ipaddress.ip_network(f"{address}/{PREFIXES[address.version]}", strict=False))
