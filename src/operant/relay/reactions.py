from operant.platform.events import reacts_to
from operant.platform.tenancy.ids import parse_public_id
from operant.stage import events as stage

from . import events
from .actions import held, looking, nudging


@reacts_to(stage.DashboardPublished)
def expect_the_new_version(event: stage.DashboardPublished) -> None:
    nudging.expect(dashboard=event.dashboard_id)


@reacts_to(stage.DashboardPublished)
def let_void_holds_go(event: stage.DashboardPublished) -> None:
    held.let_go_void(dashboard_id=parse_public_id("dsh", event.dashboard_id))


@reacts_to(events.ScreenPlaced, events.SiteChanged, events.SiteDeleted)
def look_by_other_hours(event: events.ScreenPlaced | events.SiteChanged | events.SiteDeleted) -> None:
    if isinstance(event, events.ScreenPlaced):
        looking.wake(screens=[parse_public_id("scr", event.screen_id)])
    else:
        looking.wake_all()
