"""A name becomes addresses once; every one of them is checked, and they are what is called."""

import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass
from ipaddress import ip_address

from django.conf import settings

from operant.platform.refusals import Refusal

from . import networks
from .networks import Address

MOST_ADDRESSES = 4
_LONGEST_HOST = 253
_BUSY = "This server is busy looking up other names. Try again in a moment."
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)


class NotResolved(Refusal):
    """The host is no name, has no address, or nobody said so in time."""

    status = 422
    code = "not_resolved"


class AddressRefused(Refusal):
    """The host's address may not be called from this installation."""

    status = 422
    code = "address_refused"


class _Places:
    """A resolver that hangs cannot be stopped: so many threads may hang at most, and so many for one asker."""

    def __init__(self, most: int, *, each: int) -> None:
        self._most, self._each = most, each
        self._taken: Counter[str] = Counter()
        self._change = threading.Condition()

    def take(self, asker: str, seconds: float) -> None:
        with self._change:
            if self._change.wait_for(lambda: self._has_room(asker), timeout=seconds):
                self._taken[asker] += 1
            elif self._taken[asker] >= self._each:
                raise NotResolved("Other names that your organization gave are still looked up. Try again in a moment.")
            else:
                raise NotResolved(_BUSY)

    def give_back(self, asker: str) -> None:
        with self._change:
            self._taken -= Counter([asker])
            self._change.notify_all()

    def _has_room(self, asker: str) -> bool:
        return self._taken[asker] < self._each and self._taken.total() < self._most


_PLACES = _Places(16, each=4)
# Names that organizations gave and nobody answers for must not keep us from knowing ourselves.
_OWN_PLACES = _Places(4, each=4)


@dataclass(frozen=True)
class Target:
    """A host as it was asked for, and the addresses to call, in the resolver's order."""

    host: str
    port: int
    addresses: tuple[str, ...]

    @property
    def is_public(self) -> bool:
        """Whether any of the addresses is one of the open internet, where others listen on the way."""
        return any(networks.kind(ip_address(each)) == "public" for each in self.addresses)


def resolve(host: str, port: int, *, asker: str = "", seconds: float = 5) -> Target:
    """
    Return where a host may be called. `asker` names the organization, which has its share of what is looked up at once.

    :raises NotResolved: when it is no host, or has no address.
    :raises AddressRefused: when any of its addresses may not be called at this port.
    """
    name = named(host)
    found = list(dict.fromkeys(networks.unwrapped(each) for each in _looked_up(name, port, seconds, asker)))
    for address in found:
        _check(name, address, port)
    return Target(name, port, tuple(str(each) for each in found[:MOST_ADDRESSES]))


def named(host: str) -> str:
    """
    Return a host as the wire spells it, without looking it up.

    :raises NotResolved: when it is not the name or address of one host.
    """
    name = host.strip()
    if name.startswith("[") and name.endswith("]"):
        name = name[1:-1]
    if (literal := _literal(name)) is not None:
        return str(literal)
    try:
        name = name.removesuffix(".").encode("idna").decode().lower()
    except UnicodeError:
        name = ""
    if not 0 < len(name) <= _LONGEST_HOST or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise NotResolved("This is not the name or address of one host, like db.example.com.")
    return name


def _literal(name: str) -> Address | None:
    try:
        # A zone (fe80::1%eth0) would choose the network card; libraries disagree on what it means elsewhere.
        return None if "%" in name else ip_address(name)
    except ValueError:
        return None


def _looked_up(name: str, port: int, seconds: float, asker: str, places: _Places | None = None) -> list[Address]:
    if (literal := _literal(name)) is not None:
        return [literal]
    places = places or _PLACES
    until = time.monotonic() + seconds
    places.take(asker, seconds)
    answer = _begun(name, port, lambda: places.give_back(asker))
    try:
        return answer.result(timeout=max(0, until - time.monotonic()))
    except TooLate:
        raise NotResolved(f"The name {name} could not be looked up within {seconds:g} seconds.") from None
    except OSError:
        raise NotResolved(f"There is no host {name}, as far as this server can tell. Check its spelling.") from None


def _begun(name: str, port: int, over: Callable[[], None]) -> Future[list[Address]]:
    answer: Future[list[Address]] = Future()
    try:
        threading.Thread(target=_look_up, args=(name, port, answer, over), daemon=True).start()
    except RuntimeError:  # there is no room for another thread
        over()
        raise NotResolved(_BUSY) from None
    return answer


def _look_up(name: str, port: int, answer: Future, over: Callable[[], None]) -> None:
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
        answer.set_result([ip_address(place[0].partition("%")[0]) for *_, place in found])
    except Exception as error:
        answer.set_exception(error if isinstance(error, OSError) else OSError(str(error)))
    finally:
        over()


def _check(name: str, address: Address, port: int) -> None:
    kind = networks.kind(address)
    where = f"{name} is {address}" if name != str(address) else name
    if kind == "never":
        raise AddressRefused(
            f"{where}: an address that Operant never calls, because machines and clouds keep their secrets there."
        )
    # What is public can be reached past us, and one public address often serves many databases.
    if kind != "public" and _is_own(address, port, kind):
        raise AddressRefused(f"{where} port {port}: that is Operant itself, and Operant never calls itself.")
    if not settings.PRIVATE_NETWORKS.opens(address, port, kind):
        raise AddressRefused(_closed(where, address, port, kind))


def _closed(where: str, address: Address, port: int, kind: networks.Kind) -> str:
    if kind == "loopback":
        place = f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"
        return (
            f"{where}: that is the machine Operant runs on, which is refused unless its operator allows exactly this "
            f"address and port, with the setting OPERANT_PRIVATE_NETWORKS={place}."
        )
    return (
        f"{where}: an address in a private network, which is refused unless the operator of this installation allows "
        f"it, with the setting OPERANT_PRIVATE_NETWORKS={address}."
    )


def _is_own(address: Address, port: int, kind: networks.Kind) -> bool:
    return any(
        _is_same(address, kind, each)
        for host, own_port in settings.OWN_ENDPOINTS
        if port == own_port
        for each in _own_addresses(host, own_port)
    )


def _is_same(address: Address, kind: networks.Kind, own: Address) -> bool:
    # All addresses of this machine lead to what listens on one of them, more often than not.
    return address == own or (kind == "loopback" and (own.is_unspecified or networks.kind(own) == "loopback"))


def _own_addresses(host: str, port: int) -> list[Address]:
    try:
        return [networks.unwrapped(each) for each in _looked_up(host, port, 5, "", _OWN_PLACES)]
    except NotResolved:
        raise AddressRefused(
            "Operant's own address could not be looked up, so nobody knows whether this is Operant itself, which it never "
            "calls. Try again in a moment."
        ) from None
