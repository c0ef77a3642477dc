"""Every page as people meet it: readable by all, in light and dark, on a desk and on a phone, by keyboard."""

import re

from playwright.sync_api import Browser

from operant.testing.sampled import WHOLE

from . import running
from .browsing import COLORS, RULES, SIZED, Visitor, visit
from .conftest import sign_in

SIZES = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
INSIDE = {
    "home": "/o/harbour/",
    "dashboards": "/o/harbour/dashboards/",
    "dashboard-new": "/o/harbour/dashboards/new",
    "alerts": "/o/harbour/alerts/",
    "queries": "/o/harbour/queries/",
    "query-new": "/o/harbour/queries/new",
    "sources": "/o/harbour/sources/",
    "connect": "/o/harbour/sources/connections/new",
    "feed": "/o/harbour/sources/connections/new?kind=http_json",
    "database": "/o/harbour/sources/connections/new?kind=mysql",
    "dataset": "/o/harbour/sources/datasets/new",
    "extract": "/o/harbour/sources/extracts/new",
    "screens": "/o/harbour/screens/",
    "playlists": "/o/harbour/screens/playlists/",
    "schedules": "/o/harbour/screens/schedules/",
    "sites": "/o/harbour/screens/sites/",
    "groups": "/o/harbour/screens/groups/",
    "renderings": "/o/harbour/screens/renderings/",
    "filters": "/o/harbour/screens/filters/?status=offline",
    "showings": "/o/harbour/screens/showings/",
    "takeovers": "/o/harbour/screens/takeovers/",
    "takeover-new": "/o/harbour/screens/takeovers/new",
    "deployments": "/o/harbour/screens/deployments/",
    "screen alerts": "/o/harbour/screens/alerts/",
    "pair": "/o/harbour/screens/pair",
    "guide": "/o/harbour/screens/guides/webos",
    "guide-script": "/o/harbour/screens/guides/raspberry-pi",
    "people": "/o/harbour/people/",
    "settings": "/o/harbour/settings/",
    "inbox": "/o/harbour/inbox/",
    "settings-security": "/o/harbour/settings/security/",
    "webhooks": "/o/harbour/settings/webhooks/",
    "webhook-events": "/o/harbour/settings/webhooks/events",
    "roles": "/o/harbour/settings/roles",
    "services": "/o/harbour/settings/services/",
    "audit": "/o/harbour/settings/audit/",
    "me": "/me/",
    "me-notifications": "/me/notifications",
    "security": "/me/security/",
    "authenticator-app": "/me/security/app",
    "passkey-new": "/me/security/passkeys/new",
    "sessions": "/me/sessions/",
    "account-log": "/me/log",
    "copy": "/me/copy",
    "password": "/accounts/password/change/",
    "mail": "/me/mail/",
    "organization-new": "/organizations/new",
    "missing": "/o/harbour/nothing",
}
OPERATORS = {
    "operator": "/operator/",
    "operator-organizations": "/operator/organizations",
    "operator-usage": "/operator/usage",
    "operator-jobs": "/operator/jobs",
    "operator-chores": "/operator/jobs/chores",
    "operator-versions": "/operator/versions",
    "operator-retention": "/operator/retention",
    "operator-switches": "/operator/switches",
    "operator-updates": "/operator/updates",
    "operator-update-new": "/operator/updates/new",
    "outbox": "/operator/outbox",
    "errors": "/operator/errors",
}
OUTSIDE = {
    "login": "/accounts/login/",
    "signup": "/accounts/signup/",
    "reset": "/accounts/password/reset/",
    "missing-outside": "/nothing",
    "invitation-none": "/invitations/none",
    "tv": "/tv",
    "shared-none": "/s/none",
}
# Of what a page is made depends on its window only where something is hidden, and only its colors on the scheme: most pages are
# asked for everything on a desk in light, and on a phone in dark for what may differ there. `make prove` asks for all everywhere.
EVERY_LOOK = [("phone", "light", RULES), ("phone", "dark", COLORS), ("desk", "dark", COLORS), ("desk", "light", RULES)]
LOOKS = [("phone", "dark", [*COLORS, *SIZED]), ("desk", "light", RULES)]
LOOKED_AT_WHOLLY = {"login", "tv", "home", "people", "screen", "operator"}
# All that may be kept in a browser: two cookies of people, and what a screen needs to go on while nobody answers it.
KEPT = {"cookie ot-session", "cookie ot-theme", "database operant-player", "cache operant-player"}


def things(visitor: Visitor, kind: str) -> str:
    """Return the address of the first thing in a list of the demo."""
    visitor.open(f"/o/harbour/{kind}/")
    link = visitor.page.locator(f"main a[href*='/{kind}/'][href*='_']").filter(has_not_text="New").first
    return link.get_attribute("href")


def webhook(visitor: Visitor) -> dict[str, str]:
    """Return the addresses of a webhook endpoint and of a test delivery to it, made for that unless one stands."""
    visitor.open("/o/harbour/settings/webhooks/")
    page = visitor.page
    link = page.locator("main a[href*='/webhooks/whe_']").first
    if not link.count():
        page.get_by_role("button", name="Add an endpoint").first.click()
        page.get_by_label("Address", exact=True).fill("https://hooks.example.com/operant")
        page.get_by_role("dialog").get_by_role("button", name="Add the endpoint").click()
        page.get_by_text("whsec_").first.wait_for()
        page.goto(page.url)
    endpoint = link.get_attribute("href")
    visitor.open(endpoint)
    page.get_by_role("button", name="Send a test event").click()
    page.wait_for_url("**/deliveries/**")
    return {"webhook": endpoint, "webhook-delivery": "/o/" + page.url.split("/o/")[1]}


def test_pages_are_for_everybody(house: running.House, browser: Browser):
    visitor = visit(browser, house.url, color_scheme="light")
    visitor.expected = ["404: GET", "410: GET"]
    troubles = [trouble for name, path in OUTSIDE.items() for trouble in look(visitor, name, path)]
    sign_in(visitor, house)
    inside = dict(INSIDE)
    for kind in ("dashboards", "sources", "screens"):
        inside[kind.removesuffix("s")] = things(visitor, kind)
    inside["query"] = things(visitor, "queries")
    inside["query-edit"] = inside["query"] + "edit"
    inside["editor"] = inside["dashboard"] + "edit"
    inside["sharing"] = inside["dashboard"] + "sharing/"
    inside["annotations"] = inside["dashboard"] + "annotations/"
    inside["access"] = inside["dashboard"] + "access"
    inside["text"] = inside["dashboard"] + "text"
    inside["plan"] = inside["dashboard"] + "plan"
    inside["versions"] = inside["dashboard"] + "versions/"
    inside["version"] = inside["dashboard"] + "versions/1"
    inside["comparison"] = inside["dashboard"] + "comparison?before=1&after=3"
    inside["acts"] = f"/o/harbour/screens/acts?chosen={inside['screen'].rstrip('/').rpartition('/')[2]}"
    inside["week"] = inside["screen"] + "week"
    inside["history"] = inside["screen"] + "history"
    inside["terms"] = inside["screen"] + "alerts"
    inside["screen-renderings"] = inside["screen"] + "renderings"
    for kind in ("playlists", "schedules", "sites", "groups"):
        inside[kind.removesuffix("s")] = things(visitor, f"screens/{kind}")
    inside["rule"] = inside["schedule"] + "rules"
    inside["exceptions"] = inside["schedule"] + "exceptions?country=DE&region=BE"
    inside |= webhook(visitor)
    troubles += [trouble for name, path in inside.items() for trouble in look(visitor, name, path)]
    troubles += visitor.unexpected()
    visitor.context.close()
    assert troubles == [], "\n".join(troubles)


def test_the_operators_room_is_for_everybody_who_runs_the_house(house, browser: Browser):
    house.appoint("mallory@meadow.example")
    visitor = sign_in(visit(browser, house.url, color_scheme="light"), house, "mallory@meadow.example")
    troubles = [trouble for name, path in OPERATORS.items() for trouble in look(visitor, name, path)]
    troubles += [*palette(visitor), *visitor.unexpected()]
    visitor.context.close()
    assert troubles == [], "\n".join(troubles)


def palette(visitor: Visitor) -> list[str]:
    """Find a thing by keyboard alone, and look at the palette and the list of keys on the way."""
    page = visitor.page
    visitor.open("/o/meadow/")
    page.keyboard.press("Control+k")
    page.get_by_role("option").first.wait_for()
    found = from_all_sides(visitor, "palette")
    page.keyboard.type("garden")
    page.get_by_role("option", name="Garden rounds").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/o/meadow/dashboards/**")
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys on this page").wait_for()
    return found + from_all_sides(visitor, "keys")


GROUND = """
[document.body, document.documentElement].map((each) => getComputedStyle(each).backgroundColor)
  .find((color) => color !== 'rgba(0, 0, 0, 0)')
"""
# Contrast is asked of colors that stand, not of those on their way.
ARRIVED = "document.getAnimations().filter((each) => each instanceof CSSTransition).forEach((each) => each.finish())"


def look(visitor: Visitor, name: str, path: str) -> list[str]:
    visitor.open(path)
    page = visitor.page
    found = from_all_sides(visitor, name)
    if extra := visitor.kept() - KEPT:
        found.append(f"{name} leaves {', '.join(sorted(extra))} in the browser")
    if path != "/tv":
        found += [f"{name}: {count} first headings" for count in [page.locator("h1").count()] if count != 1]
    return found


def from_all_sides(visitor: Visitor, name: str) -> list[str]:
    """
    Look at what was opened on a desk and on a phone, in light and in dark. It is loaded once, and the looks follow each other
    so that each change is made once: redrawing is what takes long.
    """
    found, looks = [], EVERY_LOOK if name in LOOKED_AT_WHOLLY or WHOLE else LOOKS
    is_at_the_end = visitor.page.viewport_size == SIZES[looks[-1][0]]
    for size, scheme, rules in reversed(looks) if is_at_the_end else looks:
        if visitor.page.viewport_size != SIZES[size]:
            visitor.page.set_viewport_size(SIZES[size])
        found += [f"{name}, {size}, {scheme}: {each}" for each in in_a_scheme(visitor, name, size, scheme, rules)]
        if (wider := visitor.overflow()) > 0:
            found.append(f"{name}, {size}: {wider} pixels wider than the window")
    return found


def in_a_scheme(visitor: Visitor, name: str, size: str, scheme: str, rules: list[str]) -> list[str]:
    visitor.page.emulate_media(color_scheme=scheme)
    visitor.page.evaluate(ARRIVED)
    visitor.picture(f"{name}-{size}-{scheme}")
    found = visitor.barriers(rules)
    base = visitor.page.evaluate(GROUND)
    if name != "tv" and (lightness(base) > 0.5) != (scheme == "light"):
        found.append(f"its ground is {base}")
    return found


def lightness(color: str) -> float:
    numbers = [float(each) for each in re.findall(r"[\d.]+", color)]
    return numbers[0] / 100 if color.startswith("lab") else sum(numbers[:3]) / 3 / 255
