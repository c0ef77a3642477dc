from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from operant.panel.organizations.rules import requires
from operant.platform.refusals import Invalid, NotFound
from operant.platform.ui import cells as looks
from operant.platform.ui import toasts
from operant.platform.ui.tables import Column, Empty, Table
from operant.stage import queries as stage
from operant.stage.variable_forms import initial_settings
from operant.stage.variables import from_text, said

from .. import phrasing, rules
from ..actions import playlists as actions
from ..actions.playlists import Turn
from ..models import Entry, Playlist
from ..models.playlists import LEAST_SECONDS, MOST_SECONDS, USUAL_SECONDS
from ..queries import playing
from . import cells
from .forms import DashboardField, NameForm, VariablesForm


class EntryForm(forms.Form):
    """A dashboard that joins a playlist, and for how long it is on."""

    dashboard = DashboardField(nothing=("", "Choose one"))
    seconds = forms.IntegerField(
        label="Seconds", min_value=LEAST_SECONDS, max_value=MOST_SECONDS, initial=USUAL_SECONDS,
        help_text="How long it is on before the next one.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dashboard"].load()
        self.fields["dashboard"].required = True


class TurnForm(forms.Form):
    """What can be changed of an entry in its line."""

    seconds = forms.IntegerField(min_value=LEAST_SECONDS, max_value=MOST_SECONDS)
    is_enabled = forms.BooleanField(required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(rules.see_screens)
def playlists(request: HttpRequest) -> HttpResponse:
    return _making(request) if request.method == "POST" else _list(request, NameForm())


@require_safe
@requires(rules.see_screens)
def playlist(request: HttpRequest, playlist_id: UUID) -> HttpResponse:
    return _page(request, playing.playlist(playlist_id))


@require_POST
@requires(rules.arrange)
def naming(request: HttpRequest, playlist_id: UUID) -> HttpResponse:
    found, form = playing.playlist(playlist_id, locked=True), NameForm(request.POST)
    if not form.is_valid():
        return _page(request, found, name_form=form)
    actions.change_playlist(playlist=found, name=form.cleaned_data["name"], by=request.user)
    return _back(request, found, f"This playlist is now called {found.name}.")


@require_POST
@requires(rules.arrange)
def entries(request: HttpRequest, playlist_id: UUID) -> HttpResponse:
    found, form = playing.playlist(playlist_id, locked=True), EntryForm(request.POST)
    if not form.is_valid():
        return _page(request, found, entry_form=form)
    chosen = form.cleaned_data["dashboard"]
    turns = [*_turns(found), Turn(chosen, form.cleaned_data["seconds"])]
    actions.change_playlist(playlist=found, entries=turns, by=request.user)
    return _back(request, found, f"{chosen.name} takes its turn in {found.name}.")


@require_POST
@requires(rules.arrange)
def entry(request: HttpRequest, playlist_id: UUID, turn_id: UUID) -> HttpResponse:
    found, form = playing.playlist(playlist_id, locked=True), TurnForm(request.POST)
    if not form.is_valid():
        raise Invalid(f"A dashboard is on for {LEAST_SECONDS} to {MOST_SECONDS} seconds at a time.")
    return _changed(request, found, turn_id, form.cleaned_data)


@require_POST
@requires(rules.arrange)
def settings(request: HttpRequest, playlist_id: UUID, turn_id: UUID) -> HttpResponse:
    found = playing.playlist(playlist_id, locked=True)
    one = _one(playing.entries(found), turn_id)
    form = VariablesForm(request.POST, variables=_variables(one))
    if not form.is_valid():
        return _page(request, found, asked=(one, form))
    return _changed(request, found, turn_id, {"values": form.said()})


@require_POST
@requires(rules.arrange)
def order(request: HttpRequest, playlist_id: UUID) -> HttpResponse:
    found = playing.playlist(playlist_id, locked=True)
    places = {each: number for number, each in enumerate(request.POST.getlist("entry"))}
    turns = sorted(_turns(found), key=lambda each: places.get(str(each.id), len(places)))
    actions.change_playlist(playlist=found, entries=turns, by=request.user)
    return redirect("playlist", request.organization.slug, found.pk)


@require_POST
@requires(rules.arrange)
def moving(request: HttpRequest, playlist_id: UUID, turn_id: UUID) -> HttpResponse:
    found = playing.playlist(playlist_id, locked=True)
    turns, one = _turns(found), _one(playing.entries(found), turn_id)
    at = next(number for number, each in enumerate(turns) if each.id == one.pk)
    to = max(0, at - 1) if request.POST.get("to") == "up" else at + 1
    turns.insert(to, turns.pop(at))
    actions.change_playlist(playlist=found, entries=turns, by=request.user)
    return redirect("playlist", request.organization.slug, found.pk)


@require_POST
@requires(rules.arrange)
def removal(request: HttpRequest, playlist_id: UUID, turn_id: UUID) -> HttpResponse:
    found = playing.playlist(playlist_id, locked=True)
    gone = _one(playing.entries(found), turn_id)
    actions.change_playlist(playlist=found, entries=[each for each in _turns(found) if each.id != turn_id], by=request.user)
    return _back(request, found, f"{gone.dashboard.name} is not in {found.name} any more.")


@require_POST
@requires(rules.arrange)
def deletion(request: HttpRequest, playlist_id: UUID) -> HttpResponse:
    found = playing.playlist(playlist_id, locked=True)
    actions.delete_playlist(playlist=found, by=request.user)
    toasts.done(request, f"{found.name} is deleted.")
    return redirect("playlists", request.organization.slug)


@requires(rules.arrange)
def _making(request: HttpRequest) -> HttpResponse:
    form = NameForm(request.POST)
    if not form.is_valid():
        return _list(request, form)
    made = actions.make_playlist(name=form.cleaned_data["name"], by=request.user)
    return redirect("playlist", request.organization.slug, made.pk)


def _list(request: HttpRequest, form: NameForm) -> HttpResponse:
    slug = request.organization.slug
    table = Table(
        playing.playlists(), request, name="playlists", label="All playlists", search=["name"], search_label="Search by name",
        default_sort="name", live=True,
        columns=[
            Column("name", "Playlist", sort=True, cell=partial(_name, slug)),
            Column("turning", "Dashboards", sort=True, align="end"),
            Column("seconds", "One round", sort=True, align="end", cell=lambda each: phrasing.lasting(each.seconds)),
            Column("shown", "Screens", sort=True, align="end"),
        ],
        empty=Empty("No playlist yet. Its dashboards take turns on screens, each for as long as you say.", "lucide--list-video"),
    )  # fmt: skip
    context = {"form": form, "may_arrange": rules.arrange(request.membership), "tabs": cells.tabs(slug, "playlists")}
    response = table.respond("relay/playlists.html", context)
    response.status_code = 422 if form.errors else response.status_code
    return response


def _name(slug: str, each: Playlist) -> str:
    return looks.link(reverse("playlist", args=[slug, each.pk]), each.name)


def _page(
    request: HttpRequest, found: Playlist, *, name_form: NameForm | None = None, entry_form: EntryForm | None = None,
    asked: tuple[Entry, VariablesForm] | None = None,
) -> HttpResponse:  # fmt: skip
    entries = playing.entries(found)
    documents = stage.documents({each.dashboard_id for each in entries})
    rows = [_row(each, documents.get(each.dashboard_id), asked) for each in entries]
    turning = [each["entry"] for each in rows if each["entry"].is_enabled and each["entry"].dashboard.published_id]
    context = {
        "playlist": found, "rows": rows, "turning": len(turning), "round": phrasing.lasting(sum(each.seconds for each in turning)),
        "name_form": name_form or NameForm(initial={"name": found.name}), "entry_form": entry_form or EntryForm(),
        "may_arrange": rules.arrange(request.membership), "screens": playing.screens_of(found), "least": LEAST_SECONDS,
        "most": MOST_SECONDS,
    }  # fmt: skip
    return render(request, "relay/playlist.html", context, status=422 if name_form or entry_form or asked else 200)


def _row(
    entry: Entry, document: dict[str, Any] | None, asked: tuple[Entry, VariablesForm] | None
) -> dict[str, Any]:
    variables, values = stage.variables(document) if document else [], from_text(entry.variables)
    form = VariablesForm(initial=initial_settings(variables, values), variables=variables)
    if asked and asked[0].pk == entry.pk:
        form = asked[1]
    return {"entry": entry, "form": form if variables else None, "said": said(values)}


def _variables(entry: Entry) -> list[Any]:
    published = stage.published(entry.dashboard_id)
    return stage.variables(published.document) if published else []


def _turns(found: Playlist) -> list[Turn]:
    return [
        Turn(each.dashboard, each.seconds, each.is_enabled, from_text(each.variables), each.pk)
        for each in playing.entries(found)
    ]


def _changed(request: HttpRequest, found: Playlist, turn_id: UUID, changes: dict[str, Any]) -> HttpResponse:
    one = _one(playing.entries(found), turn_id)
    turns = [Turn(**{**vars(each), **changes}) if each.id == one.pk else each for each in _turns(found)]
    actions.change_playlist(playlist=found, entries=turns, by=request.user)
    return redirect("playlist", request.organization.slug, found.pk)


def _one(entries: Sequence[Entry], turn_id: UUID) -> Entry:
    found = next((each for each in entries if each.pk == turn_id), None)
    if found is None:
        raise NotFound("This is not in the playlist any more.")
    return found


def _back(request: HttpRequest, found: Playlist, sentence: str) -> HttpResponse:
    toasts.done(request, sentence)
    return redirect("playlist", request.organization.slug, found.pk)
