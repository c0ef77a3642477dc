from uuid import UUID

from operant.platform.holdings import Rows, hold

from .models import Announcement, PersonalValue


@hold(
    "acts", "What you did, as the audit log keeps it: the event and what kind of thing it was about.",
    "events_announcement.person_id", of_organizations=True,
)  # fmt: skip
def acts(person_id: UUID) -> Rows:
    found = Announcement.objects.filter(person_id=person_id).order_by("-at", "pk")
    return found.values("at", "name", "actor_kind", "subject_kind", "subject_id")


@hold(
    "facts", "Your name and network address, as the audit log keeps them beside what you did.",
    "events_personal.person_id", of_organizations=True,
)  # fmt: skip
def facts(person_id: UUID) -> Rows:
    found = PersonalValue.objects.filter(person_id=person_id).order_by("-event__at", "pk")
    return found.values("event__at", "event__name", "texts")
