"""Relay over JSON. Devices speak their own protocol, in `web`."""

from . import alerting, deployments, places, playlists, rendering, schedules, screens, showings, takeovers

ROUTES = (
    screens.routes, places.routes, showings.routes, rendering.routes, playlists.routes, schedules.routes, deployments.routes,
    takeovers.routes, alerting.routes,
)  # fmt: skip
