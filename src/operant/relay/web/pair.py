"""The way from the code on the glass to a screen of an organization."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from operant.panel.accounts.adapter import client_ip
from operant.panel.organizations import queries as organizations
from operant.panel.organizations.rules import opens_own_scope, requires
from operant.platform import tenancy
from operant.platform.ui import toasts

from .. import rules
from ..actions import pairing
from ..models import Pairing
from ..queries import devices
from .forms import PairForm, ReplaceForm
from .guides import GUIDES

UNKNOWN = "No screen shows this code now. Codes renew themselves every ten minutes: type the one on the glass."


@require_safe
@login_required
def choose(request: HttpRequest) -> HttpResponse:
    """`/pair?code=…`, where the QR code leads: on to the one organization, or a choice among several."""
    mine = [each for each in organizations.memberships_of(request.user.pk) if rules.pair(each)]
    code = devices.spelled(request.GET.get("code", ""))
    query = f"?{urlencode({'code': code})}" if code else ""
    places = [(each.organization.name, reverse("pair_screen", args=[each.organization.slug]) + query) for each in mine]
    if len(places) == 1:
        return redirect(places[0][1])
    return render(request, "relay/choose.html", {"places": places, "code": code})


choose.auth = "person"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.pair)
@opens_own_scope
def pair(request: HttpRequest) -> HttpResponse:
    code = devices.spelled(request.POST.get("code") or request.GET.get("code", ""))
    device = pairing.try_code(code=code, by=request.user, address=client_ip(request)) if code else None
    with tenancy.organization_scope(request.membership.organization_id, request.user.pk):
        if device is None:
            return _ask_for_code(request, code)
        is_replacing = "screen" in request.POST
        form = PairForm(None if is_replacing else request.POST or None, initial={"code": code})
        shown = {"code": code, "screen": request.GET.get("screen")}
        replace_form = ReplaceForm(request.POST if is_replacing else None, initial=shown)
        if is_replacing and replace_form.is_valid():
            return _replaced(request, device, replace_form)
        if request.method == "POST" and not is_replacing and form.is_valid():
            return _paired(request, device, form)
        context = {"device": device, "form": form, "replace_form": replace_form, "code": code}
        return render(request, "relay/pair.html", context, status=422 if form.errors or replace_form.errors else 200)


def _ask_for_code(request: HttpRequest, code: str) -> HttpResponse:
    context = {"code": code, "error": UNKNOWN if code else "", "screen": request.GET.get("screen", "")}
    context["guides"] = [(each, *words) for each, words in GUIDES.items()]
    return render(request, "relay/pair_code.html", context, status=422 if code else 200)


def _replaced(request: HttpRequest, device: Pairing, form: ReplaceForm) -> HttpResponse:
    screen = pairing.replace(device=device, screen=form.cleaned_data["screen"], by=request.user)
    toasts.done(request, f"This device is {screen.name} now. The one before is told that it was replaced.")
    return redirect("screen", request.organization.slug, screen.pk)


def _paired(request: HttpRequest, device: Pairing, form: PairForm) -> HttpResponse:
    given = form.cleaned_data
    about = {"name": given["name"], "dashboard": given["dashboard"], **form.place()}
    screen = pairing.pair(device=device, by=request.user, **about)
    toasts.done(request, f"{screen.name} is paired. It takes a few seconds until it shows something.")
    return redirect("screen", request.organization.slug, screen.pk)
