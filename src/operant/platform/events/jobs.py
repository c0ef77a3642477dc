from uuid import UUID

from operant.platform import queue, retention, tenancy

from . import reacting
from .models import Announcement, Reaction

retention.keep("events", "Events: what changed, and who did it", kept=None, since="as long as the organization stands")


@queue.job("events.react")
def react(*, organization_id: str, event_id: str, listener: str) -> None:
    with tenancy.organization_scope(UUID(organization_id)):
        announcement = Announcement.objects.get(pk=event_id)
        _, is_first = Reaction.objects.get_or_create(
            organization_id=announcement.organization_id, event_id=announcement.pk, listener=listener
        )
        if is_first:
            reacting.named(listener)(announcement)
