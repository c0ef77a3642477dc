"""Screens are held at versions, and let go: the only code that writes `Screen.held`."""

from collections.abc import Mapping
from uuid import UUID

from operant.stage.models import Dashboard

from .. import holding
from ..holding import Hold
from ..models import Screen, Screens
from . import nudging


def hold(*, screens: Screens, dashboard_id: UUID, versions: Mapping[UUID, UUID | None], base_id: UUID | None) -> None:
    """
    This function will hold screens at versions of a dashboard, by screen, for as long as `base_id` is published; None lets one go.

    Each waits for its row, in one order: whoever deploys another dashboard to the same screens takes turns with this.
    """
    rows = list(screens.filter(pk__in=versions).order_by("pk").select_for_update(of=("self",), no_key=True).only("pk", "held"))
    changed = []
    for screen in rows:
        said = {**holding.holds(screen.held)}
        said.pop(dashboard_id, None)
        if version_id := versions[screen.pk]:
            said[dashboard_id] = Hold(version_id, base_id)
        if (text := holding.held_text(said)) != screen.held:
            screen.held = text
            changed.append(screen)
    if changed:
        Screen.objects.bulk_update(changed, ["held"], batch_size=1000)
        nudging.expect_of(screens=[screen.pk for screen in changed])


def take_back(
    *, dashboard: Dashboard, version_id: UUID, versions: Mapping[UUID, UUID | None], base_id: UUID | None
) -> list[Screen]:
    """
    This function will hold screens at what they showed before a version, and return those that have another one by now.

    These are left as they are: whoever brought them the later one takes it back.
    """
    mine = Screen.objects.paired().filter(pk__in=versions).order_by("pk").select_for_update(of=("self",), no_key=True)
    screens = list(mine.only("pk", "held", "name"))
    later = [each for each in screens if not _stands_at(each, dashboard, version_id)]
    kept = {each.pk for each in later}
    back = {each.pk: versions[each.pk] for each in screens if each.pk not in kept}
    hold(screens=Screen.objects.paired(), dashboard_id=dashboard.pk, versions=back, base_id=base_id)
    return later


def let_go(*, dashboard_id: UUID) -> None:
    """This function will have every screen show what is published of a dashboard."""
    screens = Screen.objects.filter(held__contains=str(dashboard_id))
    hold(screens=screens, dashboard_id=dashboard_id, versions=dict.fromkeys(screens.values_list("pk", flat=True)), base_id=None)


def let_go_void(*, dashboard_id: UUID) -> None:
    """
    This function will forget what counts no more on screens that were held at a version of a dashboard.

    That is a hold beside what is not published any more, one at what is, and one at a deleted dashboard. What they show stays.
    """
    rows = list(Screen.objects.filter(held__contains=str(dashboard_id)).in_turn().only("pk", "held"))
    named = {each for screen in rows for each in holding.holds(screen.held)}
    published = dict(Dashboard.objects.filter(pk__in=named, archived_at=None).values_list("pk", "published"))
    for screen in rows:
        said = holding.holds(screen.held).items()
        counts = {each: hold for each, hold in said if each in published and hold.base_id == published[each] != hold.version_id}
        screen.held = holding.held_text(counts)
    if rows:
        Screen.objects.bulk_update(rows, ["held"], batch_size=1000)


def _stands_at(screen: Screen, dashboard: Dashboard, version_id: UUID) -> bool:
    return holding.wanted(screen.held, dashboard.pk, dashboard.published_id) == version_id
