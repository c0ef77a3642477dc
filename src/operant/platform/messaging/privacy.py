from collections.abc import Iterable
from typing import Any
from uuid import UUID

from operant.platform.holdings import hold

from .models import Message


@hold(
    "mails", "Mails to you: when, which, and how each ended. What they said may hold codes and is in your mailbox.",
    "messaging_message.person_id", of_organizations=True,
)  # fmt: skip
def mails(person_id: UUID) -> Iterable[dict[str, Any]]:
    found = Message.objects.filter(person_id=person_id).order_by("-created_at")
    return found.values("created_at", "category", "template", "state", "settled_at")
