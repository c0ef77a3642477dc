from operant.panel.organizations.models import Role
from operant.panel.organizations.rules import at_least

HEADING = "Dashboards and data"
see = at_least(Role.VIEWER, "see dashboards, what they show, and the first rows of data sources")
make = at_least(Role.EDITOR, "make dashboards, also as copies of others")
edit = at_least(Role.EDITOR, "change, rename and delete a dashboard, and bring it back", about="dashboard_id")
publish = at_least(Role.EDITOR, "publish a dashboard", about="dashboard_id")
alert = at_least(Role.EDITOR, "make, change, mute and delete alerts", about="dashboard_id")
annotate = at_least(Role.EDITOR, "add and delete annotations of a dashboard", about="dashboard_id")
annotate_all = at_least(Role.EDITOR, "add and delete annotations that every dashboard shows")
share = at_least(Role.ADMIN, "make, change and revoke share links, which show a dashboard to whoever has them")
save_queries = at_least(Role.EDITOR, "make, change and delete saved queries, which drafts of every dashboard follow")
ask = at_least(Role.EDITOR, "ask data sources in SQL")
change_sources = at_least(Role.EDITOR, "add, change and delete data sources")
