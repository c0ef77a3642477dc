from django.apps import AppConfig
from django.http import HttpRequest

from operant.platform.ui import finding, navigation
from operant.platform.ui.navigation import Entry


class StageConfig(AppConfig):
    name = "operant.stage"
    label = "stage"

    def ready(self) -> None:
        from operant.panel.organizations import home, links

        from . import first_steps, palette, queries, rules

        navigation.register(Entry("Dashboards", "lucide--layout-dashboard", "dashboards", order=10))
        navigation.register(Entry("Data sources", "lucide--database", "sources", order=20))
        navigation.register(Entry("Saved queries", "lucide--bookmark", "saved-queries", order=22))
        navigation.register(Entry(
            "Alerts", "lucide--bell-ring", "alerts", lambda request: rules.see(request.membership), order=25,  # type: ignore[attr-defined]
            count=lambda request: queries.firing().count() or None,
        ))  # fmt: skip

        def edits(request: HttpRequest) -> bool:
            return rules.edit(request.membership)  # type: ignore[attr-defined]

        finding.register(finding.Finder("Dashboards", palette.dashboards, order=10))
        finding.register(finding.Finder("Data sources", palette.sources, order=20))
        finding.register(finding.Finder("Saved queries", palette.saved_queries, order=22))
        finding.register(finding.Finder("Alerts", palette.alerts, order=25))
        finding.offer(finding.Act("New dashboard", "lucide--layout-dashboard", "dashboard-new", edits))
        finding.offer(finding.Act("Connect data", "lucide--database", "connection-new", edits))
        home.register_facts("stage.alert.", "lucide--bell-ring", rules.see)
        home.register_facts("stage.dashboard.", "lucide--layout-dashboard", rules.see)
        home.register_facts("stage.draft.", "lucide--pencil", rules.see)
        home.register_facts("stage.publication.", "lucide--calendar-clock", rules.see)
        home.register_facts("stage.dataset.", "lucide--table", rules.see)
        home.register_facts("stage.query.", "lucide--bookmark", rules.see)
        home.register_facts("stage.source.", "lucide--database", rules.see)
        links.register("stage.Alert", "alert")
        links.register("stage.Dashboard", "dashboard")
        links.register("stage.SavedQuery", "saved-query")
        links.register("stage.Source", "source")
        home.register_steps(10, first_steps.steps)
        home.register_needs(first_steps.needs)
