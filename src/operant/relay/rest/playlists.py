from typing import Annotated

from django.db.models import Prefetch
from django.http import HttpRequest
from pydantic import Field

from operant.platform import api
from operant.stage import queries as stage
from operant.stage.variables import Settings, from_text

from .. import models, rules
from ..actions import playlists as actions
from ..actions.playlists import Turn
from ..models import MOST_ENTRIES
from ..models.playlists import LEAST_SECONDS, MOST_SECONDS, USUAL_SECONDS
from ..queries import playing
from .scopes import READ, WRITE

routes = api.Routes("Playlists")
ONE = "/playlists/{playlist:playlist_id}"
PlaylistId, DashboardId = api.Id("pls"), api.Id("dsh")
Name = Annotated[str, Field(min_length=1, max_length=120), api.Storable]


class Entry(api.Shape):
    """One turn: a dashboard, for how many seconds, and what its variables are set to meanwhile."""

    dashboard: DashboardId
    name: str
    seconds: int
    is_enabled: bool
    variables: Settings

    @classmethod
    def of(cls, row: models.Entry) -> "Entry":
        """Return an entry as the contract has it."""
        return cls(
            dashboard=row.dashboard_id, name=row.dashboard.name, seconds=row.seconds, is_enabled=row.is_enabled,
            variables=from_text(row.variables),
        )  # fmt: skip


class Playlist(api.Shape):
    """Dashboards that take turns on screens. `round_seconds` is how long its enabled entries last together."""

    id: PlaylistId
    name: str
    entries: list[Entry]
    round_seconds: int
    created_at: api.Instant

    @classmethod
    def of(cls, row: models.Playlist) -> "Playlist":
        """Return a playlist as the contract has it."""
        entries = [Entry.of(each) for each in row.entries.all()]
        seconds = sum(each.seconds for each in entries if each.is_enabled)
        return cls(id=row.pk, name=row.name, entries=entries, round_seconds=seconds, created_at=row.created_at)


class EntryBody(api.Body):
    """A turn as it should be."""

    dashboard: DashboardId
    seconds: Annotated[int, Field(ge=LEAST_SECONDS, le=MOST_SECONDS)] = USUAL_SECONDS
    is_enabled: bool = True
    variables: Settings = {}


Entries = Annotated[list[EntryBody], Field(max_length=MOST_ENTRIES, description="All its entries, in their order.")]


class PlaylistBody(api.Body):
    """What a playlist is called, and what takes turns."""

    name: Name
    entries: Entries = []


class PlaylistChange(api.Change):
    """What is named is changed; `entries` take the place of all that were there."""

    name: Name = None
    entries: Entries = None


@routes.get("/playlists", needs=READ, rule=rules.see_screens, gives=api.Page[Playlist])
def list_playlists(request: HttpRequest, paging: api.Query[api.Paging]):
    """List the playlists, in the order in which they were made."""
    rows = models.Playlist.objects.prefetch_related(_entries())
    return paging.of(rows, Playlist.of, by="created_at")


@routes.post("/playlists", needs=WRITE, rule=rules.arrange, gives=Playlist, refuses=(404,))
def make_playlist(request: HttpRequest, body: PlaylistBody):
    """Make a playlist."""
    made = actions.make_playlist(name=body.name, by=request.auth.actor, entries=_turns(body.entries))
    return Playlist.of(playing.playlist(made.pk))


@routes.get(ONE, needs=READ, rule=rules.see_screens, gives=Playlist)
def get_playlist(request: HttpRequest, playlist_id: PlaylistId):
    """Look at one playlist."""
    return Playlist.of(playing.playlist(playlist_id))


@routes.patch(ONE, needs=WRITE, rule=rules.arrange, gives=Playlist)
def change_playlist(request: HttpRequest, playlist_id: PlaylistId, body: PlaylistChange):
    """Give a playlist another name, or other entries. Its screens follow at once."""
    found, named = playing.playlist(playlist_id, locked=True), body.model_fields_set
    turns = _turns(body.entries) if "entries" in named else None
    actions.change_playlist(playlist=found, by=request.auth.actor, name=body.name if "name" in named else None, entries=turns)
    return Playlist.of(playing.playlist(playlist_id))


@routes.delete(ONE, needs=WRITE, rule=rules.arrange, refuses=(409,))
def delete_playlist(request: HttpRequest, playlist_id: PlaylistId):
    """Delete a playlist that no screen and no schedule shows."""
    actions.delete_playlist(playlist=playing.playlist(playlist_id, locked=True), by=request.auth.actor)


def _turns(entries: list[EntryBody]) -> list[Turn]:
    known = {each: stage.dashboard(each) for each in {each.dashboard for each in entries}}
    return [Turn(known[each.dashboard], each.seconds, each.is_enabled, dict(each.variables)) for each in entries]


def _entries() -> Prefetch:
    return Prefetch("entries", models.Entry.objects.select_related("dashboard").defer("dashboard__draft").order_by("position"))
