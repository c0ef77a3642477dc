"""Relay over JSON. Devices speak their own protocol, in `web`."""

from . import places, playlists, schedules, screens, showings

ROUTES = (screens.routes, places.routes, showings.routes, playlists.routes, schedules.routes)
