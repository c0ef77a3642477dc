from operant.panel.organizations.models import Role
from operant.panel.organizations.rules import at_least

HEADING = "Audit log"
see = at_least(Role.ADMIN, "read the audit log, search it, check it and export it")
