from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from .. import rules
from ..models import Role


@require_safe
@rules.requires(rules.see_people)
def roles(request: HttpRequest) -> HttpResponse:
    table = sorted(rules.table(), key=lambda each: each.heading)
    rooms = [(heading, [_line(each) for each in found]) for heading, found in groupby(table, lambda each: each.heading)]
    roles = sorted(Role, key=lambda role: role.rank)
    return render(request, "organizations/roles.html", {"rooms": rooms, "roles": roles, "mine": request.membership.role})


def _line(permission: rules.Permission) -> dict[str, object]:
    least = permission.rule.role.rank
    may = [(role.label, role.rank >= least) for role in sorted(Role, key=lambda role: role.rank)]
    words = permission.words
    return {"words": words[:1].upper() + words[1:], "may": may, "is_for_one": bool(permission.rule.about)}
