from collections.abc import Iterable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from operant.panel.organizations import rules
from operant.platform.messaging import categories
from operant.platform.ui import toasts

from .. import queries
from ..actions import wishing
from ..models import Channel
from ..wishes import Box, Wishes, boxes
from .forms import RhythmForm


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def wishes(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, _rhythm_form(request))
    wishing.change(person=request.user, changes=_changes(request))
    toasts.done(request, "Saved. It holds from the next mail on.")
    return redirect("notification_wishes")


@login_required
@require_POST
def rhythm(request: HttpRequest) -> HttpResponse:
    form = RhythmForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    wishing.change_rhythm(person=request.user, **form.rhythm)
    toasts.done(request, "Saved. It holds from the next mail on.")
    return redirect("notification_wishes")


wishes.auth = rhythm.auth = "person"  # the inventory of routes asks


def _page(request: HttpRequest, form: RhythmForm) -> HttpResponse:
    found = queries.own_wishes(request.user)
    told = {each.name for each in queries.told_categories()}
    context = {
        "form": form, "lines": [_line(each, found, told) for each in _listed(request)], "channels": Channel,
        "shown": " ".join(_name(box) for box in boxes() if found.wants(*box)), "zone": request.user.time_zone,
    }  # fmt: skip
    return render(request, "notifications/wishes.html", context, status=422 if form.errors else 200)


def _listed(request: HttpRequest) -> Iterable[categories.Category]:
    is_operator = rules.is_operator(request.memberships)
    known = [each for each in categories.CATEGORIES.values() if is_operator or not each.is_for_operators]
    essential = [each for each in known if each.is_essential]
    return [*categories.optional(), *essential]


def _line(category: categories.Category, found: Wishes, told: set[str]) -> dict[str, Any]:
    cells = [
        {
            "channel": channel, "name": _name((category.name, channel.value)), "is_on": found.wants(category.name, channel),
            "is_there": channel == Channel.MAIL or category.name in told,
        }
        for channel in Channel
    ]  # fmt: skip
    return {"category": category, "cells": cells}


def _changes(request: HttpRequest) -> dict[Box, bool]:
    # Only what differs from what this page showed: another window, or the link in a mail, may have changed the rest.
    shown, ticked = set(request.POST.get("shown", "").split()), set(request.POST.getlist("wish"))
    known = {_name(box): box for box in boxes()}
    return {known[name]: name in ticked for name in sorted(shown ^ ticked) if name in known}


def _name(box: Box) -> str:
    return ".".join(box)


def _rhythm_form(request: HttpRequest) -> RhythmForm:
    return RhythmForm.of(queries.rhythm_of(request.user))
