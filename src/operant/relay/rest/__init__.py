"""Relay over JSON. Devices speak their own protocol, in `web`."""

from . import deployments, places, playlists, schedules, screens, showings, takeovers

ROUTES = (
    screens.routes, places.routes, showings.routes, playlists.routes, schedules.routes, deployments.routes, takeovers.routes,
)  # fmt: skip
