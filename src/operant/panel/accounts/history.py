"""What happened with one person's account, for that person alone: facts about them in the operator's organization."""

from dataclasses import dataclass
from datetime import datetime

from operant.platform.api.paging import Page, Paging
from operant.platform.events import CATALOGUE
from operant.platform.events.actors import ADDRESS
from operant.platform.events.models import Announcement

from .home import at_home
from .models import Person, Recovery

PAGE = 50


@dataclass(frozen=True)
class Line:
    """One fact: its name and sentence, when it became true, and from which address, if the person did it themselves."""

    name: str
    sentence: str
    at: datetime
    address: str


def of(person: Person, *, after: str = "") -> Page[Line]:
    """
    Return a page of what happened with a person's account, newest first; `after` is the cursor of the one before.

    Opens its own scope.

    :raises Invalid: when the cursor is none of this list.
    """
    with at_home(person):
        about = [person.pk, *Recovery.objects.filter(person=person).values_list("pk", flat=True)]
        found = Announcement.objects.filter(subject_id__in=about, name__in=list(CATALOGUE)).prefetch_related("personal")
        return Paging(limit=PAGE, cursor=after).of(found, lambda row: _line(row, person), by="at", down=True)


def _line(row: Announcement, person: Person) -> Line:
    address = row.known().get(ADDRESS, "") if row.person_id == person.pk else ""
    return Line(row.name, row.event().sentence(), row.at, address)
