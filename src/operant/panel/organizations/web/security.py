from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from operant.panel.accounts.reauthentication import recently
from operant.platform import clock
from operant.platform.refusals import Invalid
from operant.platform.ui import toasts
from operant.platform.ui.tables import Column, Empty, Table

from .. import queries, rules
from ..actions import second_factor
from ..models import Role
from .forms import RequirementForm

USUAL_GRACE = timedelta(days=14)
EMPTY = Empty("Everybody has a second factor.", "lucide--shield-check")


@require_safe
@rules.requires(rules.see_safety)
def security(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@rules.requires(rules.change_safety)
@recently
def requirement(request: HttpRequest) -> HttpResponse:
    form = RequirementForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    try:
        second_factor.require(by=request.membership, starts_at=_begin(request, form.cleaned_data["starts_on"]))
    except Invalid as refusal:
        form.add_error("starts_on", refusal.sentence)
        return _page(request, form)
    toasts.done(request, "The rule is set. Those without a second factor get a mail.")
    return redirect("organization_security", request.organization.slug)


@require_POST
@rules.requires(rules.change_safety)
@recently
def release(request: HttpRequest) -> HttpResponse:
    second_factor.release(by=request.membership)
    toasts.done(request, "A second factor is no longer required.")
    return redirect("organization_security", request.organization.slug)


def _page(request: HttpRequest, form: RequirementForm | None = None) -> HttpResponse:
    usual = (clock.now() + USUAL_GRACE).astimezone(_zone(request)).date()
    context = {
        "form": form or RequirementForm(initial={"starts_on": request.organization.second_factor_on or usual}),
        "may_change": rules.change_safety(request.membership),
    }
    response = _missing(request).respond("organizations/security.html", context)
    response.status_code = 422 if form else response.status_code
    return response


def _missing(request: HttpRequest) -> Table:
    return Table(
        queries.without_factor(), request, name="without-second-factor", label="Without a second factor",
        search=["person.name", "person.email"], empty=EMPTY,
        columns=[
            Column("person.name", "Name", sort=True), Column("person.email", "Email", sort=True),
            Column("role", "Role", sort=True, value=lambda each: Role(each.role).label),
        ],
    )  # fmt: skip


def _begin(request: HttpRequest, day) -> datetime:
    midnight = datetime.combine(day, time(), _zone(request))
    is_today = day == clock.now().astimezone(_zone(request)).date()
    return clock.now() if is_today else midnight


def _zone(request: HttpRequest) -> ZoneInfo:
    return ZoneInfo(request.organization.time_zone)
