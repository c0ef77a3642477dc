from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models

from operant.platform import queue, tenancy, trail

from . import actors, hints, reacting
from .committing import commitment, salt
from .declaring import Event, reference

if TYPE_CHECKING:
    from .models import Announcement


WITNESSES: list[Callable[[Event, "Announcement"], None]] = []
"""Called with every event and its row inside its transaction: platform knows no room, so recorders register here."""
ACTOR = "actor"
"""The commitment that holds what belongs to whoever acts."""


def announce(event: Event, *, about: models.Model | None = None) -> "Announcement":
    """
    Record a fact in the open scope's transaction, wake those who watch it and queue its reactions.

    Rolled back means nothing left. Who acts is found out, and what is personal is kept where it can be erased.

    :raises tenancy.NoScope: outside an organization's scope.
    """
    row = _recorded(event, about)
    for witness in WITNESSES:
        witness(event, row)
    hints.hint(*event.topics())
    for listener in reacting.listeners(type(event)):
        queue.defer(
            "events.react", lock=f"{listener}:{row.subject_id or row.pk}",
            organization_id=row.organization_id, event_id=row.pk, listener=listener,
        )
    return row


def _recorded(event: Event, about: models.Model | None) -> "Announcement":
    from .models import Announcement, PersonalValue  # the package is imported before models are ready

    who, payload = actors.actor(), event.model_dump(mode="json")
    parts = _taken_out(payload, event.personal_fields(), actors.personal(who))
    salts = {part: salt() for part in parts}
    row = Announcement.objects.create(
        organization_id=tenancy.current_organization_id(),
        name=event.NAME,
        payload=payload,
        commitments={part: commitment(salts[part], texts) for part, texts in parts.items()},
        actor_kind=who.kind, actor_id=who.id, actor_label=who.label[:120],
        person_id=tenancy.current_person_id(),
        request_id=trail.request_id(),
        subject_kind=about._meta.label if about is not None else "",
        subject_id=about.pk if about is not None else None,
    )  # fmt: skip
    PersonalValue.objects.bulk_create(
        PersonalValue(event=row, part=part, person_id=_whose(part, row.person_id), salt=salts[part], texts=texts)
        for part, texts in parts.items()
    )
    return row


def _taken_out(payload: dict[str, Any], fields: list[str], of_actor: dict[str, str]) -> dict[str, dict[str, str]]:
    """Return the personal values by the commitment they belong to, and leave a reference in the place of each."""
    parts = {ACTOR: dict(of_actor)} if of_actor else {}
    for name in fields:
        text = payload[name]
        if not text:
            continue
        # Mostly it is the name of whoever acts: what belongs to one person is one value to keep, and to erase.
        is_actors = text == of_actor.get(actors.NAME)
        parts.setdefault(ACTOR if is_actors else name, {})[name] = text
        payload[name] = reference(ACTOR if is_actors else name)
    return parts


def _whose(part: str, person_id: UUID | None) -> UUID | None:
    # Of everybody else an event says a name or an address; which person that is, only its room knows.
    return person_id if part == ACTOR else None
