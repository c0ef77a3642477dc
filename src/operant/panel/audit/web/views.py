from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from operant.panel.organizations import queries as organizations
from operant.panel.organizations.rules import requires
from operant.platform import tenancy
from operant.platform.events import CATALOGUE
from operant.platform.ui import toasts

from .. import actions, rules
from ..queries import chain, reading
from . import asking


@require_safe
@requires(rules.see)
def log(request: HttpRequest) -> HttpResponse:
    asked = asking.asked(request.GET, request.organization)
    found = reading.page(asked)
    context = {
        "page": found, "chain": chain.chain(), "here": asking.address(request, before=request.GET.get("before", "")),
        "given": {name: request.GET.get(name, "")[: asking.LONGEST] for name in asking.FILTERS},
        "is_narrowed": any(request.GET.get(name) for name in asking.FILTERS),
        "events": [("", "Any event"), *((name, name) for name in _names(request.organization.pk))],
        "people": _actors(),
        "older": asking.address(request, before=asking.placed(found.next)) if found.next else "",
        "newest": asking.address(request) if asked.before else "",
    }  # fmt: skip
    return render(request, "audit/log.html", context)


@require_safe
@requires(rules.see)
def entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    found = reading.entry(entry_id)
    context = {
        "entry": found, "fields": reading.fields(found.row), "evidence": reading.evidence(found),
        "meaning": " ".join((CATALOGUE[found.row.name].__doc__ or "").split()) if found.row.name in CATALOGUE else "",
        "theirs": _theirs(found.row),
    }  # fmt: skip
    return render(request, "audit/entry.html", context)


@require_POST
@requires(rules.see)
def checks(request: HttpRequest) -> HttpResponse:
    actions.ask_for_check(by=request.user)
    toasts.done(request, "The log is being verified. How far it is stands on this page.")
    return redirect("audit", request.organization.slug)


def _names(organization_id: UUID) -> list[str]:
    # What people do with their own accounts, and the operator with the house, stands in the operator's log alone.
    elsewhere = () if organization_id == tenancy.OPERATOR else ("accounts.", "notifications.", "operating.")
    return sorted(name for name in CATALOGUE if not name.startswith(elsewhere))


def _actors() -> list[tuple[str, str]]:
    people = [(f"person:{each.person_id}", each.person.name) for each in organizations.members()]
    people += [(f"person:{each.pk}", each.name) for each in organizations.service_accounts()]
    return [("", "Anybody"), *people] + [(kind, word) for kind, word in reading.KINDS.items() if kind not in {"person", ""}]


def _theirs(row: Any) -> str:
    if row.actor_kind in {"token", "screen"}:
        return f"{row.actor_kind}:{row.actor_id}"
    return f"person:{row.person_id}" if row.person_id else row.actor_kind
