"""Relay over JSON. Devices speak their own protocol, in `web`."""

from . import playlists, schedules, screens, showings

ROUTES = (screens.routes, showings.routes, playlists.routes, schedules.routes)
