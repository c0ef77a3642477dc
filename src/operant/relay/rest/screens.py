"""Screens over JSON: the fleet, pairing, what each one shows."""

from base64 import b64encode
from datetime import time
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from pydantic import Field

from operant.panel.accounts.adapter import client_ip
from operant.panel.organizations import access
from operant.panel.organizations.rules import give_rights
from operant.platform import api
from operant.platform.refusals import Invalid, NotFound
from operant.stage import queries as stage
from operant.stage.naming import LONGEST_TAG, MOST_TAGS
from operant.stage.variables import Settings, from_text

from .. import glass, models, rules
from ..actions import keeping, pairing
from ..actions import places as placing
from ..glass import LEAST_ZOOM, MOST_DIM, MOST_OVERSCAN, MOST_ZOOM
from ..queries import fleet, picturing, places, playing
from .places import GroupId, SiteId
from .playlists import PlaylistId
from .schedules import ScheduleId, TimeOfDay, TimeZone
from .scopes import READ, WRITE

routes = api.Routes("Screens")
ONE = "/screens/{screen:screen_id}"
ScreenId, DashboardId, VersionId = api.Id("scr"), api.Id("dsh"), api.Id("ver")
Kind = Literal["identify", "reload", "restart", "clear_cache", "screenshot"]
Tag = Annotated[str, Field(min_length=1, max_length=LONGEST_TAG), api.Storable]
Tags = Annotated[list[Tag], Field(max_length=MOST_TAGS, description="Without a comma; they take the place of all that it has.")]
ScreenName = Annotated[str, Field(min_length=1, max_length=80), api.Storable]


class ShownVersion(api.Shape):
    """Which version of a dashboard."""

    id: VersionId
    number: int


class ShownDashboard(api.Shape):
    """A dashboard and its published version, which is what its screens show where no deployment holds them at another."""

    id: DashboardId
    name: str
    published: ShownVersion | None


class ShownPlaylist(api.Shape):
    """A playlist whose dashboards take turns."""

    id: PlaylistId
    name: str


class KeptSchedule(api.Shape):
    """A schedule that says when something else is shown."""

    id: ScheduleId
    name: str


class ItsSite(api.Shape):
    """The site where a screen hangs."""

    id: SiteId
    name: str


class ItsGroup(api.Shape):
    """The group that a screen is in."""

    id: GroupId
    name: str


class Rendered(api.Shape):
    """The version that was really painted, and when."""

    id: VersionId
    number: int
    at: api.Instant


class Glass(api.Shape):
    """
    How the player lays its picture out: turned clockwise by `turned` degrees, letters at `zoom` percent, `overscan` percent
    of each edge left free, and from `dim_from` until `dim_until`, by the screen's own clock, darker by `dim` percent.
    """

    turned: Literal[0, 90, 180, 270]
    zoom: int
    overscan: int
    dim: int
    dim_from: str
    dim_until: str

    @classmethod
    def of(cls, text: str) -> "Glass":
        """Return the settings as the contract has them."""
        found = glass.from_text(text)
        return cls(**{**vars(found), "dim_from": f"{found.dim_from:%H:%M}", "dim_until": f"{found.dim_until:%H:%M}"})


class GlassBody(api.Body):
    """How the player should lay its picture out; what is left out is as usual."""

    turned: Literal[0, 90, 180, 270] = 0
    zoom: Annotated[int, Field(ge=LEAST_ZOOM, le=MOST_ZOOM)] = 100
    overscan: Annotated[int, Field(ge=0, le=MOST_OVERSCAN)] = 0
    dim: Annotated[int, Field(ge=0, le=MOST_DIM)] = 0
    dim_from: TimeOfDay = "22:00"
    dim_until: TimeOfDay = "06:00"

    def settings(self) -> glass.Glass:
        """Return it as the action takes it."""
        hours = {name: time.fromisoformat(getattr(self, name)) for name in ("dim_from", "dim_until")}
        return glass.Glass(self.turned, self.zoom, self.overscan, self.dim, **hours)


class Screen(api.Shape):
    """
    A device on a wall.

    `status` sums it up in one word; `wanted` is the version of its usual dashboard that it should show, which a deployment may
    hold it at, `rendered` the one it does.
    `variables` are those of dashboards that are set on this screen. It shows a dashboard or a `playlist`, and at the times of
    its `schedule` what that says. An empty `time_zone` is the organization's; at a site it is the site's.
    """

    id: ScreenId
    name: str
    status: Literal["online", "behind", "errors", "late", "offline", "never_seen", "asleep"]
    theme: Literal["dark", "light"]
    variables: Settings
    glass: Glass
    model: str
    browser: str
    viewport: str
    dashboard: ShownDashboard | None
    playlist: ShownPlaylist | None
    schedule: KeptSchedule | None
    time_zone: str
    wanted: ShownVersion | None
    site: ItsSite | None
    group: ItsGroup | None
    tags: list[str]
    rendered: Rendered | None
    is_connected: bool
    last_seen_at: api.Instant | None
    paired_at: api.Instant

    @classmethod
    def of(cls, row: models.Screen) -> "Screen":
        """Return a screen as the contract has it."""
        return cls(
            id=row.pk, name=row.name, status=row.status, theme=row.theme, variables=from_text(row.variables),
            glass=Glass.of(row.glass),
            model=row.model, browser=row.browser, viewport=row.viewport, dashboard=_shown(row), rendered=_rendered(row),
            playlist=ShownPlaylist(id=row.playlist_id, name=row.playlist.name) if row.playlist else None,
            schedule=KeptSchedule(id=row.schedule_id, name=row.schedule.name) if row.schedule else None,
            wanted=ShownVersion(id=row.wanted_id, number=row.wanted_number) if row.wanted_id else None,
            site=ItsSite(id=row.site_id, name=row.site.name) if row.site else None,
            group=ItsGroup(id=row.group_id, name=row.group.name) if row.group else None, tags=row.tags,
            time_zone=row.time_zone, is_connected=row.is_connected, last_seen_at=row.last_seen_at, paired_at=row.paired_at,
        )  # fmt: skip


class PairBody(api.Body):
    """The code on the glass, what to call the screen, what it shows, and where people find it."""

    code: Annotated[str, Field(min_length=1, max_length=20), api.Storable]
    name: ScreenName
    dashboard: DashboardId | None = None
    site: SiteId | None = None
    group: GroupId | None = None
    tags: Tags = []


class ReplaceBody(api.Body):
    """The code on the glass of the device that takes the place."""

    code: Annotated[str, Field(min_length=1, max_length=20), api.Storable]


class ScreenChange(api.Change):
    """
    What is named is changed. A dashboard takes the place of a playlist, and a playlist that of a dashboard; with null the
    screen shows nothing. With `schedule` null it shows the same at all times. At a `site` its time zone is the site's, and
    cannot be changed here.
    """

    name: ScreenName = None
    dashboard: DashboardId | None = None
    playlist: PlaylistId | None = None
    schedule: ScheduleId | None = None
    site: SiteId | None = None
    group: GroupId | None = None
    tags: Tags = None
    time_zone: TimeZone = None
    theme: Literal["dark", "light"] = None
    glass: GlassBody = None
    variables: Annotated[
        Settings, Field(description="What the dashboard's variables are set to here, by name; those left out hold their defaults.")
    ] = None


class CommandBody(api.Body):
    """
    What a screen is asked to do: show its name, reload its page, begin again from what it keeps, throw that away, or send
    its picture.
    """

    kind: Kind


class Command(api.Shape):
    """
    What a screen was asked, and what became of it.

    It is handed over until the screen answers or it expires: `identify` after two minutes, `screenshot` after ten, all others
    after an hour.
    """

    id: api.Id("cmd")
    kind: Kind
    state: Literal["sent", "heard", "done", "failed", "expired"]
    created_at: api.Instant
    expires_at: api.Instant
    delivered_at: api.Instant | None
    heard_at: api.Instant | None
    acknowledged_at: api.Instant | None
    outcome: Literal["done", "refused", "failed"] | None
    reason: str

    @classmethod
    def of(cls, row: models.Command) -> "Command":
        """Return a command as the contract has it."""
        return cls(
            id=row.pk, kind=row.kind, created_at=row.created_at, delivered_at=row.delivered_at,
            acknowledged_at=row.acknowledged_at, outcome=row.outcome or None, state=row.state, expires_at=row.expires_at,
            heard_at=row.heard_at, reason=row.reason,
        )  # fmt: skip


class Screenshot(api.Shape):
    """
    The last picture that a screen drew of itself, kept for a week. `jpeg` is the picture in base64.

    `version` is what it had painted then; none where a takeover, a message or nothing was on the glass.
    """

    taken_at: api.Instant
    version: ShownVersion | None
    jpeg: str


@routes.get("/screens", needs=READ, rule=rules.see_screens, gives=api.Page[Screen])
def list_screens(request: HttpRequest, paging: api.Query[api.Paging]):
    """List the screens, in the order in which they were paired."""
    return paging.of(fleet.screens(), Screen.of, by="paired_at")


def _device(request: HttpRequest, body: PairBody | ReplaceBody) -> models.Pairing:
    found = pairing.try_code(code=body.code, by=request.auth.actor, address=client_ip(request))
    if found is None:
        raise NotFound("No screen shows this code now. Codes renew themselves every ten minutes.")
    return found


@routes.post("/screens", needs=WRITE, rule=rules.pair, gives=Screen, refuses=(404, 410), prepare=_device)
def pair_screen(request: HttpRequest, body: PairBody):
    """
    Pair a screen: make the device that shows a code a screen of the organization.

    Five codes a minute may be tried.
    """
    dashboard = stage.dashboard(body.dashboard) if body.dashboard else None
    where = {
        "site": places.site(body.site) if body.site else None, "group": places.group(body.group) if body.group else None,
        "tags": body.tags,
    }  # fmt: skip
    made = pairing.pair(device=request.prepared, name=body.name, dashboard=dashboard, by=request.auth.actor, **where)
    return Screen.of(fleet.screen(made.pk))


@routes.get(ONE, needs=READ, rule=rules.see_screens, gives=Screen)
def get_screen(request: HttpRequest, screen_id: ScreenId):
    """Look at one screen: what it should show, and what it has really painted."""
    return Screen.of(fleet.screen(screen_id))


@routes.patch(ONE, needs=WRITE, rule=rules.assign, gives=Screen, refuses=(409,))
def change_screen(request: HttpRequest, screen_id: ScreenId, body: ScreenChange):
    """
    Give a screen another name, dashboard, playlist, schedule or place, set variables on it, or change how it looks.

    Its place is its site, group and tags, and the time zone where it is at no site.
    """
    found, named = fleet.screen(screen_id), body.model_fields_set
    if "name" in named:
        keeping.rename(screen=found, name=body.name)
    if body.dashboard and body.playlist:
        raise Invalid("A screen shows a dashboard or a playlist, not both.")
    if named & {"dashboard", "playlist"}:
        dashboard = stage.dashboard(body.dashboard) if body.dashboard else None
        keeping.assign(screen=found, dashboard=dashboard, playlist=playing.playlist(body.playlist) if body.playlist else None)
    if "schedule" in named:
        keeping.schedule(screen=found, schedule=playing.schedule(body.schedule) if body.schedule else None)
    if named & {"site", "group", "tags"}:
        placing.place(screen=found, **_place(body, named))
    if "time_zone" in named:
        keeping.move(screen=found, time_zone=body.time_zone)
    if "theme" in named:
        keeping.make(screen=found, theme=body.theme)
    if "glass" in named:
        keeping.lay_out(screen=found, glass=body.glass.settings())
    if "variables" in named:
        keeping.set_variables(screen=fleet.screen(screen_id), values=body.variables)
    return Screen.of(fleet.screen(screen_id))


def _replacing(request: HttpRequest, screen_id: ScreenId, body: ReplaceBody) -> models.Pairing:
    return _device(request, body)


@routes.put(ONE + "/device", needs=WRITE, rule=rules.pair, gives=Screen, refuses=(404, 410), prepare=_replacing)
def replace_device(request: HttpRequest, screen_id: ScreenId, body: ReplaceBody):
    """
    Put the device that shows a code in the place of a screen's: name, rights, settings and history stay.

    What the device before proved itself with is refused from then on. Five codes a minute may be tried.
    """
    pairing.replace(device=request.prepared, screen=fleet.screen(screen_id), by=request.auth.actor)
    return Screen.of(fleet.screen(screen_id))


@routes.delete(ONE, needs=WRITE, rule=rules.unpair, refuses=(410,))
def unpair_screen(request: HttpRequest, screen_id: ScreenId):
    """Unpair a screen. Its device stops showing your dashboards and asks for a new code."""
    keeping.unpair(screen=fleet.screen(screen_id))


@routes.get(ONE + "/access", needs=READ, rule=give_rights, gives=api.Page[access.Access])
def list_screen_access(request: HttpRequest, screen_id: ScreenId, paging: api.Query[api.Paging]):
    """List what each member may do with one screen."""
    return access.listed(paging, fleet.screen(screen_id))


@routes.put(ONE + "/access/{member:member_id}", needs=WRITE, rule=give_rights, gives=access.Access)
def change_screen_access(
    request: HttpRequest, screen_id: ScreenId, member_id: api.Id("mem"), body: access.AccessChange
):
    """Let a member edit one screen, or only look at it, in place of what their role says."""
    found, by = fleet.screen(screen_id), request.auth.member
    return access.change(by=by, member_id=member_id, thing=found, name=found.name, right=body.right)


@routes.get(ONE + "/commands", needs=READ, rule=rules.see_screens, gives=api.Page[Command])
def list_commands(request: HttpRequest, screen_id: ScreenId, paging: api.Query[api.Paging]):
    """List what a screen was asked lately, newest first."""
    rows = models.Command.objects.filter(screen=fleet.screen(screen_id))
    return paging.of(rows, Command.of, by="created_at", down=True)


@routes.post(ONE + "/commands", needs=WRITE, rule=rules.command, gives=Command)
def command_screen(request: HttpRequest, screen_id: ScreenId, body: CommandBody):
    """Ask a screen to do something. Its answer is in the list of its commands."""
    return Command.of(keeping.send(screen=fleet.screen(screen_id), kind=body.kind, by=request.auth.actor))


@routes.get(ONE + "/screenshot", needs=READ, rule=rules.see_screens, gives=Screenshot)
def get_screenshot(request: HttpRequest, screen_id: ScreenId):
    """Look at the last picture of a screen. The command `screenshot` asks for a new one; 404 says that there is none."""
    taken, jpeg = picturing.picture(fleet.screen(screen_id))
    version = taken.version
    shown = ShownVersion(id=version.pk, number=version.number) if version else None
    return Screenshot(taken_at=taken.at, version=shown, jpeg=b64encode(jpeg).decode())


def _shown(row: models.Screen) -> ShownDashboard | None:
    dashboard = row.dashboard
    if dashboard is None:
        return None
    version = dashboard.published
    published = ShownVersion(id=version.pk, number=version.number) if version else None
    return ShownDashboard(id=dashboard.pk, name=dashboard.name, published=published)


def _place(body: ScreenChange, named: set[str]) -> dict[str, Any]:
    site = places.site(body.site) if body.site else None
    group = places.group(body.group) if body.group else None
    where = {"site": site, "group": group, "tags": body.tags}
    return {name: value for name, value in where.items() if name in named}


def _rendered(row: models.Screen) -> Rendered | None:
    version = row.rendered_version
    return Rendered(id=version.pk, number=version.number, at=row.rendered_at) if version else None
