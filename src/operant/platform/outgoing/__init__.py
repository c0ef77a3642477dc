"""
Outgoing calls: which machines this installation may call because an organization asked it to.

Nouns: *address* (what people type, in its parts), *target* (a host, looked up once, with the addresses that may be
called), *line* (`lines.py`: a connection to a target), *allowed* (the private networks and the single addresses with
port that the operator opened). Hard rules: what was checked is what is called, so callers connect to
`Target.addresses` and never look the name up again; a redirect is a new target.
"""

from .addresses import Address
from .allowing import Allowed, BadNetwork
from .resolving import AddressRefused, NotResolved, Target, named, resolve

__all__ = ["Address", "AddressRefused", "Allowed", "BadNetwork", "NotResolved", "Target", "named", "resolve"]
