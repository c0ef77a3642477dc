from operant.panel.organizations.models import Role
from operant.panel.organizations.rules import at_least

see = at_least(Role.VIEWER)
edit = at_least(Role.EDITOR)
publish = at_least(Role.EDITOR)
change_sources = at_least(Role.EDITOR)
