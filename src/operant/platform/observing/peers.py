"""Who is at the other end of a connection: as many proxies are believed as the operator named, and no more."""

import ipaddress
import re
from collections.abc import Iterable
from typing import Any

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_NAMES = "|".join(re.escape(f"[{name}]" if ":" in name else name) for name in sorted(LOOPBACK))
_HERE = re.compile(rf"({_NAMES})(:[0-9]{{1,5}})?", re.IGNORECASE | re.ASCII)
_FORWARDED = ("x-forwarded", "forwarded", "x-real-ip", "via", "cf-", "true-client-ip")


def header(scope: dict[str, Any], name: bytes) -> str:
    """Return a header of an ASGI request, all its lines as one like Django's; empty when it has none."""
    return ",".join([value.decode("latin-1") for each, value in scope["headers"] if each == name])


def client(forwarded_for: str, peer: str, *, trusted: int) -> str:
    """Return the address that a request came from; empty when nobody says one."""
    hops = [hop.strip() for hop in forwarded_for.split(",") if hop.strip()]
    named = hops[-trusted] if trusted and len(hops) >= trusted else ""
    return address(named) or address(peer)


def address(named: str) -> str:
    """Return an address without port, brackets or zone; empty when it is none. Some proxies write "unknown"."""
    bare = named.partition("]")[0].lstrip("[").partition("%")[0]
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        return ""


def is_among(named: str, networks: Iterable[str]) -> bool:
    """Return whether an address lies in one of these networks."""
    return bool(named) and any(ipaddress.ip_address(named) in ipaddress.ip_network(each) for each in networks)


def sits_here(scope: dict[str, Any], *, through_proxies: bool) -> bool:
    """
    Return whether a request comes from this machine itself, and not through a proxy on it.

    `through_proxies` says that whoever comes from outside carries X-Forwarded-For; without it nobody can tell.
    """
    peer = address((scope.get("client") or ("",))[0])
    if not through_proxies or not peer or not ipaddress.ip_address(peer).is_loopback:
        return False
    # A page from elsewhere may make a browser on this machine ask here, but under its own name.
    return names_this_machine(header(scope, b"host")) and not is_forwarded(name.decode("latin-1") for name, _ in scope["headers"])


def names_this_machine(host: str) -> bool:
    """Return whether a Host header, with a port or without, is a name that every machine has for itself."""
    return bool(_HERE.fullmatch(host))


def is_forwarded(names: Iterable[str]) -> bool:
    """Return whether the names of a request's headers say that a proxy passed it on."""
    return any(name.lower().startswith(_FORWARDED) for name in names)


def is_secure(scope: dict[str, Any], *, trusted: int) -> bool:
    """Return whether the client came over TLS: to us, or to a proxy that we trust."""
    said = header(scope, b"x-forwarded-proto").partition(",")[0].strip() if trusted else ""
    return (said or scope.get("scheme")) == "https"
