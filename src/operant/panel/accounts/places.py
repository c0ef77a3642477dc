"""
The country of an address, out of a file beside the program: nobody is asked, and nothing finer is known.

The one place that knows maxminddb. Without the file every place is unknown, and `operant doctor` says so.
"""

import ipaddress
import logging
from functools import cache
from importlib import resources
from pathlib import Path

import maxminddb
from django.conf import settings

log = logging.getLogger("operant.accounts")
UNKNOWN = ""


def country(ip: str) -> str:
    """Return the two letters of the country that an address is used in; empty when unknown or private."""
    address, reader = plain(ip), opened(settings.PLACES_FILE)
    if reader is None or not address.is_global:
        return UNKNOWN
    try:
        return _code(reader.get(address))
    except (maxminddb.InvalidDatabaseError, ValueError):
        return UNKNOWN


def plain(ip: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return an address; one of IPv4 that is written as IPv6 is the same one."""
    address = ipaddress.ip_address(ip)
    return (address.ipv4_mapped or address) if isinstance(address, ipaddress.IPv6Address) else address


def name(code: str) -> str:
    """Return what a country is called."""
    return _names().get(code, code)


@cache
def opened(path: Path) -> maxminddb.Reader | None:
    """Return the file of places, or None when it is not there or is none."""
    try:
        return maxminddb.open_database(path)
    except (OSError, ValueError, maxminddb.InvalidDatabaseError):
        log.warning("Places of sign-ins are unknown: the file of places cannot be read.")
        return None


def _code(found: object) -> str:
    # Ours says it flat; MaxMind's own files, which an operator may use instead, nest it.
    known = found if isinstance(found, dict) else {}
    nested = known.get("country")
    code = known.get("country_code") or (nested.get("iso_code") if isinstance(nested, dict) else "")
    return code if isinstance(code, str) and len(code) == 2 else UNKNOWN


@cache
def _names() -> dict[str, str]:
    table = (resources.files("tzdata") / "zoneinfo" / "iso3166.tab").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    return {line[0]: line[1] for line in lines}
