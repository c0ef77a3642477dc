"""Relay over JSON. Devices speak their own protocol, in `web`."""

from . import places, playlists, rendering, schedules, screens, showings

ROUTES = (screens.routes, places.routes, showings.routes, rendering.routes, playlists.routes, schedules.routes)
