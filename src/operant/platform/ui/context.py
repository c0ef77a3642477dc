"""What the layouts ask about the request."""

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.http import HttpRequest

import operant
from operant.platform import reading
from operant.platform.ui import navigation, notices

THEMES = ("light", "dark")
THEME_COOKIE = "ot-theme"


@dataclass(frozen=True)
class Choice:
    """One organization of the switcher."""

    name: str
    url: str
    current: bool


class Shell:
    """The frame around a page: who is here, where they may go, which theme they chose."""

    def __init__(self, request: HttpRequest, *, quiet: bool = False) -> None:
        self._request = request
        self._quiet = quiet
        # Beside an organization's pages nothing of it can be counted: its scope is not open.
        self._is_beside = getattr(request, "shell_is_beside", False)

    version = operant.__version__

    @property
    def theme(self) -> str:
        return theme_of(self._request)

    @property
    def reader(self) -> reading.Reader:
        return reading.current()

    @property
    def person(self):
        user = getattr(self._request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @property
    def organization(self):
        return getattr(self._request, "organization", None)

    @property
    def membership(self):
        return getattr(self._request, "membership", None)

    @cached_property
    def sections(self) -> list[navigation.Section]:
        if getattr(self._request, "shell_place", "") == "operator":
            return [navigation.Section("Operator's room", navigation.operator(self._request))]
        if self.organization is None:
            return []
        return navigation.sections(self._request, self.organization.slug, counted=not (self._quiet or self._is_beside))

    @cached_property
    def personal(self) -> list[navigation.Link]:
        return navigation.personal(self._request)

    @cached_property
    def bar(self) -> list[navigation.Link]:
        if self.organization is None:
            return []
        return navigation.bar(self._request, self.organization.slug, counted=not (self._quiet or self._is_beside))

    @property
    def topics(self) -> list[str]:
        return navigation.topics(self._request) if self.organization else []

    @cached_property
    def settings(self) -> list[navigation.Link]:
        return navigation.settings(self._request, self.organization.slug) if self.organization else []

    @cached_property
    def me(self) -> list[navigation.Link]:
        return navigation.me(self._request)

    @cached_property
    def organizations(self) -> list[Choice]:
        current = getattr(self.organization, "slug", None)
        memberships = getattr(self._request, "memberships", ())
        known = [membership.organization for membership in memberships]
        return [Choice(each.name, f"/o/{each.slug}/", each.slug == current) for each in known]

    @cached_property
    def notices(self) -> list[notices.Notice]:
        """What is said above every page of whoever is signed in; an error page asks nothing."""
        failing = getattr(self._request, "shell_is_failing", False)
        return notices.of(self._request) if self.person and not failing else []

    @property
    def mail(self) -> str:
        """Where mail goes: to a `server`, into an `outbox` that this reader may open, or nowhere (`kept`)."""
        if settings.SMTP_URL:
            return "server"
        return "outbox" if settings.IS_LOCAL else "kept"

    @property
    def finds(self) -> str:
        """The address that the palette asks: inside the organization of this page, or of the person alone."""
        return f"/o/{self.organization.slug}/find" if self.organization else "/find"

    @property
    def says(self) -> bool:
        """Whether waiting messages are shown; an error page and what nobody asked for leave them for the next page."""
        return not self._quiet and not is_unasked(self._request)


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Context processor."""
    return {"shell": Shell(request, quiet=getattr(request, "shell_is_quiet", False))}


def is_unasked(request: HttpRequest) -> bool:
    """Return whether a page asks by itself, because something changed or time passed, and not because of its reader."""
    return request.headers.get("Unasked") == "true"


def theme_of(request: HttpRequest) -> str:
    """Return the chosen theme, or nothing when the system decides."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else ""
