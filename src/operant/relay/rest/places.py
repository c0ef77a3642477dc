"""Sites and groups over JSON."""

from datetime import time
from typing import Annotated, Any

from django.http import HttpRequest
from pydantic import Field

from operant.platform import api

from .. import models, rules
from ..actions import places as actions
from ..queries import places
from .playlists import Name
from .schedules import DAYS, TimeOfDay, TimeZone, WeekDay
from .scopes import READ, WRITE

routes = api.Routes("Sites and groups")
SITE, GROUP = "/sites/{site:site_id}", "/groups/{group:group_id}"
SiteId, GroupId = api.Id("sit"), api.Id("grp")
Days = Annotated[list[WeekDay], Field(min_length=1, max_length=7)]


class Site(api.Shape):
    """
    A place where screens hang. An empty `time_zone` is the organization's, and that of all its screens.

    It is open from `opens_at` to `closes_at` on these days; alike they are the whole day, and a time that is not later than
    the other is on the next day.
    """

    id: SiteId
    name: str
    time_zone: str
    days: list[WeekDay]
    opens_at: str
    closes_at: str
    created_at: api.Instant

    @classmethod
    def of(cls, row: models.Site) -> "Site":
        """Return a site as the contract has it."""
        return cls(
            id=row.pk, name=row.name, time_zone=row.time_zone, opens_at=f"{row.opens_at:%H:%M}", closes_at=f"{row.closes_at:%H:%M}",
            days=[day for number, day in enumerate(DAYS) if row.days >> number & 1], created_at=row.created_at,
        )  # fmt: skip


class Group(api.Shape):
    """Screens that belong together, wherever they hang."""

    id: GroupId
    name: str
    created_at: api.Instant

    @classmethod
    def of(cls, row: models.Group) -> "Group":
        """Return a group as the contract has it."""
        return cls(id=row.pk, name=row.name, created_at=row.created_at)


class SiteBody(api.Body):
    """What a site is called, whose clock it goes by, and when it is open."""

    name: Name
    time_zone: TimeZone = ""
    days: Days = list(DAYS)
    opens_at: TimeOfDay = "00:00"
    closes_at: TimeOfDay = "00:00"


class SiteChange(api.Change):
    """What is named is changed."""

    name: Name = None
    time_zone: TimeZone = None
    days: Days = None
    opens_at: TimeOfDay = None
    closes_at: TimeOfDay = None


class GroupBody(api.Body):
    """What a group is called."""

    name: Name


@routes.get("/sites", needs=READ, rule=rules.see_screens, gives=api.Page[Site])
def list_sites(request: HttpRequest, paging: api.Query[api.Paging]):
    """List the sites, in the order in which they were made."""
    return paging.of(models.Site.objects.all(), Site.of, by="created_at")


@routes.post("/sites", needs=WRITE, rule=rules.arrange, gives=Site, refuses=(409,))
def make_site(request: HttpRequest, body: SiteBody):
    """Make a site."""
    return Site.of(actions.make_site(by=request.auth.actor, **_said(body)))


@routes.get(SITE, needs=READ, rule=rules.see_screens, gives=Site)
def get_site(request: HttpRequest, site_id: SiteId):
    """Look at one site."""
    return Site.of(places.site(site_id))


@routes.patch(SITE, needs=WRITE, rule=rules.arrange, gives=Site, refuses=(409,))
def change_site(request: HttpRequest, site_id: SiteId, body: SiteChange):
    """Give a site another name, time zone or other hours. Its screens go by that time zone at once."""
    found, said = places.site(site_id, locked=True), _said(body)
    actions.change_site(site=found, by=request.auth.actor, **{name: said[name] for name in body.model_fields_set})
    return Site.of(found)


@routes.delete(SITE, needs=WRITE, rule=rules.arrange)
def delete_site(request: HttpRequest, site_id: SiteId):
    """Delete a site. Its screens stay as they are, at no site."""
    actions.delete_site(site=places.site(site_id, locked=True), by=request.auth.actor)


@routes.get("/groups", needs=READ, rule=rules.see_screens, gives=api.Page[Group])
def list_groups(request: HttpRequest, paging: api.Query[api.Paging]):
    """List the groups, in the order in which they were made."""
    return paging.of(models.Group.objects.all(), Group.of, by="created_at")


@routes.post("/groups", needs=WRITE, rule=rules.arrange, gives=Group, refuses=(409,))
def make_group(request: HttpRequest, body: GroupBody):
    """Make a group of screens."""
    return Group.of(actions.make_group(name=body.name, by=request.auth.actor))


@routes.get(GROUP, needs=READ, rule=rules.see_screens, gives=Group)
def get_group(request: HttpRequest, group_id: GroupId):
    """Look at one group."""
    return Group.of(places.group(group_id))


@routes.patch(GROUP, needs=WRITE, rule=rules.arrange, gives=Group, refuses=(409,))
def rename_group(request: HttpRequest, group_id: GroupId, body: GroupBody):
    """Give a group another name."""
    found = places.group(group_id, locked=True)
    actions.rename_group(group=found, name=body.name, by=request.auth.actor)
    return Group.of(found)


@routes.delete(GROUP, needs=WRITE, rule=rules.arrange)
def delete_group(request: HttpRequest, group_id: GroupId):
    """Delete a group. Its screens stay as they are, in no group."""
    actions.delete_group(group=places.group(group_id, locked=True), by=request.auth.actor)


def _said(body: SiteBody | SiteChange) -> dict[str, Any]:
    days = None if body.days is None else sum(1 << DAYS.index(each) for each in set(body.days))
    times = {name: each and time.fromisoformat(each) for name, each in (("opens_at", body.opens_at), ("closes_at", body.closes_at))}
    return {"name": body.name, "time_zone": body.time_zone, "days": days, **times}
