"""The way in for somebody who lost their second factor: after the password, a code from their mail."""

from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.account.internal.decorators import login_stage_required
from allauth.core.internal import ratelimit
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.stages import AuthenticateStage
from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from operant.platform import clock, messaging
from operant.platform.refusals import Gone, TooMany
from operant.platform.ui import toasts

from .. import queries
from ..actions import recovery
from ..models import Person
from .guesses import few

SENT = "accounts.recovery_code"
VALID_FOR = timedelta(minutes=10)
TRIES = 3
VOID = "This code is over. Ask for a new one."


class CodeForm(forms.Form):
    code = forms.CharField(max_length=20)


@require_http_methods(["GET", "HEAD", "POST"])
@few
@login_stage_required(stage=AuthenticateStage.key, redirect_urlname="account_login")
def lost(request: HttpRequest) -> HttpResponse:
    stage = request._login_stage  # type: ignore[attr-defined]
    if stage.has_ended:
        return stage.abort()
    person = stage.login.user
    context = {"email": person.email, "asked": queries.recovery_of(person), "is_sent": SENT in request.session}
    if request.method != "POST" or context["asked"]:
        return render(request, "accounts/lost.html", context | {"form": CodeForm()})
    if "code" not in request.POST:
        _send(request, person)
        return redirect("recovery")
    form = CodeForm(request.POST)
    if form.is_valid() and _is_right(request, form.cleaned_data["code"]):
        recovery.ask(person=person)
        return redirect("recovery")
    form.add_error("code", "That is not the code." if SENT in request.session else VOID)
    context["is_sent"] = SENT in request.session
    return render(request, "accounts/lost.html", context | {"form": form}, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def cancellation(request: HttpRequest, secret: str) -> HttpResponse:
    asked = queries.recovery(secret)
    if request.method == "POST":
        recovery.cancel(recovery=asked)
        return render(request, "accounts/recovery_canceled.html")
    return render(request, "accounts/recovery_cancellation.html", {"asked": asked})


@require_POST
@login_required
def withdrawal(request: HttpRequest) -> HttpResponse:
    asked = queries.recovery_of(request.user)
    if asked is None:
        raise Gone("This request has ended already.")
    recovery.cancel(recovery=asked)
    toasts.done(request, "The request is canceled.")
    return redirect("security")


withdrawal.auth = "person"


def _send(request: HttpRequest, person: Person) -> None:
    if not ratelimit.consume(request, app="allauth.mfa", action="recovery", key=str(person.pk)):
        raise TooMany("That were three codes within an hour. Wait a while, then try again.", retry_after=3600)
    code = get_adapter().generate_password_reset_code()
    request.session[SENT] = {"code": code, "at": clock.now().timestamp(), "tries": 0, "person": str(person.pk)}
    messaging.send_mail(
        to=person.email, template="recovery_code", category="sign_in", person_id=person.pk,
        context={"code": code, "email": person.email, "public_url": settings.PUBLIC_URL},
    )


def _is_right(request: HttpRequest, typed: str) -> bool:
    person = request._login_stage.login.user  # type: ignore[attr-defined]
    # Taken out before it is compared: it comes back only for another try.
    sent = request.session.pop(SENT, None)
    if not sent or sent["person"] != str(person.pk):
        return False
    if clock.now().timestamp() - sent["at"] > VALID_FOR.total_seconds():
        return False
    if compare_user_code(actual=typed, expected=sent["code"]):
        return True
    if sent["tries"] + 1 < TRIES:
        request.session[SENT] = sent | {"tries": sent["tries"] + 1}
    return False
