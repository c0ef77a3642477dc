"""Where the things that facts are about are shown: rooms name the page of each kind of theirs."""

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse


@dataclass(frozen=True)
class _Page:
    url_name: str
    is_list: bool


_pages: dict[str, _Page] = {}


def register(kind: str, url_name: str, *, is_list: bool = False) -> None:
    """
    Let a room say which page shows things of a kind, named as facts name it: `relay.Screen`.

    The address takes the organization and the thing; with `is_list` all things of the kind share a page.
    """
    _pages[kind] = _Page(url_name, is_list)


def link(slug: str, kind: str, key: UUID | None) -> str:
    """Return the address of the page that shows a thing, or nothing when none does."""
    page = _pages.get(kind)
    if page is None or key is None:
        return ""
    return reverse(page.url_name, args=[slug] if page.is_list else [slug, key])
