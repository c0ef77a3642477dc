"""The way into an organization's pages: who signed in, do they belong, then one scope around the view."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern

from operant.panel.accounts import identities
from operant.platform import tenancy
from operant.platform.live import holders

from .. import queries

LAST_ORGANIZATION = "organization"


def inside(patterns: Iterable[URLPattern]) -> list[URLPattern]:
    """Return the patterns with each view inside the organization that the address names."""
    return [_wrapped(pattern) for pattern in patterns]


def beside(patterns: Iterable[URLPattern]) -> list[URLPattern]:
    """Return a person's own pages with the shell of the organization they were in last."""
    return [URLPattern(each.pattern, _accompanied(each.callback), each.default_args, each.name) for each in patterns]


def signed_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let only signed-in people into a view of their own, with `request.memberships` for the shell."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(_page(request))
        request.memberships = queries.memberships_of(request.user.pk)  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    wrapped.auth = "person"  # type: ignore[attr-defined]
    return wrapped


def _page(request: HttpRequest) -> str:
    shown = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    is_page = request.method in {"GET", "HEAD"} and "HX-Request" not in request.headers
    # Who signs in again wants the page that they saw, not a part of it or where its form went.
    return request.get_full_path() if is_page or not shown.path else shown._replace(scheme="", netloc="", fragment="").geturl()


def _wrapped(pattern: URLPattern) -> URLPattern:
    view = pattern.callback

    @wraps(view)
    def scoped(request: HttpRequest, organization: str, *args: Any, **kwargs: Any) -> HttpResponse:
        membership = _membership(request, organization)
        request.membership, request.organization = membership, membership.organization  # type: ignore[attr-defined]
        if not _may_enter(request, membership):
            # That page names who demands it, and leads on.
            return redirect("security")
        with holders.held_by(holders.MEMBER, lambda: membership.standing):
            if getattr(view, "opens_own_scope", False):
                return view(request, *args, **kwargs)
            with tenancy.organization_scope(membership.organization_id, request.user.pk):
                return view(request, *args, **kwargs)

    scoped = signed_in(scoped)
    scoped.auth = getattr(view, "needs", "viewer")  # type: ignore[attr-defined]
    return URLPattern(pattern.pattern, scoped, pattern.default_args, pattern.name)


def _accompanied(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def accompanied(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            request.memberships = queries.memberships_of(request.user.pk)  # type: ignore[attr-defined]
            request.membership = _last_entered(request)  # type: ignore[attr-defined]
            request.organization = request.membership and request.membership.organization  # type: ignore[attr-defined]
            request.shell_is_beside = True  # type: ignore[attr-defined]
        with holders.held_by(holders.MEMBER, lambda: getattr(getattr(request, "membership", None), "standing", None)):
            return view(request, *args, **kwargs)

    return accompanied


def _last_entered(request: HttpRequest) -> Any:
    last = request.session.get(LAST_ORGANIZATION)
    memberships = sorted(request.memberships, key=lambda each: each.organization.slug != last)  # type: ignore[attr-defined]
    # What the shell asks of an organization that is closed to them would lead the page to itself, again and again.
    return next((each for each in memberships if _may_enter(request, each)), None)


def _may_enter(request: HttpRequest, membership: Any) -> bool:
    return queries.may_enter(membership, is_vouched_for=identities.vouches(request, request.user))


def _membership(request: HttpRequest, slug: str) -> Any:
    for each in request.memberships:  # type: ignore[attr-defined]
        if each.organization.slug == slug:
            return each
    raise Http404
