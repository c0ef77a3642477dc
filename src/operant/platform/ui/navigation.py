"""The registry rooms fill in `apps.ready`: what stands in the sidebar, in the bar and in the person's menu."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby

from django.http import HttpRequest
from django.urls import reverse


@dataclass(frozen=True)
class Entry:
    """
    One line of navigation.

    `may` and `count` receive the request. A count is shown only where something needs action: return None
    otherwise. Entries with a `section` stand together under that heading. An `exact` entry is current on its
    own address only. `place` says where it stands: in a `room` of the sidebar, in the `bar` above each page, among an
    organization's `settings`, in the `person`'s menu, among the pages about `me`, or in the `operator`'s room. The
    addresses of the last three name no organization. An entry of the bar is drawn anew from the address `partial` when
    its live `topic` changes.
    """

    label: str
    icon: str
    url_name: str
    may: Callable[[HttpRequest], bool] = lambda request: True
    count: Callable[[HttpRequest], int | None] | None = None
    order: int = 100
    section: str = ""
    exact: bool = False
    place: str = "room"
    topic: Callable[[HttpRequest], str] | None = None
    partial: str = ""


@dataclass(frozen=True)
class Link:
    label: str
    icon: str
    url: str
    count: int | None
    current: bool
    partial: str = ""


@dataclass(frozen=True)
class Section:
    label: str
    links: list[Link]


_entries: dict[tuple[str, str], Entry] = {}


def register(entry: Entry) -> None:
    """Add a line; registering the same address again replaces it."""
    _entries[entry.place, entry.url_name] = entry


def sections(request: HttpRequest, slug: str, *, counted: bool = True) -> list[Section]:
    """Return the rooms this person may enter, grouped by section in order of first appearance."""
    entries = [entry for entry in _ordered("room") if entry.may(request)]
    first = {}
    for position, entry in enumerate(entries):
        first.setdefault(entry.section, position)
    entries.sort(key=lambda entry: (first[entry.section], entry.order))
    return [
        Section(label, [_link(entry, request, [slug], counted) for entry in group])
        for label, group in groupby(entries, key=lambda entry: entry.section)
    ]


def personal(request: HttpRequest) -> list[Link]:
    """Return the lines of the person's own menu."""
    return [_link(entry, request, [], False) for entry in _ordered("person") if entry.may(request)]


def bar(request: HttpRequest, slug: str, *, counted: bool = True) -> list[Link]:
    """Return the signs that stand in the bar above each page of an organization."""
    return [_link(entry, request, [slug], counted) for entry in _ordered("bar") if entry.may(request)]


def topics(request: HttpRequest) -> list[str]:
    """Return the live topics of the signs in the bar."""
    return [entry.topic(request) for entry in _ordered("bar") if entry.topic and entry.may(request)]


def settings(request: HttpRequest, slug: str) -> list[Link]:
    """Return the pages of an organization's settings that this person may enter."""
    return [_link(entry, request, [slug], False) for entry in _ordered("settings") if entry.may(request)]


def me(request: HttpRequest) -> list[Link]:
    """Return the pages on which a person looks after their own account."""
    return [_link(entry, request, [], False) for entry in _ordered("me") if entry.may(request)]


def operator(request: HttpRequest) -> list[Link]:
    """Return the pages of the operator's room that this person may enter."""
    return [_link(entry, request, [], False) for entry in _ordered("operator") if entry.may(request)]


def _ordered(place: str) -> list[Entry]:
    return sorted(
        (entry for entry in _entries.values() if entry.place == place),
        key=lambda entry: (entry.order, entry.label),
    )


def _link(entry: Entry, request: HttpRequest, arguments: list[str], counted: bool) -> Link:
    url = reverse(entry.url_name, args=arguments)
    count = entry.count(request) if entry.count and counted else None
    current = request.path == url or (not entry.exact and request.path.startswith(url))
    partial = reverse(entry.partial, args=arguments) if entry.partial else ""
    return Link(entry.label, entry.icon, url, count, current, partial)
