from operant.panel.organizations.models import Role
from operant.panel.organizations.rules import at_least

see = at_least(Role.ADMIN)
