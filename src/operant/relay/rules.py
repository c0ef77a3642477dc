"""Who may do what with screens. Publishing to a screen is choosing its dashboard."""

from operant.panel.organizations.models import Role
from operant.panel.organizations.rules import at_least

see_screens = at_least(Role.VIEWER)
assign = at_least(Role.EDITOR)
command = at_least(Role.EDITOR)
rename = at_least(Role.EDITOR)
pair = at_least(Role.ADMIN)
unpair = at_least(Role.ADMIN)
