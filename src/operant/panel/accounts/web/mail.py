"""A person's mail address: where it stands, and changing it with a code from the old one and one from the new one."""

from functools import partial

from allauth.core.internal import ratelimit
from django import forms
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from operant.platform.refusals import Gone, Invalid, Refusal
from operant.platform.ui import toasts

from .. import queries
from ..actions import ending
from ..actions import mail as actions
from ..reauthentication import recently


class AddressForm(forms.Form):
    address = forms.EmailField(
        max_length=254, label="New email", widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class CodesForm(forms.Form):
    old = forms.CharField(max_length=40, required=False)
    new = forms.CharField(max_length=40, required=False)

    def given(self) -> dict[str, str]:
        return {side: code for side, code in self.cleaned_data.items() if code}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def mail(request: HttpRequest) -> HttpResponse:
    return _ask(request) if request.method == "POST" else _page(request)


@recently
def _ask(request: HttpRequest) -> HttpResponse:
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form)
    if (refused := _too_often(request, form.cleaned_data["address"])) is not None:
        return refused
    try:
        actions.ask_to_change(person=request.user, address=form.cleaned_data["address"])
    except Invalid as refusal:
        form.add_error("address", refusal.sentence)
        return _page(request, form=form)
    return redirect("account_email")


@require_POST
@login_required
def confirmation(request: HttpRequest) -> HttpResponse:
    codes = CodesForm(request.POST)
    if not codes.is_valid() or not codes.given():
        return _page(request, codes=codes)
    try:
        is_made = actions.confirm_change(person=request.user, codes=codes.given())
    except actions.WrongCodes as refusal:
        for side in refusal.wrong:
            codes.add_error(side, refusal.sentence)
        return _page(request, codes=codes)
    except Refusal as refusal:
        return _ended(request, refusal)
    if is_made:
        update_session_auth_hash(request, request.user)
        ending.end_others(person=request.user, key=request.session.session_key)
        toasts.done(request, f"You sign in as {request.user.email} from now on. Your other sessions are ended.")
    return redirect("account_email")


@require_POST
@login_required
def cancellation(request: HttpRequest) -> HttpResponse:
    actions.cancel_change(person=request.user)
    toasts.done(request, "Your address stays as it is.")
    return redirect("account_email")


for view in (mail, confirmation, cancellation):
    view.auth = "person"  # the inventory of routes asks


def _page(request: HttpRequest, *, form: AddressForm | None = None, codes: CodesForm | None = None) -> HttpResponse:
    context = {
        "asked": queries.mail_change(request.user), "form": form or AddressForm(), "codes": codes or CodesForm(),
    }
    return render(request, "accounts/mail.html", context, status=422 if form or codes else 200)


def _ended(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    if not isinstance(refusal, Gone):
        actions.cancel_change(person=request.user)
    toasts.failed(request, refusal.sentence)
    return redirect("account_email")


def _too_often(request: HttpRequest, address: str) -> HttpResponse | None:
    # Each of them writes to somebody who may not have asked for it.
    limited = partial(ratelimit.consume_or_429, request, app="allauth.account")
    return limited(action="manage_email", user=request.user) or limited(action="confirm_email", key=address.lower())
