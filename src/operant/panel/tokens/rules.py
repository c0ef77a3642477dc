from operant.panel.organizations.models import Role
from operant.panel.organizations.rules import at_least

HEADING = "API tokens"
manage_tokens = at_least(Role.ADMIN, "make and revoke API tokens")
