from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from operant.panel.accounts.reauthentication import recently, recently_to_post
from operant.panel.organizations.rules import requires
from operant.platform.ui import toasts

from .. import actions, payloads, queries, retrying, rules
from ..models import Endpoint
from . import tables
from .forms import EndpointForm, ReplayForm

STATES = tables.ENDPOINT_STATES


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.manage_webhooks)
@recently_to_post
def endpoints(request: HttpRequest) -> HttpResponse:
    form = EndpointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = actions.add(by=request.membership, **form.given)
        return render(request, "webhooks/secret.html", {"endpoint": made, "is_new": True}, status=201)
    response = tables.endpoints(request).respond("webhooks/webhooks.html", {"form": form})
    response.status_code = 422 if form.errors else response.status_code
    return response


@require_safe
@requires(rules.manage_webhooks)
def catalogue(request: HttpRequest) -> HttpResponse:
    rooms: dict[str, list[tuple[str, str, str]]] = {}
    for each in payloads.public_events():
        rooms.setdefault(each.NAME.split(".")[0], []).append((each.NAME, payloads.meaning(each), payloads.example(each)))
    return render(request, "webhooks/events.html", {"rooms": rooms, "most": retrying.MOST_ATTEMPTS})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.manage_webhooks)
@recently_to_post
def endpoint(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    found = queries.endpoint(endpoint_id)
    form = EndpointForm.of(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        changed = actions.change(endpoint=found, by=request.membership, **form.given)
        toasts.done(request, f"{changed.host} is changed.")
        return _back(request, changed)
    return _endpoint(request, found, form=form)


@require_POST
@requires(rules.manage_webhooks)
@recently
def secrets(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    rotated = actions.rotate(endpoint=queries.endpoint(endpoint_id), by=request.membership)
    return render(request, "webhooks/secret.html", {"endpoint": rotated, "is_new": False}, status=201)


@require_POST
@requires(rules.manage_webhooks)
def tests(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    found = queries.endpoint(endpoint_id)
    sent = actions.test(endpoint=found, by=request.membership)
    toasts.done(request, "A test event is on its way.")
    return redirect("webhook_delivery", request.organization.slug, found.pk, sent.pk)


@require_POST
@requires(rules.manage_webhooks)
def pause(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    found = queries.endpoint(endpoint_id)
    actions.pause(endpoint=found, by=request.membership)
    toasts.done(request, f"{found.host} is paused, and told of nothing until you resume it.")
    return _back(request, found)


@require_POST
@requires(rules.manage_webhooks)
def resumption(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    found = queries.endpoint(endpoint_id)
    actions.resume(endpoint=found, by=request.membership)
    toasts.done(request, f"{found.host} is told of what happens from now on.")
    return _back(request, found)


@require_POST
@requires(rules.manage_webhooks)
@recently
def removal(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    found = queries.endpoint(endpoint_id)
    actions.remove(endpoint=found, by=request.membership)
    toasts.done(request, f"{found.host} is removed. Nothing more is sent there.")
    return redirect("webhooks", request.organization.slug)


@require_POST
@requires(rules.manage_webhooks)
def replays(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    found = queries.endpoint(endpoint_id)
    form = ReplayForm(request.POST, zone=request.organization.time_zone)
    if not form.is_valid():
        return _endpoint(request, found, replay_form=form)
    count = actions.replay_failed(endpoint=found, by=request.membership, since=form.instant)
    toasts.done(request, _replayed(count))
    return _back(request, found)


@require_safe
@requires(rules.manage_webhooks)
def delivery(request: HttpRequest, endpoint_id: UUID, delivery_id: UUID) -> HttpResponse:
    found = queries.delivery(queries.endpoint(endpoint_id), delivery_id)
    context = {
        "delivery": found, "endpoint": found.endpoint, "attempts": queries.attempts(found)[:50],
        "state": tables.DELIVERY_STATES[found.state], "payload": payloads.pretty(found.event),
        "most": retrying.MOST_ATTEMPTS,
    }  # fmt: skip
    return render(request, "webhooks/delivery.html", context)


@require_POST
@requires(rules.manage_webhooks)
def delivery_replays(request: HttpRequest, endpoint_id: UUID, delivery_id: UUID) -> HttpResponse:
    found = queries.delivery(queries.endpoint(endpoint_id), delivery_id)
    actions.replay(delivery=found, by=request.membership)
    toasts.done(request, "It is sent once more, with the id that it had.")
    return redirect("webhook_delivery", request.organization.slug, endpoint_id, delivery_id)


def _endpoint(
    request: HttpRequest, found: Endpoint, *, form: EndpointForm | None = None, replay_form: ReplayForm | None = None
) -> HttpResponse:
    form = form or EndpointForm.of(found)
    replay_form = replay_form or ReplayForm(zone=request.organization.time_zone)
    context = {
        "endpoint": found, "form": form, "replay_form": replay_form, "state": STATES[found.state],
        "counts": queries.counts(found),
    }  # fmt: skip
    response = tables.deliveries(request, found).respond("webhooks/webhook.html", context)
    response.status_code = 422 if form.errors or replay_form.errors else response.status_code
    return response


def _replayed(count: int) -> str:
    if not count:
        return "Nothing was given up since then, so there is nothing to replay."
    return f"{count:,} deliver{'y is' if count == 1 else 'ies are'} sent once more."


def _back(request: HttpRequest, endpoint: Endpoint) -> HttpResponse:
    return redirect("webhook", request.organization.slug, endpoint.pk)
