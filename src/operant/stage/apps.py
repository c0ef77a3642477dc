from django.apps import AppConfig

from operant.platform.ui import navigation
from operant.platform.ui.navigation import Entry


class StageConfig(AppConfig):
    name = "operant.stage"
    label = "stage"

    def ready(self) -> None:
        from operant.panel.organizations import home, links

        from . import first_steps

        navigation.register(Entry("Dashboards", "lucide--layout-dashboard", "dashboards", order=10))
        navigation.register(Entry("Data sources", "lucide--database", "sources", order=20))
        home.register_icon("stage.dashboard.", "lucide--layout-dashboard")
        home.register_icon("stage.source.", "lucide--database")
        links.register("stage.Dashboard", "dashboard")
        links.register("stage.Source", "source")
        home.register_steps(10, first_steps.steps)
        home.register_needs(first_steps.needs)
