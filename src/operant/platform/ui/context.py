"""What the layouts ask about the request."""

from functools import cached_property

import operant
from django.http import HttpRequest
from operant.platform.ui import navigation

THEMES = ("light", "dark")
THEME_COOKIE = "ot-theme"


class Shell:
    """The frame around a page: who is here, where they may go, which theme they chose."""

    def __init__(self, request: HttpRequest, *, quiet: bool = False) -> None:
        self._request = request
        self._quiet = quiet

    version = operant.__version__

    @property
    def theme(self) -> str:
        return theme_of(self._request)

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
        if self.organization is None:
            return []
        return navigation.sections(self._request, self.organization.slug, counted=not self._quiet)

    @cached_property
    def personal(self) -> list[navigation.Link]:
        return navigation.personal(self._request)

    @cached_property
    def organizations(self) -> list[navigation.Choice]:
        return [] if self._quiet else navigation.organizations(self._request)

    @property
    def says(self) -> bool:
        """Whether waiting messages are shown; an error page leaves them for the next page."""
        return not self._quiet


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Context processor."""
    return {"shell": Shell(request, quiet=getattr(request, "shell_is_quiet", False))}


def theme_of(request: HttpRequest) -> str:
    """Return the chosen theme, or nothing when the system decides."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else ""
