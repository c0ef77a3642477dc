"""What kind of place an address is. The tables are IANA's special-purpose registries, and the clouds' own habits."""

import errno
import socket
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Literal

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Kind = Literal["public", "private", "loopback", "never"]

# Where clouds tell a machine its own secrets. Most are link-local; these hide among public and private ones.
METADATA = frozenset(
    map(ip_address, ("168.63.129.16", "100.100.100.200", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254"))
)
NEVER = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8", "169.254.0.0/16", "192.88.99.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/128", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "fe80::/10", "ff00::/8",
        ),
    )
)  # fmt: skip
LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
PRIVATE = tuple(
    map(
        ip_network,
        (
            "10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "fc00::/7",
        ),
    )
)  # fmt: skip
_GLOBAL_V6 = ip_network("2000::/3")
_TRANSLATED = ip_network("64:ff9b::/96")


def unwrapped(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 one stands for (mapped, or translated by NAT64), or the address itself."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address in _TRANSLATED:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def kind(address: Address) -> Kind:
    """Return what an unwrapped address is; one of this machine's own counts as loopback."""
    if address in METADATA or _lies_in(address, NEVER):
        return "never"
    if _lies_in(address, LOOPBACK) or is_here(address):
        return "loopback"
    if _lies_in(address, PRIVATE):
        return "private"
    return "public" if address.version == 4 or address in _GLOBAL_V6 else "never"


def is_here(address: Address) -> bool:
    """Return whether this machine has the address: what listens behind its firewall must not be reached from within."""
    return _binds(address) and not _binds_anything()


def _lies_in(address: Address, networks: tuple[Network, ...]) -> bool:
    return any(address in network for network in networks)


def _binds(address: Address) -> bool:
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((str(address), 0))
    except OSError as error:
        # An address that cannot be told to be elsewhere is treated as if it were here.
        return error.errno not in {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EINVAL}
    return True


@cache
def _binds_anything() -> bool:
    # ip_nonlocal_bind lets a machine bind addresses that are not its own; then binding says nothing.
    return _binds(ip_address("192.0.2.1"))
