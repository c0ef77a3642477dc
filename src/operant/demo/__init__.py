"""
Demo: two invented organizations and their year.

*Harbour* moves parcels for shops from three depots; *Meadow* looks after gardens. `make run`, screenshots and
journeys use them. Rules: nothing in it is real, everything in it is consistent, and it ends yesterday.
"""

from .building import build

SIGN_IN = "ada@harbour.example"

__all__ = ["SIGN_IN", "build"]
