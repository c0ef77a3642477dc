from collections.abc import Sequence
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from operant.panel.organizations import queries as organizations
from operant.panel.organizations import rules as rights
from operant.panel.organizations.rules import requires
from operant.platform import tenancy
from operant.platform.refusals import Invalid, NotFound
from operant.platform.ui import toasts

from .. import mutes, rules
from ..actions import alarming
from ..models import Screen
from ..queries import alarms
from ..queries import fleet as queries

CHOICES = {"8": 8, "24": 24}
NOT_KNOWN = "This link is not good any more. It may be cut short or older than a week, or you may no longer mute screens."


# The link is the right: whoever opens a mail has no session here. Looking at it changes nothing, since machines look too.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mute_from_mail(request: HttpRequest, token: str) -> HttpResponse:
    found = mutes.read(token)
    if found is None:
        raise NotFound(NOT_KNOWN)
    with tenancy.organization_scope(found.organization_id, found.person_id):
        member = next((each for each in organizations.members() if each.person_id == found.person_id), None)
        if member is None or not member.person.is_active:
            raise NotFound(NOT_KNOWN)
        fact, told, standing = alarms.told_of(found.event_id)
        screens = [each for each in standing if rights.may(member, rules.command, about=each.pk)]
        if not screens and (standing or not rules.command(member)):
            raise NotFound(NOT_KNOWN)
        if request.method == "POST":
            _changed(request.POST.get("hours", ""), screens, member.person)
        context = {
            "fact": fact, "screens": screens, "told": told, "hours": "24" if request.GET.get("hours") == "24" else "8",
            "muted_until": alarms.all_muted_until(screens), "organization": organizations.organization(),
        }  # fmt: skip
        return render(request, "relay/mute.html", context)


@require_POST
@requires(rules.command)
def muting(request: HttpRequest, screen_id: UUID) -> HttpResponse:
    found = queries.screen(screen_id)
    until = _changed(request.POST.get("hours", ""), [found], request.user)
    toasts.done(request, f"Nobody is notified of {found.name} until then." if until else f"{found.name} is told of again.")
    return redirect("screen", request.organization.slug, screen_id)


def _changed(hours: str, screens: Sequence[Screen], by) -> object:
    if hours == "0":
        return alarming.unmute(screens=screens, by=by)
    if hours not in CHOICES:
        raise Invalid("Choose 8 or 24 hours.")
    return alarming.mute(screens=screens, hours=CHOICES[hours], by=by) if screens else None
