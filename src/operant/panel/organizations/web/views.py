from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from operant.platform.events import queries as spine
from operant.platform.refusals import Invalid, NotAllowed

from .. import actions, queries, rules
from .. import home as homes
from ..guests import INVITATION
from .forms import FoundForm
from .scoped import LAST_ORGANIZATION, signed_in


@signed_in
def start(request: HttpRequest) -> HttpResponse:
    slugs = [each.organization.slug for each in request.memberships]
    last = request.session.get(LAST_ORGANIZATION)
    slug = last if last in slugs else next(iter(slugs), None)
    return redirect("home", slug) if slug else redirect("found_organization")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if request.session.get(LAST_ORGANIZATION) != request.organization.slug:
        request.session[LAST_ORGANIZATION] = request.organization.slug
    changes = [(homes.icon(each.name), each) for each in spine.latest(limit=12, names=homes.facts_for(request.membership))]
    context = {"needs": homes.needs(request), "steps": homes.steps(request), "changes": changes}
    return render(request, "organizations/home.html", context)


@signed_in
def found(request: HttpRequest) -> HttpResponse:
    if not rules.found_organization(request.memberships):
        raise NotAllowed("Organizations are made by whoever runs this installation. Ask them for an invitation.")
    form = FoundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            organization = actions.found(name=form.cleaned_data["name"], owner=request.user)
        except Invalid as refusal:
            form.add_error("name", refusal.sentence)
        else:
            return redirect("home", organization.slug)
    return render(request, "organizations/found.html", {"form": form}, status=422 if form.errors else 200)


def invitation(request: HttpRequest, token: str) -> HttpResponse:
    if request.user.is_authenticated and (joined := queries.joined_by(token, request.user)):
        # A second click, or the old mail opened again: the person is where the link was to lead.
        return redirect("home", joined.slug)
    organization, offered = queries.invitation(token)
    if request.method == "POST" and request.user.is_authenticated:
        organization = actions.join(token=token, person=request.user)
        request.session.pop(INVITATION, None)
        messages.success(request, f"Welcome to {organization.name}.")
        return redirect("home", organization.slug)
    request.session[INVITATION] = token
    return render(request, "organizations/invitation.html", {"organization": organization, "invitation": offered})
