"""What is done to several screens at once: chosen in the list, or all of a site, a group or a tag."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from operant.panel.organizations import rules as rights
from operant.panel.organizations.rules import Rule, requires
from operant.platform.refusals import NotAllowed
from operant.platform.tenancy.ids import parse_public_id
from operant.platform.ui import toasts

from .. import rules
from ..actions import together
from ..models import Command, Screen
from ..queries import fleet, targets
from ..queries.targets import Target
from .forms import ActForm, CommandForm, GatherForm, MuteForm, TogetherForm, content

MAY = {"command": rules.command, "show": rules.assign, "place": rules.rename, "mute": rules.command}
NOT_YOURS = "You may only look at these screens. An owner or admin can change that under People, or under Access of a screen."


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.see_screens)
def acts(request: HttpRequest) -> HttpResponse:
    chosen = _chosen(request)
    return _done(request, chosen) if request.method == "POST" else _page(request, chosen)


def _done(request: HttpRequest, chosen: list[Screen]) -> HttpResponse:
    if not any(_allowed(request, rule, chosen) or rule(request.membership) for rule in MAY.values()):
        raise NotAllowed(NOT_YOURS)
    act = ActForm(request.POST)
    if not chosen or not act.is_valid():
        return _page(request, chosen, refused=True)
    kind = act.cleaned_data["act"]
    mine = _allowed(request, MAY[kind], chosen)
    form = {"command": CommandForm, "show": TogetherForm, "place": GatherForm, "mute": MuteForm}[kind](request.POST)
    if not form.is_valid():
        return _page(request, chosen, form=form)
    if not mine:
        raise NotAllowed(NOT_YOURS)
    _act(request, kind, form, mine)
    left = len(chosen) - len(mine)
    said = f" {left} that you may only look at {'was' if left == 1 else 'were'} left out." if left else ""
    toasts.done(request, f"{len(mine)} screen{'' if len(mine) == 1 else 's'} {_said(kind, form)}.{said}")
    return redirect("screens", request.organization.slug)


def _act(request: HttpRequest, kind: str, form: Any, screens: list[Screen]) -> int | None:
    if kind == "command":
        return together.send_all(screens=screens, kind=form.cleaned_data["kind"], by=request.user)
    if kind == "show":
        return together.assign_all(screens=screens, **content(form.cleaned_data["dashboard"]))
    if kind == "mute":
        return together.mute_all(screens=screens, hours=form.cleaned_data["hours"], by=request.user)
    return together.place_all(screens=screens, move=form.move())


def _said(kind: str, form: Any) -> str:
    if kind == "command":
        return f"asked: {Command.Kind(form.cleaned_data['kind']).label.lower()}"
    if kind == "show":
        shown = form.cleaned_data["dashboard"]
        return f"told to show {shown.name if shown else 'nothing'}"
    if kind == "mute":
        hours = form.cleaned_data["hours"]
        return f"muted for {hours} hours" if hours else "told of again"
    return "found where you said"


def _chosen(request: HttpRequest) -> list[Screen]:
    said = request.POST if request.method == "POST" else request.GET
    if of := said.get("of", ""):
        meant = _within_reach(request, list(targets.screens_of(Target.read(of)).values_list("pk", flat=True)))
        return list(fleet.with_mutes(fleet.screens()).filter(pk__in=meant[: together.MOST_AT_ONCE + 1]))
    keys = {key for key in map(_key, said.getlist("chosen")[: together.MOST_AT_ONCE]) if key}
    return list(fleet.with_mutes(fleet.screens()).filter(pk__in=keys)) if keys else []


def _within_reach(request: HttpRequest, keys: list[UUID]) -> list[UUID]:
    """Return those that somebody may do anything to where all of them are more than are acted on at once, or all of them."""
    if len(keys) <= together.MOST_AT_ONCE:
        return keys
    return [key for key in keys if any(rights.may(request.membership, rule, about=key) for rule in MAY.values())] or keys


def _key(text: str) -> UUID | None:
    try:
        return parse_public_id("scr", text)
    except ValueError:
        return None


def _allowed(request: HttpRequest, rule: Rule, screens: list[Screen]) -> list[Screen]:
    return [each for each in screens if rights.may(request.membership, rule, about=each.pk)]


def _page(request: HttpRequest, chosen: list[Screen], *, form: Any = None, refused: bool = False) -> HttpResponse:
    said = request.POST if request.method == "POST" else request.GET
    named = {name: _allowed(request, rule, chosen) for name, rule in MAY.items()}
    context = {
        "chosen": [(each, *fleet.STATUSES[each.status]) for each in chosen], "of": said.get("of", ""),
        "may": {name: bool(mine) for name, mine in named.items()}, "may_any": any(named.values()),
        "any_muted": any(each.muted_until for each in chosen), "kinds": [(each.value, each.label) for each in together.KINDS],
        "show_form": form if isinstance(form, TogetherForm) else TogetherForm(),
        "place_form": form if isinstance(form, GatherForm) else GatherForm(),
    }  # fmt: skip
    return render(request, "relay/acts.html", context, status=422 if refused or form else 200)


def address(slug: str, target: Target) -> str:
    """Return the page where something is done to all screens of a site, a group or a tag."""
    return f"{reverse('screen_acts', args=[slug])}?{urlencode({'of': str(target)})}"
