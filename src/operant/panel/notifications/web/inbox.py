from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST, require_safe

from operant.panel.organizations import home
from operant.panel.organizations import links as places
from operant.panel.organizations.rules import requires
from operant.platform import clock
from operant.platform.api.paging import Paging
from operant.platform.messaging import categories
from operant.platform.refusals import Invalid
from operant.platform.ui import navigation, toasts

from .. import queries, rules, sentences
from ..actions import reading as actions
from ..models import Notification

PAGE = 30
SHOWN = {
    "": ("All", lambda rows: rows.kept()),
    "unread": ("Unread", lambda rows: rows.unread()),
    "archived": ("Archived", lambda rows: rows.exclude(archived_at=None)),
}


@require_safe
@requires(rules.read_inbox)
def inbox(request: HttpRequest) -> HttpResponse:
    asked = request.GET
    show = asked.get("show", "") if asked.get("show", "") in SHOWN else ""
    about = asked.get("about", "") if asked.get("about", "") in categories.CATEGORIES else ""
    rows = SHOWN[show][1](queries.inbox(request.user.pk))
    rows = rows.filter(category=about) if about else rows
    page = Paging(limit=PAGE, cursor=asked.get("after", "")[:400]).of(rows, _entry(request), by="created_at", down=True)
    context = {
        "entries": page.entries, "next": page.next, "show": show, "about": about, "is_first": not asked.get("after"),
        "tabs": _tabs(request, show), "categories": _categories(), "until": clock.now().isoformat(),
        "unread": queries.unread_count(request.user.pk),
    }  # fmt: skip
    return render(request, "notifications/inbox.html", context)


@require_safe
@requires(rules.read_inbox)
def bell(request: HttpRequest) -> HttpResponse:
    (link,) = (each for each in navigation.bar(request, request.organization.slug) if each.partial == request.path)
    return render(request, "ui/_bar_link.html", {"link": link})


@require_POST
@requires(rules.read_inbox)
def reading_all(request: HttpRequest) -> HttpResponse:
    until = _instant(request.POST.get("until", ""))
    count = actions.mark_all(person_id=request.user.pk, until=until)
    toasts.done(request, f"{count} marked as read." if count else "There was nothing unread.")
    return redirect("inbox", request.organization.slug)


@require_POST
@requires(rules.read_inbox)
def opening(request: HttpRequest, notification_id: UUID) -> HttpResponse:
    notification = actions.mark(notification=_mine(request, notification_id), is_read=True)
    return redirect(_place(request, notification) or reverse("inbox", args=[request.organization.slug]))


@require_POST
@requires(rules.read_inbox)
def reading(request: HttpRequest, notification_id: UUID) -> HttpResponse:
    is_read = request.POST.get("read") != "no"
    notification = actions.mark(notification=_mine(request, notification_id), is_read=is_read)
    if not request.htmx:
        return redirect("inbox", request.organization.slug)
    return render(request, "notifications/_entry.html", {"entry": _entry(request)(notification)})


@require_POST
@requires(rules.read_inbox)
def archiving(request: HttpRequest, notification_id: UUID) -> HttpResponse:
    is_archived = request.POST.get("archived") != "no"
    actions.archive(notification=_mine(request, notification_id), is_archived=is_archived)
    toasts.done(request, "Put away. It stays under Archived." if is_archived else "It is back in the inbox.")
    return HttpResponse("") if request.htmx else redirect("inbox", request.organization.slug)


def _mine(request: HttpRequest, notification_id: UUID) -> Notification:
    return get_object_or_404(queries.inbox(request.user.pk), pk=notification_id)


def _entry(request: HttpRequest) -> Any:
    def entry(notification: Notification) -> dict[str, Any]:
        return {
            "it": notification, "sentence": sentences.of(notification.event), "place": _place(request, notification),
            "icon": home.icon(notification.event.name), "about": categories.CATEGORIES[notification.category].label,
        }  # fmt: skip

    return entry


def _place(request: HttpRequest, notification: Notification) -> str:
    event = notification.event
    return places.link(request.organization.slug, event.subject_kind, event.subject_id)


def _tabs(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": f"{request.path}?show={key}" if key else request.path, "current": key == current, "count": None}
        for key, (label, _) in SHOWN.items()
    ]


def _categories() -> list[tuple[str, str]]:
    told = queries.told_categories()
    return [("", "About anything"), *((each.name, each.label) for each in told)]


def _instant(text: str) -> Any:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Invalid("This page was cut short. Reload the inbox and try again.")
    return found
