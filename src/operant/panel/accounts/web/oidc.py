"""Signing in with an account elsewhere, connecting one and disconnecting it. Without a provider none of it is there."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.reauthentication import resume_request
from allauth.account.utils import get_next_redirect_url
from allauth.core.internal import ratelimit
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.forms import SignupForm
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.views import SignupView
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from operant.platform.refusals import Gone
from operant.platform.ui import toasts

from .. import identities, oidc, queries
from ..actions import identities as actions
from ..reauthentication import is_recent, recently
from .sign_up import Judged


def _with_provider(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if settings.OIDC is None:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


class SignUpForm(Judged, SignupForm):
    """Sign-up of somebody who comes with a mail address that the provider has confirmed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].disabled = True


class SignUp(SignupView):
    def get_authenticated_redirect_url(self) -> str:
        return settings.LOGIN_REDIRECT_URL


sign_up = _with_provider(SignUp.as_view())


@require_POST
@_with_provider
@ratelimit.decorator(app="allauth.account", action="login")
def begin(request: HttpRequest) -> HttpResponse:
    return _leave(request, AuthProcess.LOGIN)


@require_safe
@_with_provider
def callback(request: HttpRequest) -> HttpResponse:
    try:
        return oidc.Return.adapter_view(oidc.Exchange(request, oidc.app().provider_id))(request)
    except oidc.FAILURES as error:
        return identities.failed(request, None, error, has_state=True)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@_with_provider
def again(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        # What was posted before is posted again by a click, never by coming back from the provider.
        return (resume_request(request) or redirect("profile")) if is_recent(request) else _leave(request, identities.AGAIN)
    return render(request, "accounts/oidc_again.html", {"is_proved": is_recent(request), "next": request.GET.get("next", "")})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@_with_provider
def mine(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _connect(request)
    connected = queries.identities(request.user)
    context = {"connected": connected, "has_password": request.user.has_usable_password()}
    return render(request, "accounts/identities.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@_with_provider
def offer(request: HttpRequest) -> HttpResponse:
    offered = identities.offer(request)
    if offered is None:
        raise Gone("There is nothing to connect any more. Begin again with the button that signs you in.")
    if request.method == "POST":
        return _take(request, offered)
    return render(request, "accounts/identity_offer.html", {"offered": offered})


@require_POST
@login_required
@_with_provider
@recently
def removal(request: HttpRequest, key: int) -> HttpResponse:
    actions.disconnect(person=request.user, key=key, name=settings.OIDC.name)
    toasts.done(request, f"You no longer sign in with {settings.OIDC.name}.")
    return redirect("identities")


for view in (again, mine, offer, removal):
    view.auth = "person"  # type: ignore[attr-defined]  # the inventory of routes asks


@recently
def _connect(request: HttpRequest) -> HttpResponse:
    return _leave(request, AuthProcess.CONNECT)


@recently
def _take(request: HttpRequest, offered: dict[str, str]) -> HttpResponse:
    del request.session[identities.OFFER]
    actions.connect(person=request.user, name=settings.OIDC.name, **offered)
    toasts.done(request, f"From now on you can sign in with {settings.OIDC.name}.")
    return redirect("identities")


def _leave(request: HttpRequest, process: str) -> HttpResponse:
    provider = get_adapter().get_provider(request, oidc.app().provider_id)
    # Who proves themselves once more has to type something there.
    asked = {"prompt": "login", "max_age": "0"} if process == identities.AGAIN else {}
    try:
        there = provider.redirect(request, process, next_url=get_next_redirect_url(request), auth_params=asked)
    except oidc.FAILURES as error:
        return identities.failed(request, None, error, has_state=True)
    # A page that goes on by itself, and no redirect: after a form was sent browsers let redirects lead to no other
    # site than those in `form-action`, and where the provider leads to from there nobody here knows.
    return render(request, "accounts/oidc_leaving.html", {"there": there["Location"]})
