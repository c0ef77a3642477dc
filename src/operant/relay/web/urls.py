from django.urls import path

from operant.platform.tenancy import ids

from . import (
    access,
    device,
    exceptions,
    filters,
    history,
    moments,
    pair,
    places,
    player,
    playlists,
    rendering,
    schedules,
    together,
    views,
)

ids.register("screen", "scr")
ids.register("playlist", "pls")
ids.register("schedule", "sch")
ids.register("site", "sit")
ids.register("group", "grp")

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
    path("screens/renderings/", rendering.renderings, name="renderings"),
    path("screens/acts", together.acts, name="screen_acts"),
    path("screens/filters/", filters.saved_filters, name="saved_filters"),
    path("screens/filters/<uuid:filter_id>/deletion", filters.saved_filter_deletion, name="saved_filter_deletion"),
    path("screens/sites/", places.sites, name="sites"),
    path("screens/sites/<site:site_id>/", places.site, name="site"),
    path("screens/sites/<site:site_id>/deletion", places.site_deletion, name="site_deletion"),
    path("screens/groups/", places.groups, name="groups"),
    path("screens/groups/<group:group_id>/", places.group, name="group"),
    path("screens/groups/<group:group_id>/deletion", places.group_deletion, name="group_deletion"),
    path("screens/playlists/", playlists.playlists, name="playlists"),
    path("screens/playlists/<playlist:playlist_id>/", playlists.playlist, name="playlist"),
    path("screens/playlists/<playlist:playlist_id>/name", playlists.naming, name="playlist_name"),
    path("screens/playlists/<playlist:playlist_id>/entries", playlists.entries, name="playlist_entries"),
    path("screens/playlists/<playlist:playlist_id>/order", playlists.order, name="playlist_order"),
    path("screens/playlists/<playlist:playlist_id>/entries/<uuid:turn_id>", playlists.entry, name="playlist_entry"),
    path("screens/playlists/<playlist:playlist_id>/entries/<uuid:turn_id>/move", playlists.moving, name="entry_move"),
    path("screens/playlists/<playlist:playlist_id>/entries/<uuid:turn_id>/variables", playlists.settings, name="entry_variables"),
    path("screens/playlists/<playlist:playlist_id>/entries/<uuid:turn_id>/removal", playlists.removal, name="entry_removal"),
    path("screens/playlists/<playlist:playlist_id>/deletion", playlists.deletion, name="playlist_deletion"),
    path("screens/schedules/", schedules.schedules, name="schedules"),
    path("screens/schedules/<schedule:schedule_id>/", schedules.schedule, name="schedule"),
    path("screens/schedules/<schedule:schedule_id>/settings", schedules.settings, name="schedule_settings"),
    path("screens/schedules/<schedule:schedule_id>/rules", schedules.new_rule, name="schedule_rules"),
    path("screens/schedules/<schedule:schedule_id>/rules/<uuid:rule_id>", schedules.rule, name="schedule_rule"),
    path("screens/schedules/<schedule:schedule_id>/rules/<uuid:rule_id>/removal", schedules.removal, name="rule_removal"),
    path("screens/schedules/<schedule:schedule_id>/exceptions", exceptions.exceptions, name="schedule_exceptions"),
    path("screens/schedules/<schedule:schedule_id>/exceptions/adding", exceptions.adding, name="schedule_exceptions_adding"),
    path("screens/schedules/<schedule:schedule_id>/deletion", schedules.deletion, name="schedule_deletion"),
    path("screens/showings/", moments.showings, name="showings"),
    path("screens/<screen:screen_id>/week", schedules.week, name="screen_week"),
    path("screens/<screen:screen_id>/", views.screen, name="screen"),
    path("screens/<screen:screen_id>/glass", history.glass, name="screen_glass"),
    path("screens/<screen:screen_id>/history", history.history, name="screen_history"),
    path("screens/<screen:screen_id>/renderings", rendering.screen_renderings, name="screen_renderings"),
    path("screens/<screen:screen_id>/access", access.access, name="screen_access"),
    path("screens/<screen:screen_id>/name", views.naming, name="screen_name"),
    path("screens/<screen:screen_id>/showing", views.showing, name="screen_showing"),
    path("screens/<screen:screen_id>/place", views.place, name="screen_place"),
    path("screens/<screen:screen_id>/variables", views.settings, name="screen_variables"),
    path("screens/<screen:screen_id>/commands", views.commands, name="screen_commands"),
    path("screens/<screen:screen_id>/unpairing", views.unpairing, name="screen_unpairing"),
]
