from django.apps import AppConfig
from django.http import HttpRequest

from operant.platform.ui import finding, navigation
from operant.platform.ui.navigation import Entry


class StageConfig(AppConfig):
    name = "operant.stage"
    label = "stage"

    def ready(self) -> None:
        from operant.panel.organizations import home, links

        from . import first_steps, palette, rules

        navigation.register(Entry("Dashboards", "lucide--layout-dashboard", "dashboards", order=10))
        navigation.register(Entry("Data sources", "lucide--database", "sources", order=20))
        def edits(request: HttpRequest) -> bool:
            return rules.edit(request.membership)  # type: ignore[attr-defined]

        finding.register(finding.Finder("Dashboards", palette.dashboards, order=10))
        finding.register(finding.Finder("Data sources", palette.sources, order=20))
        finding.offer(finding.Act("New dashboard", "lucide--layout-dashboard", "dashboard-new", edits))
        finding.offer(finding.Act("Connect a database", "lucide--database", "connection-new", edits))
        home.register_icon("stage.dashboard.", "lucide--layout-dashboard")
        home.register_icon("stage.source.", "lucide--database")
        links.register("stage.Dashboard", "dashboard")
        links.register("stage.Source", "source")
        home.register_steps(10, first_steps.steps)
        home.register_needs(first_steps.needs)
