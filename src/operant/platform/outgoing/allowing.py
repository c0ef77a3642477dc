"""What the operator opened: `OPERANT_PRIVATE_NETWORKS`, read once."""

from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Self

from . import networks
from .networks import Address, Kind, Network

EXAMPLE = "10.1.0.0/16, 192.168.7.20, 127.0.0.1:5433"


class BadNetwork(ValueError):
    """An entry of the list cannot be used; the message says why."""


@dataclass(frozen=True)
class Allowed:
    """Private networks that may be called, and single addresses with their port."""

    networks: tuple[Network, ...] = ()
    endpoints: frozenset[tuple[Address, int]] = field(default_factory=frozenset)

    @classmethod
    def parsed(cls, text: str) -> Self:
        """
        Return what a list separated by commas or blanks opens.

        :raises BadNetwork: naming the first entry that cannot be used.
        """
        found, endpoints = [], set()
        for entry in text.replace(",", " ").split():
            endpoint = _endpoint(entry)
            if endpoint:
                endpoints.add(endpoint)
            else:
                found.append(_network(entry))
        return cls(tuple(found), frozenset(endpoints))

    def opens(self, address: Address, port: int, kind: Kind) -> bool:
        """Return whether an address of that kind may be called at that port."""
        if kind == "public":
            return True
        if kind == "never":
            return False
        in_network = kind == "private" and any(address in network for network in self.networks)
        return in_network or (address, port) in self.endpoints


def _endpoint(entry: str) -> tuple[Address, int] | None:
    host, colon, port = entry.rpartition(":")
    if not (colon and port.isascii() and port.isdigit()) or (":" in host and not host.startswith("[")):
        return None
    try:
        address = networks.unwrapped(ip_address(host.strip("[]")))
    except ValueError:
        raise BadNetwork(f"{entry} names no address; write it as 127.0.0.1:5433.") from None
    if not 0 < int(port) < 65536:
        raise BadNetwork(f"{entry} has no port between 1 and 65535.")
    if networks.kind(address) == "never":
        raise BadNetwork(f"{entry} is never called: machines keep their secrets at addresses like it.")
    return address, int(port)


def _network(entry: str) -> Network:
    try:
        network = ip_network(entry)
    except ValueError:
        raise BadNetwork(f"{entry} is no network; write the list like {EXAMPLE}.") from None
    if any(network.overlaps(each) for each in networks.LOOPBACK if each.version == network.version):
        raise BadNetwork(f"{entry} holds this machine itself; name it with a port, like 127.0.0.1:5433.")
    if any(network.subnet_of(each) for each in networks.NEVER if each.version == network.version):
        raise BadNetwork(f"{entry} is never called: machines keep their secrets at addresses like it.")
    return network
