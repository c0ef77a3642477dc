"""
Outgoing calls: which machines this installation may call because an organization asked it to.

Nouns: *target* (a host, looked up once, with the addresses that may be called), *allowed* (the private networks and
the single addresses with port that the operator opened). Hard rules: what was checked is what is called, so callers
connect to `Target.addresses` and never look the name up again; a redirect is a new target.
"""

from .allowing import Allowed, BadNetwork
from .resolving import AddressRefused, NotResolved, Target, named, resolve

__all__ = ["AddressRefused", "Allowed", "BadNetwork", "NotResolved", "Target", "named", "resolve"]
