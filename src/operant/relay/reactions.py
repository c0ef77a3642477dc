from operant.platform.events import reacts_to
from operant.stage import events as stage

from .actions import nudging


@reacts_to(stage.dashboards.DashboardPublished)
def expect_the_new_version(event: stage.dashboards.DashboardPublished) -> None:
    nudging.expect(dashboard=event.dashboard_id)
