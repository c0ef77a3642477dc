"""
Demo: two invented organizations and their year.

*Harbour* moves parcels for shops from three depots; *Meadow* looks after gardens. `make run`, screenshots and
journeys use them. Rules: nothing in it is real, everything in it is consistent, and it ends yesterday.
"""

SIGN_IN = "ada@harbour.example"


def build(*, password: str) -> None:
    """Build both organizations, replacing an earlier demo; every person in it signs in with `password`."""
    from . import building  # the package is imported before models are ready

    building.build(password)
