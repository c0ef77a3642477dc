"""Sites and groups, and which screens are where."""

from collections.abc import Iterable
from datetime import time
from typing import Any, TypedDict, Unpack

from django.db import IntegrityError, transaction

from operant.panel.accounts.models import Person
from operant.panel.organizations import queries as who
from operant.platform.events import announce
from operant.platform.live import hint
from operant.platform.refusals import Invalid, Refusal
from operant.stage.naming import clean, tagged

from .. import events, phrasing
from ..models import MOST_GROUPS, MOST_SITES, Group, Screen, Site
from ..models.schedules import EVERY_DAY
from ..queries import playing
from .schedules import known_zone

A_SITE, A_GROUP = "A site", "A group"


def make_site(
    *, name: str, by: Person, time_zone: str = "", days: int = EVERY_DAY, opens_at: time = time(0), closes_at: time = time(0)
) -> Site:
    """
    This function will make a site.

    :raises Invalid: when it has no name, there is no such time zone, or it is never open.
    :raises Refusal: when one has that name, or there are too many.
    """
    if Site.objects.count() >= MOST_SITES:
        raise Refusal(f"An organization has at most {MOST_SITES} sites. Delete one that nothing hangs at.")
    site = Site(name=clean(name, A_SITE), time_zone=known_zone(time_zone), **_hours(days, opens_at, closes_at))
    _save(site, A_SITE)
    announce(events.SiteMade(site_id=site.public_id, name=site.name, made_by=by.name), about=site)
    return site


def change_site(
    *, site: Site, by: Person, name: str | None = None, time_zone: str | None = None, days: int | None = None,
    opens_at: time | None = None, closes_at: time | None = None,
) -> None:  # fmt: skip
    """
    This function will give a site another name, time zone or operating hours. Screens at it go by that time zone at once.

    :raises Invalid: when it has no name, there is no such time zone, or it is never open.
    :raises Refusal: when another site has that name.
    :raises NotFound: when it was deleted meanwhile.
    """
    playing.hold(site)
    given = {"days": days, "opens_at": opens_at, "closes_at": closes_at}
    hours = _hours(**{key: getattr(site, key) if value is None else value for key, value in given.items()})
    zone = site.time_zone if time_zone is None else known_zone(time_zone)
    wanted = {"name": site.name if name is None else clean(name, A_SITE), "time_zone": zone, **hours}
    if wanted == {key: getattr(site, key) for key in wanted}:
        return
    is_moved = zone != site.time_zone
    for key, value in wanted.items():
        setattr(site, key, value)
    _save(site, A_SITE, list(wanted))
    if is_moved:
        _move(site)
    told = {"time_zone": zone or f"{who.organization().time_zone}, as the organization", "hours": phrasing.open_at(site)}
    announce(events.SiteChanged(site_id=site.public_id, name=site.name, **told, changed_by=by.name), about=site)


def delete_site(*, site: Site, by: Person) -> None:
    """
    This function will delete a site. Its screens stay as they are, at no site.

    :raises NotFound: when it was deleted before.
    """
    playing.hold(site)
    told = {"screens": _leave(site=site), "deleted_by": by.name}
    announce(events.SiteDeleted(site_id=site.public_id, name=site.name, **told), about=site)
    site.delete()


def make_group(*, name: str, by: Person) -> Group:
    """
    This function will make a group of screens.

    :raises Invalid: when it has no name.
    :raises Refusal: when one has that name, or there are too many.
    """
    if Group.objects.count() >= MOST_GROUPS:
        raise Refusal(f"An organization has at most {MOST_GROUPS} groups. Delete one that no screen is in.")
    group = Group(name=clean(name, A_GROUP))
    _save(group, A_GROUP)
    announce(events.GroupMade(group_id=group.public_id, name=group.name, made_by=by.name), about=group)
    return group


def rename_group(*, group: Group, name: str, by: Person) -> None:
    """
    This function will give a group another name.

    :raises Invalid: when it has none.
    :raises Refusal: when another group has that name.
    :raises NotFound: when it was deleted meanwhile.
    """
    playing.hold(group)
    before, group.name = group.name, clean(name, A_GROUP)
    if group.name == before:
        return
    _save(group, A_GROUP, ["name"])
    told = {"before": before, "name": group.name, "renamed_by": by.name}
    announce(events.GroupRenamed(group_id=group.public_id, **told), about=group)


def delete_group(*, group: Group, by: Person) -> None:
    """
    This function will delete a group. Its screens stay as they are, in no group.

    :raises NotFound: when it was deleted before.
    """
    playing.hold(group)
    told = {"screens": _leave(group=group), "deleted_by": by.name}
    announce(events.GroupDeleted(group_id=group.public_id, name=group.name, **told), about=group)
    group.delete()


class Where(TypedDict, total=False):
    """Where a screen is to be found: what is not named stays."""

    site: Site | None
    group: Group | None
    tags: Iterable[str]


def place(*, screen: Screen, **where: Unpack[Where]) -> None:
    """
    This function will say at which site a screen hangs, in which group it is, and what its tags are. At a site it goes by
    the site's time zone.

    :raises Invalid: when a tag is too long or there are too many.
    :raises NotFound: when the site or the group was deleted meanwhile.
    """
    wanted = {**where, **({"tags": tagged(where["tags"], "A screen")} if "tags" in where else {})}
    playing.hold(where.get("site"), where.get("group"))
    # As it stands now: somebody else may have put it elsewhere meanwhile.
    screen.refresh_from_db(fields=["site", "group", "tags", "time_zone"], from_queryset=Screen.objects.in_turn())
    if all(getattr(screen, name) == value for name, value in wanted.items()):
        return
    if site := where.get("site"):
        site.refresh_from_db(fields=["time_zone"])
        wanted["time_zone"] = site.time_zone
    for name, value in wanted.items():
        setattr(screen, name, value)
    screen.save(update_fields=list(wanted))
    site, group, tags = screen.site, screen.group, screen.tags
    named = {"site": site.name if site else "", "group": group.name if group else ""}
    words = ", ".join(filter(None, [*named.values(), *(f"#{tag}" for tag in tags)])) or "no site"
    announce(events.ScreenPlaced(screen_id=screen.public_id, name=screen.name, **named, place=words), about=screen)


def _save(row: Site | Group, noun: str, fields: list[str] | None = None) -> None:
    try:
        with transaction.atomic():
            row.save(update_fields=fields)
    except IntegrityError:
        raise Refusal(f"There is {noun.lower()} called {row.name} already. Choose another name.") from None


def _hours(days: int, opens_at: time, closes_at: time) -> dict[str, Any]:
    if not 1 <= days <= EVERY_DAY:
        raise Invalid("A site is open on at least one day of the week.")
    opens, closes = (each.replace(second=0, microsecond=0, tzinfo=None) for each in (opens_at, closes_at))
    return {"days": days, "opens_at": opens, "closes_at": closes}


def _move(site: Site) -> None:
    keys = _locked(site=site)
    Screen.objects.filter(pk__in=keys).update(time_zone=site.time_zone)
    hint(*(f"screen:{each.public_id}" for each in Screen.objects.paired().filter(pk__in=keys).only("pk")))


def _leave(**where: Any) -> int:
    keys = _locked(**where)
    paired = Screen.objects.paired().filter(pk__in=keys).count()
    Screen.objects.filter(pk__in=keys).update(**dict.fromkeys(where))
    return paired


def _locked(**where: Any) -> list[object]:
    # In one order, so that two never wait for each other.
    return list(Screen.objects.filter(**where).order_by("pk").locked().values_list("pk", flat=True))
