"""What whoever has a share link sees: one dashboard, without an account, a session or a cookie."""

import json
from collections.abc import Callable, Mapping
from functools import wraps
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from operant.panel.accounts import origins
from operant.platform import tenancy
from operant.platform.refusals import Invalid, NotAllowed
from operant.platform.ui import security

from .. import actions, framing, queries
from ..actions import sharing
from ..actions.sharing import Shown
from ..actions.watching import MOST_LOOKED_AT
from ..sharing import outside
from ..variables import addressed
from . import answers, settings

# A revoked link is noticed this soon by who looks at it.
ASK_SECONDS = 15


def unlisted(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let no answer be found by searching, kept on its way or told to where somebody goes next; frames as the link says."""

    @wraps(view)
    def answered(request: HttpRequest, token: str) -> HttpResponse:
        found = sharing.shown(text=token, network=_network(request))
        response = view(request, found, token)
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response.headers.setdefault("Cache-Control", "private, no-store")
        # Pages from elsewhere stand in pages of ours (see `framing`), so those are all that this one frames.
        framed = {"frame-src": ("'self'",), **({"frame-ancestors": tuple(found.share.origins)} if found.share.origins else {})}
        response.security_needs = security.Needs(framed, referrer="no-referrer")  # type: ignore[attr-defined]
        return response

    return answered


# Nobody is signed in here, so nothing can be done in somebody's name.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
def shared(request: HttpRequest, found: Shown, token: str) -> HttpResponse:
    grant = request.GET.get("grant", "")
    if request.method == "POST" and found.share.password:
        return _entered(request, found, token)
    if not found.is_open_to(grant):
        return render(request, "stage/shared_password.html", {"is_over": bool(grant)})
    if request.method == "GET":
        sharing.count_opening(found=found, network=_network(request))
    with tenancy.organization_scope(found.share.organization_id):
        bar = settings.bar(request, found.variables(), found.share.values)
    asked = {"grant": grant if found.share.password else "", **bar.query}
    context = {
        "title": found.title, "organization": found.organization, "seconds": ASK_SECONDS, "bar": bar,
        "kept": {"grant": grant} if found.share.password else {},
        "wall": _with(asked, reverse("shared-wall", args=[token])), "nothing": sharing.NOTHING,
    }  # fmt: skip
    return render(request, "stage/shared.html", context)


@require_safe
@answers.as_json
@unlisted
def wall(request: HttpRequest, found: Shown, token: str) -> HttpResponse:
    if not found.is_open_to(request.GET.get("grant", "")):
        raise NotAllowed("Say the password of this link once more.")
    version = found.dashboard.published
    with tenancy.organization_scope(found.share.organization_id):
        values = found.values(addressed(request.GET))
        keys = actions.watch(document=version.document, values=values, most=MOST_LOOKED_AT)
        sequences = queries.sequences(keys.values())
        shown = [str(version.pk), keys, sequences, found.share.origins]
        etag = f'"{sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()}"'
        # Within it: proxies that compress what passes make a weak one of it.
        if etag in request.headers.get("If-None-Match", ""):
            return _kept(HttpResponseNotModified(), etag)
        results = queries.results(dict.fromkeys(keys.values()))
    return _kept(_answer(version, keys, results, found.share.origins), etag)


def _answer(version: Any, keys: dict[str, str], results: list[dict[str, Any]], origins: list[str]) -> HttpResponse:
    document = outside.document(version.document)
    names = outside.named(version.document, keys)
    said = {
        "number": version.number, "document": document,
        "keys": {each["id"]: keys[each["id"]] for each in document["queries"] if each["id"] in keys},
        "frames": framing.frames(document, origins),
        "results": [outside.result(each, names[each["key"]]) for each in results if each["key"] in names],
    }  # fmt: skip
    return HttpResponse(json.dumps(said), content_type="application/json")


def _entered(request: HttpRequest, found: Shown, token: str) -> HttpResponse:
    try:
        grant = sharing.enter(found=found, password=request.POST.get("password", ""), network=_network(request))
    except Invalid as refused:
        return render(request, "stage/shared_password.html", {"wrong": refused.sentence}, status=refused.status)
    return HttpResponseRedirect(_with({"grant": grant}, reverse("shared", args=[token])), status=303)


def _with(asked: Mapping[str, str | list[str]], address: str) -> str:
    query = urlencode({name: value for name, value in asked.items() if value}, doseq=True)
    return f"{address}?{query}" if query else address


def _kept(response: HttpResponse, etag: str) -> HttpResponse:
    response.headers["ETag"], response.headers["Cache-Control"] = etag, "private, no-cache"
    return response


def _network(request: HttpRequest) -> str:
    return origins.network_of(origins.client_ip(request))
