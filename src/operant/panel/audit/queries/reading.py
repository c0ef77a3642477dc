from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from operant.platform.events import CATALOGUE
from operant.platform.events.actors import ADDRESS, NAME
from operant.platform.events.declaring import ERASED, referred
from operant.platform.events.models import Announcement
from operant.platform.refusals import NotFound

from .. import lines
from ..models import Seal
from . import chain

# Searching looks at sentences one by one, newest first: so many for one page, then it says how far it came.
PAGE, LOOKED_AT = 50, 5000
KINDS = {
    "person": "A person", "token": "A program", "screen": "A screen", "job": "Operant itself",
    "operator": "Whoever runs this installation", "visitor": "A visitor", "": "Not recorded",
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What is looked for: any of these may be empty. `words` must all stand in an entry's sentence."""

    kind: str = ""
    person_id: UUID | None = None
    actor_id: UUID | None = None
    event: str = ""
    subject_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    words: tuple[str, ...] = ()
    before: tuple[datetime, UUID] | None = None


@dataclass(frozen=True)
class Entry:
    """An announcement as people look back at it."""

    row: Announcement
    sentence: str
    who: str
    seal: Seal | None

    @property
    def kind_word(self) -> str:
        """What kind of actor it was, in words."""
        return KINDS.get(self.row.actor_kind, self.row.actor_kind)

    @property
    def event_name(self) -> str:
        return self.row.name

    @property
    def address(self) -> str:
        """The network address it came from, if it was noted and not erased."""
        return self.row.known().get(ADDRESS, "")


@dataclass
class Page:
    """Some entries, and where to go on: `next` is None at the end of the log; `searched_until` when the search paused."""

    entries: list[Entry] = field(default_factory=list)
    next: tuple[datetime, UUID] | None = None
    searched_until: datetime | None = None


def page(asked: Asked) -> Page:
    """Return the newest entries that fit, at most a page of them."""
    made, looked, place = Page(), 0, None
    for each in _each(asked):
        if place and (len(made.entries) == PAGE or looked == LOOKED_AT):
            made.next, made.searched_until = place, None if len(made.entries) == PAGE else place[0]
            break
        looked, place = looked + 1, _place(each.row)
        if _says(each, asked.words):
            made.entries.append(each)
    return made


def every(asked: Asked) -> Iterator[list[Entry]]:
    """Yield all entries that fit, newest first, a page at a time. Each page is read when it is asked for."""
    before = asked.before
    while rows := list(_rows(asked, before)[:1000]):
        yield [each for each in map(entry_of, rows) if _says(each, asked.words)]
        before = _place(rows[-1])


def entry(entry_id: UUID) -> Entry:
    """
    Return one entry.

    :raises NotFound: when there is none here.
    """
    found = _prefetched(Announcement.objects.filter(pk=entry_id)).first()
    if found is None:
        raise NotFound("There is no such entry here.")
    return entry_of(found)


def entry_of(row: Announcement) -> Entry:
    """Return an announcement, with its people and seals read already, as an entry."""
    seals = row.seals.all()
    return Entry(row, sentence(row), who(row), seals[0] if seals else None)


def sentence(row: Announcement) -> str:
    """Return what an entry says; of an event that is declared no longer, its name."""
    return row.event().sentence() if row.name in CATALOGUE else row.name


def who(row: Announcement) -> str:
    """Return who acted, as it may be shown now."""
    if row.actor_kind == "person":
        is_known = NAME in row.known()
        return row.known()[NAME] if is_known else ERASED if "actor" in row.commitments else KINDS["person"]
    return row.actor_label or KINDS.get(row.actor_kind, row.actor_kind)


def fields(row: Announcement) -> list[tuple[str, Any, bool]]:
    """Return each field of an entry with its value and whether it is personal."""
    known = row.known()
    return [
        (name.replace("_", " "), known.get(name, ERASED) if referred(value) else value, bool(referred(value)))
        for name, value in row.payload.items()
    ]


def evidence(found: Entry) -> dict[str, Any]:
    """Return what proves an entry: what was hashed, its hashes, and whether they agree."""
    if found.seal is None:
        return {}
    previous = chain.before(found.seal)
    text = lines.entry(found.row, sequence=found.seal.sequence, previous=previous)
    holds = lines.hashed(text) == bytes(found.seal.hash) and all(
        each.commitment == found.row.commitments.get(each.part) for each in found.row.personal.all()
    )
    return {"text": text.decode(), "hash": bytes(found.seal.hash).hex(), "previous": previous.hex(), "holds": holds}


def _each(asked: Asked) -> Iterator[Entry]:
    before, size = asked.before, PAGE + 1 if not asked.words else 1000
    while rows := list(_rows(asked, before)[:size]):
        yield from map(entry_of, rows)
        before = _place(rows[-1])


def _rows(asked: Asked, before: tuple[datetime, UUID] | None) -> QuerySet[Announcement]:
    exact = {
        "actor_kind": asked.kind, "person_id": asked.person_id, "actor_id": asked.actor_id, "name": asked.event,
        "subject_id": asked.subject_id, "at__gte": asked.since, "at__lt": asked.until,
    }  # fmt: skip
    found = Announcement.objects.filter(**{name: value for name, value in exact.items() if value})
    if before:
        found = found.filter(Q(at__lt=before[0]) | Q(at=before[0], pk__lt=before[1]), at__lte=before[0])
    return _prefetched(found.order_by("-at", "-pk"))


def _prefetched(found: QuerySet[Announcement]) -> QuerySet[Announcement]:
    return found.prefetch_related("personal", "seals")


def _place(row: Announcement) -> tuple[datetime, UUID]:
    return row.at, row.pk


def _says(found: Entry, words: tuple[str, ...]) -> bool:
    text = f"{found.sentence} {found.who}".casefold()
    return all(word.casefold() in text for word in words)
