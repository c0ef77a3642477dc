from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from operant.panel.accounts.models import Person
from operant.platform.events import announce
from operant.platform.refusals import Invalid, Refusal
from operant.stage import queries as stage
from operant.stage.models import Dashboard
from operant.stage.naming import clean
from operant.stage.variables import as_text, checked

from .. import events
from ..models import MOST_ENTRIES, Entry, Playlist
from ..models.playlists import LEAST_SECONDS, MOST_SECONDS, USUAL_SECONDS
from ..queries import playing

A_PLAYLIST = "A playlist"


@dataclass(frozen=True)
class Turn:
    """An entry as somebody wants it; `id` is that of one that is there already."""

    dashboard: Dashboard
    seconds: int = USUAL_SECONDS
    is_enabled: bool = True
    values: dict[str, Any] = field(default_factory=dict)
    id: UUID | None = None


def make_playlist(*, name: str, by: Person, entries: Sequence[Turn] = ()) -> Playlist:
    """
    This function will make a playlist.

    :raises Invalid: when it has no name, or an entry cannot be.
    :raises NotFound: when a dashboard was deleted meanwhile.
    """
    playlist = Playlist.objects.create(name=clean(name, A_PLAYLIST))
    _arrange(playlist, entries)
    announce(
        events.PlaylistCreated(playlist_id=playlist.public_id, name=playlist.name, created_by=by.name), about=playlist
    )
    return playlist


def change_playlist(*, playlist: Playlist, by: Person, name: str | None = None, entries: Sequence[Turn] | None = None) -> None:
    """
    This function will give a playlist another name, or other entries in this order. Screens that show it follow at once.

    :raises Invalid: when it has no name, or an entry cannot be.
    :raises NotFound: when it, or a dashboard, was deleted meanwhile.
    """
    playing.hold(playlist)
    if name is not None:
        playlist.name = clean(name, A_PLAYLIST)
        playlist.save(update_fields=["name"])
    if entries is not None:
        _arrange(playlist, entries)
    turning = [each for each in playing.entries(playlist) if each.is_enabled]
    told = {"entries": len(turning), "seconds": sum(each.seconds for each in turning), "changed_by": by.name}
    announce(events.PlaylistChanged(playlist_id=playlist.public_id, name=playlist.name, **told), about=playlist)


def delete_playlist(*, playlist: Playlist, by: Person) -> None:
    """
    This function will delete a playlist.

    :raises Refusal: when a screen or a schedule shows it; the sentence names which.
    :raises NotFound: when it was deleted before.
    """
    playing.hold(playlist)
    if places := playing.places_of(playlist):
        raise Refusal(f"{playlist.name} is shown by {playing.named(places)}. Let them show something else first.")
    announce(
        events.PlaylistDeleted(playlist_id=playlist.public_id, name=playlist.name, deleted_by=by.name), about=playlist
    )
    playlist.delete()


def _arrange(playlist: Playlist, entries: Sequence[Turn]) -> None:
    if len(entries) > MOST_ENTRIES:
        raise Invalid(f"A playlist has at most {MOST_ENTRIES} entries. Make a second one.")
    playing.hold(*(each.dashboard for each in entries))
    kept = {each.pk: each for each in playing.entries(playlist)}
    made = [_entry(playlist, position, each, kept) for position, each in enumerate(entries)]
    Entry.objects.filter(playlist=playlist).delete()
    Entry.objects.bulk_create(made)


def _entry(playlist: Playlist, position: int, turn: Turn, kept: dict[UUID, Entry]) -> Entry:
    if not LEAST_SECONDS <= turn.seconds <= MOST_SECONDS:
        raise Invalid(f"{turn.dashboard.name} is on for {LEAST_SECONDS} to {MOST_SECONDS} seconds at a time.")
    before = kept.get(turn.id) if turn.id else None
    values = as_text(turn.values)
    # What was set once may not fit any more after a publication; only what is new is judged.
    if before is None or values != before.variables or turn.dashboard.pk != before.dashboard_id:
        values = as_text(checked(_variables(turn.dashboard), turn.values))
    return Entry(
        id=before.pk if before else uuid4(), playlist=playlist, dashboard=turn.dashboard, position=position,
        seconds=turn.seconds, is_enabled=turn.is_enabled, variables=values,
    )  # fmt: skip


def _variables(dashboard: Dashboard) -> list[Any]:
    published = stage.published(dashboard.pk)
    return stage.variables(published.document) if published else []
