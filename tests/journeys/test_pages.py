"""Every page as people meet it: readable by all, in light and dark, on a desk and on a phone, by keyboard."""

import re

import pytest
from playwright.sync_api import Browser

from . import running
from .browsing import visit
from .conftest import sign_in

SIZES = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
INSIDE = {
    "home": "/o/harbour/",
    "dashboards": "/o/harbour/dashboards/",
    "dashboard-new": "/o/harbour/dashboards/new",
    "sources": "/o/harbour/sources/",
    "screens": "/o/harbour/screens/",
    "pair": "/o/harbour/screens/pair",
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
    "password": "/accounts/password/change/",
    "email": "/accounts/email/",
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
}


def things(page, kind: str) -> str:
    """Return the address of the first thing in a list of the demo."""
    page.goto(page.url.split("/o/")[0] + f"/o/harbour/{kind}/")
    link = page.locator(f"main a[href*='/{kind}/']").filter(has_not_text="New").first
    return link.get_attribute("href")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_pages_are_for_everybody(house: running.House, browser: Browser, size: str, scheme: str):
    visitor = visit(browser, house.url, viewport=SIZES[size], color_scheme=scheme)
    visitor.expected = ["404: GET", "410: GET"]
    troubles = [trouble for name, path in OUTSIDE.items() for trouble in look(visitor, name, path, size, scheme)]
    sign_in(visitor, house)
    inside = dict(INSIDE)
    for kind in ("dashboards", "sources", "screens"):
        inside[kind.removesuffix("s")] = things(visitor.page, kind)
    inside["editor"] = inside["dashboard"] + "edit"
    inside["access"] = inside["dashboard"] + "access"
    troubles += [trouble for name, path in inside.items() for trouble in look(visitor, name, path, size, scheme)]
    troubles += visitor.unexpected()
    visitor.context.close()
    assert troubles == [], "\n".join(troubles)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_the_operators_room_is_for_everybody_who_runs_the_house(house, browser: Browser, size: str, scheme: str):
    house.appoint("mallory@meadow.example")
    visitor = sign_in(visit(browser, house.url, viewport=SIZES[size], color_scheme=scheme), house, "mallory@meadow.example")
    troubles = [trouble for name, path in OPERATORS.items() for trouble in look(visitor, name, path, size, scheme)]
    troubles += [*palette(visitor, size, scheme), *visitor.unexpected()]
    visitor.context.close()
    assert troubles == [], "\n".join(troubles)


def palette(visitor, size: str, scheme: str) -> list[str]:
    """Find a thing by keyboard alone, and look at the palette and the list of keys on the way."""
    page = visitor.page
    page.goto(page.url.split("/operator")[0] + "/o/meadow/")
    page.keyboard.press("Control+k")
    page.get_by_role("option").first.wait_for()
    visitor.picture(f"palette-{size}-{scheme}")
    found = [f"palette: {each}" for each in visitor.barriers()]
    page.keyboard.type("garden")
    page.get_by_role("option", name="Garden rounds").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/o/meadow/dashboards/**")
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keys on this page").wait_for()
    visitor.picture(f"keys-{size}-{scheme}")
    return found + [f"keys: {each}" for each in visitor.barriers()]


GROUND = """
[document.body, document.documentElement].map((each) => getComputedStyle(each).backgroundColor)
  .find((color) => color !== 'rgba(0, 0, 0, 0)')
"""


def look(visitor, name: str, path: str, size: str, scheme: str) -> list[str]:
    visitor.open(path)
    page = visitor.page
    page.wait_for_load_state("load")
    page.wait_for_timeout(150)
    visitor.picture(f"{name}-{size}-{scheme}")
    found = [f"{name}: {each}" for each in visitor.barriers()]
    if visitor.overflow() > 0:
        found.append(f"{name}: {visitor.overflow()} pixels wider than the window")
    if path != "/tv":
        found += [f"{name}: {count} first headings" for count in [page.locator("h1").count()] if count != 1]
        base = page.evaluate(GROUND)
        if (lightness(base) > 0.5) != (scheme == "light"):
            found.append(f"{name}: its ground is {base} in the {scheme} scheme")
    return found


def lightness(color: str) -> float:
    numbers = [float(each) for each in re.findall(r"[\d.]+", color)]
    return numbers[0] / 100 if color.startswith("lab") else sum(numbers[:3]) / 3 / 255
