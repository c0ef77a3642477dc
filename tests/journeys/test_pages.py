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
    "me": "/me/",
    "me-notifications": "/me/notifications",
    "password": "/accounts/password/change/",
    "email": "/accounts/email/",
    "organization-new": "/organizations/new",
    "outbox": "/operator/outbox",
    "missing": "/o/harbour/nothing",
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
    troubles += [trouble for name, path in inside.items() for trouble in look(visitor, name, path, size, scheme)]
    troubles += visitor.unexpected()
    visitor.context.close()
    assert troubles == [], "\n".join(troubles)


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
