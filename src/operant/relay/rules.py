"""Who may do what with screens. Publishing to a screen is choosing its dashboard."""

from operant.panel.organizations.models import Role
from operant.panel.organizations.rules import at_least

HEADING = "Screens"
see_screens = at_least(Role.VIEWER, "see screens and what they have really painted")
assign = at_least(Role.EDITOR, "choose what a screen shows, and whether it is light or dark", about="screen_id")
arrange = at_least(Role.EDITOR, "make playlists, schedules, sites and groups, and change what stands in them")
command = at_least(
    Role.EDITOR, "ask a screen to identify itself, to reload, to restart, to clear its cache or to send its picture",
    about="screen_id",
)  # fmt: skip
take_over = at_least(Role.EDITOR, "lay a message or another dashboard over what screens show", about="screen_id")
deploy = at_least(
    Role.EDITOR, "bring a version of a dashboard to screens in stages, and roll that back", about="dashboard_id"
)
rename = at_least(Role.EDITOR, "rename a screen, and say its site, its group and its tags", about="screen_id")
alert = at_least(Role.EDITOR, "choose what of screens people are notified of")
pair = at_least(Role.ADMIN, "pair screens")
unpair = at_least(Role.ADMIN, "unpair screens")
