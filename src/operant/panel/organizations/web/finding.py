"""The palette's answers: inside an organization with what is in it, elsewhere with what belongs to the person."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from operant.platform.ui import finding

from .. import rules


@require_safe
def inside(request: HttpRequest) -> HttpResponse:
    words = finding.asked(request)
    slug = request.organization.slug  # type: ignore[attr-defined]
    return _answer(request, [*finding.inside(request, slug, words), *_beside(request, words)])


@require_safe
def anywhere(request: HttpRequest) -> HttpResponse:
    return _answer(request, _beside(request, finding.asked(request)))


def _beside(request: HttpRequest, words: str) -> list[finding.Group]:
    is_operator = rules.is_operator(request.memberships)  # type: ignore[attr-defined]
    return finding.beside(request, words, with_operator=is_operator)


def _answer(request: HttpRequest, groups: list[finding.Group]) -> HttpResponse:
    response = render(request, "ui/found.html", {"groups": groups})
    response.headers["Cache-Control"] = "no-store"
    return response
