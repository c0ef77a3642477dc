"""
Live: topics to server-sent events.

Nouns: *topic* (what changed, for example `screens` or `dashboard:<id>`), *hint* (a topic on its way), *hub* (one
LISTEN per process, fanned out to open streams). Rules: a hint carries a topic and never data, so it cannot leak and
may be lost; streams hold no transaction; clients ask again with their own rights.
"""

from operant.platform.events.hints import hint

__all__ = ["hint"]
