from operant.panel.organizations.models import Role
from operant.panel.organizations.rules import at_least

manage_webhooks = at_least(Role.ADMIN, "add, change and remove webhook endpoints, and see and replay what was sent to them")
