"""One page on which a person looks after how they sign in."""

from datetime import timedelta
from uuid import UUID

from allauth.account import views
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django import forms
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from operant.platform import clock
from operant.platform.refusals import Invalid, Refusal
from operant.platform.ui import qr, toasts
from operant.platform.ui.security import csp

from .. import demands, identities, mfa, queries
from ..actions import factors
from ..reauthentication import recently
from . import passkeys

ENROLMENT = "accounts.enrolment"
ENROLMENT_FOR = timedelta(minutes=10)
TOO_LATE = "This page was open for more than ten minutes. Scan the new picture, and type the code the app then shows."


class CodeForm(forms.Form):
    code = forms.CharField(max_length=10)


class NameForm(forms.Form):
    name = forms.CharField(max_length=factors.LONGEST_NAME, label="Name", help_text="So that you know which one it is.")


@require_safe
@login_required
def security(request: HttpRequest) -> HttpResponse:
    mine = list(queries.factors(request.user))
    context = {
        "app": next((each for each in mine if each.type == Authenticator.Type.TOTP), None),
        "passkeys": [each for each in mine if each.type == Authenticator.Type.WEBAUTHN],
        "takes_passkeys": mfa.takes_passkeys(request), "is_only_one": len(mine) == 1,
        "codes_left": queries.backup_codes_left(request.user) if mine else 0,
        "demanding": [] if identities.vouches(request, request.user) else demands.of(request.user.pk),
        "asked": queries.recovery_of(request.user) if mine else None,
    }
    return render(request, "accounts/security.html", context)


@login_required
@recently
def first_password(request: HttpRequest) -> HttpResponse:
    return views.password_set(request)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@recently
def app(request: HttpRequest) -> HttpResponse:
    has_ended, secret = _enrolment(request)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if has_ended:
                raise Invalid(TOO_LATE)
            made = factors.add_app(person=request.user, secret=secret, code=form.cleaned_data["code"].replace(" ", ""))
        except Invalid as refusal:
            form.add_error("code", refusal.sentence)
        else:
            request.session.pop(ENROLMENT)
            return _welcomed(request, made, "totp", "Your authenticator app is set up.")
    drawing = qr.draw(get_adapter().build_totp_url(request.user, secret))
    context = {"form": form, "qr": drawing, "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))}
    return render(request, "accounts/app.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@csp(features=["publickey-credentials-create"])
@login_required
@recently
def new_passkey(request: HttpRequest) -> HttpResponse:
    if not mfa.takes_passkeys(request):
        raise Refusal("Browsers keep passkeys for names over HTTPS only. Open Operant under its name and try there.")
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            credential, counter = passkeys.registered(request)
        except Invalid as refusal:
            form.add_error(None, refusal.sentence)
        else:
            name = form.cleaned_data["name"]
            made = factors.add_passkey(person=request.user, name=name, credential=credential, counter=counter)
            return _welcomed(request, made, "webauthn", f"The passkey {name} is added.")
    return render(request, "accounts/new_passkey.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@login_required
def passkey_name(request: HttpRequest, key: UUID) -> HttpResponse:
    passkey, form = _mine(request, key), NameForm(request.POST)
    if form.is_valid():
        factors.rename_passkey(person=request.user, key=passkey.factor.pk, name=form.cleaned_data["name"])
        toasts.done(request, "The passkey has a new name.")
    return redirect("security")


@require_POST
@login_required
@recently
def removal(request: HttpRequest, key: UUID) -> HttpResponse:
    factor = _mine(request, key)
    factors.remove(person=request.user, key=factor.factor.pk)
    toasts.done(request, f"The {queries.named(factor)} is removed.")
    return redirect("security")


@require_POST
@login_required
@recently
def backup_codes(request: HttpRequest) -> HttpResponse:
    return _codes(request, factors.make_backup_codes(person=request.user))


def _enrolment(request: HttpRequest) -> tuple[bool, str]:
    # Kept for a while, so that the page in another tab shows the same one.
    begun = request.session.get(ENROLMENT, {"at": 0})
    has_ended = clock.now().timestamp() - begun["at"] > ENROLMENT_FOR.total_seconds()
    if has_ended:
        begun = {"at": clock.now().timestamp(), "secret": generate_totp_secret()}
        request.session[ENROLMENT] = begun
    return has_ended, begun["secret"]


def _welcomed(request: HttpRequest, made: list[str], kind: str, sentence: str) -> HttpResponse:
    # Whoever has just shown the factor has proved it; and this session goes on under another key.
    record_authentication(request, request.user, "mfa", type=kind, reauthenticated=True)
    update_session_auth_hash(request, request.user)
    toasts.done(request, sentence)
    return _codes(request, made) if made else redirect("security")


def _codes(request: HttpRequest, made: list[str]) -> HttpResponse:
    return render(request, "accounts/backup_codes.html", {"codes": made, "text": "\n".join(made)}, status=201)


def _mine(request: HttpRequest, key: UUID) -> Authenticator:
    return get_object_or_404(queries.factors(request.user), factor=key)


for view in (security, first_password, app, new_passkey, passkey_name, removal, backup_codes):
    view.auth = "person"
