from django.urls import path

from operant.platform.tenancy import ids

from . import access, device, pair, player, views

ids.register("screen", "scr")

urlpatterns = [
    path("tv", player.tv, name="tv"),
    path("tv/sw.js", player.worker, name="tv_worker"),
    path("pair", pair.choose, name="pair"),
    path("relay/hello", device.hello, name="relay_hello"),
    path("relay/pairing", device.paired, name="relay_pairing"),
    path("relay/token", device.token, name="relay_token"),
    path("relay/manifest", device.shown, name="relay_manifest"),
    path("relay/data", device.shown, name="relay_data"),
    path("relay/ticket", device.ticket, name="relay_ticket"),
    path("relay/poll", device.poll, name="relay_poll"),
    path("relay/acknowledgement", device.acknowledgement, name="relay_acknowledgement"),
    path("relay/goodbye", device.goodbye, name="relay_goodbye"),
]
inside = [
    path("screens/", views.fleet, name="screens"),
    path("screens/pair", pair.pair, name="pair_screen"),
    path("screens/<screen:screen_id>/", views.screen, name="screen"),
    path("screens/<screen:screen_id>/access", access.access, name="screen_access"),
    path("screens/<screen:screen_id>/name", views.naming, name="screen_name"),
    path("screens/<screen:screen_id>/showing", views.showing, name="screen_showing"),
    path("screens/<screen:screen_id>/variables", views.settings, name="screen_variables"),
    path("screens/<screen:screen_id>/commands", views.commands, name="screen_commands"),
    path("screens/<screen:screen_id>/unpairing", views.unpairing, name="screen_unpairing"),
]
