"""
What the palette finds: pages a person may enter, acts they may do, and things by their names.

Rooms register in `apps.ready` what of theirs can be found. A finder is asked inside the organization's scope, so row
security decides what there is to find; it gives a few hits only, and asks the database once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from . import navigation
from .navigation import Link

MOST_HITS = 5
LONGEST = 80


@dataclass(frozen=True)
class Hit:
    """One line of the palette: what it is called, what else helps to know it by, and where it leads."""

    title: str
    url: str
    icon: str
    under: str = ""


@dataclass(frozen=True)
class Group:
    """Hits of one kind under one heading."""

    label: str
    hits: list[Hit]


@dataclass(frozen=True)
class Finder:
    """Finds things of one kind; `may` says whether this person sees such things at all."""

    label: str
    find: Callable[[HttpRequest, str], list[Hit]]
    may: Callable[[HttpRequest], bool] = lambda request: True
    order: int = 100


@dataclass(frozen=True)
class Act:
    """Something that may be done from anywhere: a page that begins it, for whoever may."""

    label: str
    icon: str
    url_name: str
    may: Callable[[HttpRequest], bool] = lambda request: True


_finders: dict[str, Finder] = {}
_acts: dict[str, Act] = {}


def register(finder: Finder) -> None:
    """Let things of a kind be found; the same label again replaces it."""
    _finders[finder.label] = finder


def offer(act: Act) -> None:
    """Let an act be begun from the palette; the same page again replaces it."""
    _acts[act.url_name] = act


def named(rows: QuerySet, field: str, words: str) -> QuerySet:
    """
    Return the few rows whose field contains these words, those first that begin with them.

    PostgreSQL compares after it fetched the organization's rows by their index: no operator in it leaks past row security.
    """
    begins = ExpressionWrapper(Q(**{f"{field}__istartswith": words}), output_field=BooleanField())
    return rows.filter(**{f"{field}__icontains": words}).order_by(begins.desc(), field, "pk")[:MOST_HITS]


def asked(request: HttpRequest) -> str:
    """Return the words that a request looks for."""
    return " ".join(request.GET.get("q", "").replace("\0", "").split())[:LONGEST]


def inside(request: HttpRequest, slug: str, words: str) -> list[Group]:
    """Return what there is in an organization. Call inside its scope, with `request.membership` set."""
    rooms = [link for section in navigation.sections(request, slug, counted=False) for link in section.links]
    pages = [*_hits(rooms, words), *_hits(navigation.settings(request, slug), words, "Settings")]
    acts = [
        Hit(act.label, reverse(act.url_name, args=[slug]), act.icon)
        for act in _acts.values() if act.may(request) and _matches(act.label, words)
    ]  # fmt: skip
    finders = sorted((each for each in _finders.values() if words and each.may(request)), key=lambda each: each.order)
    things = [Group(each.label, each.find(request, words)) for each in finders]
    return _filled([*things, Group("Acts", acts), Group("Pages", pages)])


def beside(request: HttpRequest, words: str, *, with_operator: bool) -> list[Group]:
    """Return what belongs to the person: their own pages, their organizations, and for an operator the operator's room."""
    own = [*_hits(navigation.personal(request), words), *_hits(navigation.me(request), words, "Your account")]
    mine = {hit.url: hit for hit in own}
    organizations = [
        Hit(each.organization.name, f"/o/{each.organization.slug}/", "lucide--building-2", f"/o/{each.organization.slug}/")
        for each in request.memberships  # type: ignore[attr-defined]
        if _matches(each.organization.name, words)
    ]
    room = _hits(navigation.operator(request), words) if with_operator else []
    return _filled([Group("You", list(mine.values())), Group("Organizations", organizations), Group("Operator's room", room)])


def _hits(links: Iterable[Link], words: str, under: str = "") -> list[Hit]:
    found = [link for link in links if _matches(f"{link.label} {under}", words)]
    return [Hit(link.label, link.url, link.icon, under) for link in found]


def _matches(label: str, words: str) -> bool:
    return words.casefold() in label.casefold()


def _filled(groups: list[Group]) -> list[Group]:
    return [group for group in groups if group.hits]
