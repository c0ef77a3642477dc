"""Between the password and the session: the second factor. And the way in without a password: a passkey."""

from allauth.account import views
from allauth.account.internal.decorators import login_stage_required
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.account.views import BaseReauthenticateView
from allauth.core.internal import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.webauthn.internal import flows
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from operant.platform.refusals import Invalid
from operant.platform.ui import toasts
from operant.platform.ui.security import csp

from .. import hooks, mfa, queries
from ..actions.factors import Copied
from ..models import Person
from . import passkeys
from .proving import ProofForm

SHOWS = csp(features=["publickey-credentials-get"])


@SHOWS
def sign_in(request: HttpRequest) -> HttpResponse:
    return views.login(request)


@require_http_methods(["GET", "HEAD", "POST"])
@SHOWS
@login_stage_required(stage=AuthenticateStage.key, redirect_urlname="account_login")
def second_factor(request: HttpRequest) -> HttpResponse:
    stage = request._login_stage  # type: ignore[attr-defined]
    if stage.has_ended or not queries.has_factor(stage.login.user.pk):
        # The password is another by now, or the factor was removed elsewhere or after it was lost: signing in begins anew.
        return stage.abort()
    form = ProofForm(request, stage.login.user)
    if request.method == "POST" and form.is_valid():
        return stage.exit()
    context = {"form": form, **_offered(request, stage.login.user)}
    return render(request, "accounts/second_factor.html", context, status=422 if form.errors else 200)


@require_POST
@ratelimit.decorator(app="allauth.mfa", action="webauthn_login")
def passkey(request: HttpRequest) -> HttpResponse:
    try:
        shown = passkeys.shown(request)
    except Invalid as refusal:
        hooks.wrong_passkey(request, refusal.person if isinstance(refusal, Copied) else None)
        toasts.failed(request, refusal.sentence)
        return redirect("account_login")
    login = Login(user=shown.user, redirect_url=get_next_redirect_url(request))
    return flows.perform_passwordless_login(request, shown, login)


class Again(BaseReauthenticateView):
    """allauth leads here and onward; what is asked for is ours."""

    template_name = "accounts/again.html"

    def get_form(self, form_class=None) -> ProofForm:
        return ProofForm(self.request, self.request.user, again=True)

    def form_invalid(self, form) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | _offered(self.request, self.request.user) | {
            "form": kwargs.get("form") or self.get_form()
        }


@SHOWS
@login_required
def again(request: HttpRequest) -> HttpResponse:
    return Again.as_view()(request)


again.auth = "person"


def _offered(request: HttpRequest, person: Person) -> dict[str, bool]:
    kinds = {each.type for each in queries.factors(person)}
    return {
        "has_app": Authenticator.Type.TOTP in kinds,
        "has_passkey": Authenticator.Type.WEBAUTHN in kinds and mfa.takes_passkeys(request),
        "is_elsewhere": kinds == {Authenticator.Type.WEBAUTHN} and not mfa.takes_passkeys(request),
        "public_url": settings.PUBLIC_URL,
    }

