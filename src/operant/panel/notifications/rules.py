from operant.panel.organizations.models import Role
from operant.panel.organizations.rules import at_least

HEADING = "Notifications"
read_inbox = at_least(Role.VIEWER, "read their own notifications")
