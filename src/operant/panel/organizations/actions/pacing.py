import hashlib
from uuid import UUID

from operant.panel.accounts.models import Tries

DAY = 86400


def has_room(what: str, *, actor_id: UUID, most: int) -> bool:
    """
    Return whether somebody may do something once more within a day, and count it.

    A person is counted in all organizations together.
    """
    key = hashlib.sha256(f"organizations.{what}:{actor_id}".encode()).hexdigest()
    return Tries.take(key, most=most, seconds=DAY) is not None
