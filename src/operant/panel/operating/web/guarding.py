"""Who may come into the operator's room."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from operant.panel.accounts import identities
from operant.panel.organizations import queries, rules
from operant.panel.organizations.models import Role
from operant.platform.observing import peers

View = Callable[..., HttpResponse]


def for_operators(view: View) -> View:
    """Let in owners and admins of the operator's organization. Others find nothing."""

    def may(request: HttpRequest) -> bool:
        return _is_operator(request, Role.ADMIN)

    return _guarded(view, may)


def for_whoever_sits_here(role: Role = Role.ADMIN) -> Callable[[View], View]:
    """
    Let in whoever has a role in the operator's organization, or sits at this machine.

    Before there is an account, its first code lies in the outbox.
    """

    def may(request: HttpRequest) -> bool:
        # Asked in any case: it also says what stands in the navigation.
        is_operator = _is_operator(request, role)
        return is_operator or _sits_here(request)

    return lambda view: _guarded(view, may)


def _guarded(view: View, may: Callable[[HttpRequest], bool]) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may(request):
            raise Http404
        request.shell_place = "operator"  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    guarded.auth = "operator"  # type: ignore[attr-defined]
    return guarded


def _is_operator(request: HttpRequest, role: Role) -> bool:
    if not request.user.is_authenticated:
        return False
    request.memberships = queries.memberships_of(request.user.pk)  # type: ignore[attr-defined]
    is_vouched_for = identities.vouches(request, request.user)
    mine = (each for each in request.memberships if queries.may_enter(each, is_vouched_for=is_vouched_for))  # type: ignore[attr-defined]
    return rules.is_operator(mine, role)


def _sits_here(request: HttpRequest) -> bool:
    is_here = settings.IS_LOCAL and peers.names_this_machine(request.get_host())
    return is_here and not peers.is_forwarded(request.headers)
