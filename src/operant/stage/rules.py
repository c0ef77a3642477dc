from operant.panel.organizations.models import Role
from operant.panel.organizations.rules import at_least

HEADING = "Dashboards and data"
see = at_least(Role.VIEWER, "see dashboards, what they show, and the first rows of data sources")
make = at_least(Role.EDITOR, "make dashboards, also as copies of others")
edit = at_least(Role.EDITOR, "change, rename and delete a dashboard, and bring it back", about="dashboard_id")
publish = at_least(Role.EDITOR, "publish a dashboard", about="dashboard_id")
ask = at_least(Role.EDITOR, "ask data sources in SQL")
change_sources = at_least(Role.EDITOR, "add, change and delete data sources")
