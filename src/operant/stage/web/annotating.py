from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from operant.panel.organizations.rules import may, requires
from operant.platform import clock
from operant.platform.refusals import NotAllowed
from operant.platform.ui import cells, toasts
from operant.platform.ui.tables import Column, Empty, Table

from .. import actions, queries, rules
from .. import annotations as noted
from ..actions.annotating import LONGEST_TAG, LONGEST_TEXT
from ..models import Annotation, Dashboard


class AnnotationForm(forms.Form):
    """What happened, and when."""

    text = forms.CharField(
        label="What happened", max_length=LONGEST_TEXT, help_text="“Version 8.2 went out”, “Power cut in hall 2”."
    )
    at = forms.DateTimeField(
        label="When", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="In the time zone of your organization.",
    )
    tag = forms.CharField(label="Tag", max_length=LONGEST_TAG, required=False, help_text="deploy, incident, holiday")
    everywhere = forms.BooleanField(label="On every dashboard of the organization", required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.see)
def annotations(request: HttpRequest, dashboard_id: UUID) -> HttpResponse:
    if request.method == "POST":
        return _note(request, dashboard_id=dashboard_id)
    now = clock.now().astimezone(ZoneInfo(request.organization.time_zone))
    return _page(request, queries.dashboard(dashboard_id), AnnotationForm(initial={"at": now.replace(tzinfo=None)}))


@require_POST
@requires(rules.annotate)
def removal(request: HttpRequest, dashboard_id: UUID, annotation_id: UUID) -> HttpResponse:
    annotation = noted.one(annotation_id, dashboard=queries.dashboard(dashboard_id))
    _allow_all(request, annotation.dashboard is None)
    actions.remove_annotation(annotation=annotation, by=request.user)
    undo = reverse("annotation-return", args=[request.organization.slug, dashboard_id, annotation_id])
    toasts.done(request, f"“{annotation.text}” is deleted.", undo=undo)
    return redirect("annotations", request.organization.slug, dashboard_id)


@require_POST
@requires(rules.annotate)
def returning(request: HttpRequest, dashboard_id: UUID, annotation_id: UUID) -> HttpResponse:
    annotation = noted.one(annotation_id, dashboard=queries.dashboard(dashboard_id), is_removed=True)
    _allow_all(request, annotation.dashboard is None)
    actions.return_annotation(annotation=annotation, by=request.user)
    toasts.done(request, f"“{annotation.text}” is back.")
    return redirect("annotations", request.organization.slug, dashboard_id)


@requires(rules.annotate)
def _note(request: HttpRequest, *, dashboard_id: UUID) -> HttpResponse:
    dashboard, zone = queries.dashboard(dashboard_id), ZoneInfo(request.organization.time_zone)
    form = AnnotationForm(request.POST)
    if not form.is_valid():
        return _page(request, dashboard, form)
    said = form.cleaned_data
    _allow_all(request, said["everywhere"])
    actions.annotate(
        dashboard=None if said["everywhere"] else dashboard, at=said["at"].replace(tzinfo=zone), text=said["text"],
        tag=said["tag"], by=request.user,
    )
    toasts.done(request, f"“{said['text']}” is on the charts.")
    return redirect("annotations", request.organization.slug, dashboard.pk)


def _allow_all(request: HttpRequest, is_everywhere: bool) -> None:
    if is_everywhere and not rules.annotate_all(request.membership):
        raise NotAllowed("Only editors of the whole organization note something on every dashboard.")


def _page(request: HttpRequest, dashboard: Dashboard, form: AnnotationForm) -> HttpResponse:
    may_note = may(request.membership, rules.annotate, about=dashboard.pk)
    response = _table(request, dashboard, may_note).respond("stage/annotations.html", {
        "dashboard": dashboard, "form": form, "may_note": may_note,
    })
    response.status_code = 422 if form.errors else response.status_code
    return response


def _table(request: HttpRequest, dashboard: Dashboard, may_note: bool) -> Table:
    return Table(
        noted.shown_on(dashboard), request, name="annotations", label="Annotations", search=["text", "tag"],
        search_label="Search by text or tag", default_sort="-at", live=True,
        columns=[
            Column("text", "What happened", sort=True, cell=_text),
            Column("tag", "Tag", sort=True),
            Column("where", "Shown on", value=lambda each: "This dashboard" if each.dashboard_id else "Every dashboard"),
            Column("at", "When", sort=True, align="end"),
            *([Column("remove", "", align="end", value=lambda each: "", cell=partial(_verbs, request, dashboard), csv=False)]
              if may_note else []),
        ],
        empty=Empty("Nothing is noted yet. What happened stands as a line on charts over time.", "lucide--flag"),
    )  # fmt: skip


def _text(each: Annotation) -> str:
    return cells.two_lines(each.text, f"by {each.created_by.name}" if each.created_by else "")


def _verbs(request: HttpRequest, dashboard: Dashboard, each: Annotation) -> str:
    return render_to_string("stage/_annotation_removal.html", {"annotation": each, "dashboard": dashboard}, request)
