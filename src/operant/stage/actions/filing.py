from collections.abc import Iterable

from operant.panel.organizations.models import Membership
from operant.platform.events import announce

from .. import events
from ..models import Dashboard, Star
from ..naming import filed


def file(*, dashboard: Dashboard, folder: str, tags: Iterable[str]) -> Dashboard:
    """
    This function will put a dashboard into a folder, or into none, and give it these tags in place of those it has.

    :raises Invalid: when one of them is too long or there are too many.
    """
    place = filed(folder, tags)
    if place == (dashboard.folder, dashboard.tags):
        return dashboard
    dashboard.folder, dashboard.tags = place
    dashboard.save(update_fields=["folder", "tags"])
    words = ", ".join(filter(None, [dashboard.folder, *(f"#{tag}" for tag in dashboard.tags)])) or "no folder"
    announce(
        events.DashboardFiled(dashboard_id=dashboard.public_id, name=dashboard.name, place=words), about=dashboard
    )
    return dashboard


def star(*, dashboard: Dashboard, member: Membership) -> None:
    """This function will keep a dashboard at hand for a member; a second time it changes nothing."""
    Star.objects.get_or_create(dashboard=dashboard, member=member)


def unstar(*, dashboard: Dashboard, member: Membership) -> None:
    """This function will keep a dashboard at hand no longer; a second time it changes nothing."""
    Star.objects.filter(dashboard=dashboard, member=member).delete()
