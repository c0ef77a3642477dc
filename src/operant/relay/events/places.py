from operant.platform.events import Event, Personal, Told

HERE = ("sites", "site:{site_id}", "screens")
TOGETHER = ("groups", "group:{group_id}", "screens")


class ScreenPlaced(
    Event,
    name="relay.screen.placed",
    told=Told(audit="The screen {name} is now found at {place}", live=("screens", "screen:{screen_id}"), public=True),
):
    """A screen was put at another site, into another group, or got other tags. `place` is all of it in words."""

    screen_id: str
    name: str
    site: str
    group: str
    place: str


class SiteMade(
    Event,
    name="relay.site.made",
    told=Told(audit="{made_by} made the site {name}", live=HERE, public=True),
):
    """A site was made: a place where screens hang, with its time zone and operating hours."""

    site_id: str
    name: str
    made_by: Personal


class SiteChanged(
    Event,
    name="relay.site.changed",
    told=Told(audit="{changed_by} changed the site {name}: {hours}, {time_zone}", live=HERE, public=True),
):
    """A site got another name, time zone or other operating hours. Its screens go by that time zone from now on."""

    site_id: str
    name: str
    time_zone: str
    hours: str
    changed_by: Personal


class SiteDeleted(
    Event,
    name="relay.site.deleted",
    told=Told(audit="{deleted_by} deleted the site {name}, of {screens} screens", live=HERE, public=True),
):
    """A site was deleted. Its screens stay, at no site; `screens` is how many they were."""

    site_id: str
    name: str
    screens: int
    deleted_by: Personal


class GroupMade(
    Event,
    name="relay.group.made",
    told=Told(audit="{made_by} made the group {name}", live=TOGETHER, public=True),
):
    """A group was made: screens that belong together, wherever they hang."""

    group_id: str
    name: str
    made_by: Personal


class GroupRenamed(
    Event,
    name="relay.group.renamed",
    told=Told(audit="{renamed_by} renamed the group {before} to {name}", live=TOGETHER, public=True),
):
    """A group got another name."""

    group_id: str
    before: str
    name: str
    renamed_by: Personal


class GroupDeleted(
    Event,
    name="relay.group.deleted",
    told=Told(audit="{deleted_by} deleted the group {name}, of {screens} screens", live=TOGETHER, public=True),
):
    """A group was deleted. Its screens stay, in no group; `screens` is how many they were."""

    group_id: str
    name: str
    screens: int
    deleted_by: Personal
