"""Relay over JSON. Devices speak their own protocol, in `web`."""

from . import playlists, schedules, screens

ROUTES = (screens.routes, playlists.routes, schedules.routes)
