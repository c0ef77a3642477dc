"""Relay over JSON. Devices speak their own protocol, in `web`."""

from . import playlists, schedules, screens, showings, takeovers

ROUTES = (screens.routes, showings.routes, playlists.routes, schedules.routes, takeovers.routes)
