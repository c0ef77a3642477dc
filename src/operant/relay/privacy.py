"""
What Relay holds of people. Its pictures of screens (`relay_screenshot`) name nobody, and are no part of a heartbeat: a
screen draws one only when a member asks for it, of what it paints anyway, and the house keeps the newest for a week.
"""

from uuid import UUID

from operant.platform.holdings import MADE, Rows, hold, leave

from .models import SavedFilter


@hold("saved_filters", "Filters of the list of screens that you keep.", "relay_saved_filter.member_id", of_organizations=True)
def saved_filters(person_id: UUID) -> Rows:
    found = SavedFilter.objects.filter(member__person=person_id).order_by("name", "pk")
    return found.values("name", "query", "created_at")


leave(
    MADE, "relay_screen.paired_by_id", "relay_command.sent_by_id", "relay_takeover.started_by_id",
    "relay_deployment.created_by_id", "relay_deployment.rolled_back_by_id",
)  # fmt: skip
