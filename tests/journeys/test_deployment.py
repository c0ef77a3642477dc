"""A version reaches two screens in stages: it breaks on the first, halts and returns; then it passes, and is rolled back."""

import json
import re
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route, expect

from operant.testing.waiting import until

from . import running
from .browsing import Visitor
from .test_glass import FULL_HD, grip, publish, saved

BEFORE, AFTER = "As it was", "As it is now"
# In milliseconds: a screen says how it is every half minute.
A_BEAT = 40_000


def test_a_version_that_breaks_halts_at_the_first_screen_and_returns(house: running.House, ada: Visitor, person):
    dashboard = board(ada)
    bow, aft = (person(viewport=FULL_HD, service_workers="block") for _ in range(2))
    bow.context.clock.install()
    for glass, name in ((bow, "Bow"), (aft, "Aft")):
        pair(ada, glass, name)
        expect(glass.page.get_by_text(BEFORE)).to_be_visible()
    change(ada, dashboard, AFTER)
    served = breaks(bow.page, 2)
    deploy(ada, dashboard)
    expect(ada.page.get_by_text("Halted", exact=True)).to_be_visible()
    expect(ada.page.get_by_text("Bow could not show it").first).to_be_visible()
    # It never left version 1, so it has no news: it says so with its next heartbeat, which is believed after 20 seconds.
    house.put_back("relay_deployment", "back_at", 20)
    bow.page.clock.run_for(A_BEAT)
    proven(ada, "1 of 1")
    ada.picture("deployment-1-halted")
    expect(bow.page.get_by_text(BEFORE)).to_be_visible()
    expect(aft.page.get_by_text(BEFORE)).to_be_visible()
    assert "Bow could not show it" in house.mail("ada@harbour.example", "halted").text

    # What it refused it tries again once another version was named.
    until(lambda: bow.page.wait_for_timeout(50) or served[-1] == 1, "version 1 on Bow")
    bow.page.unroute("**/relay/manifest")
    ada.page.get_by_role("link", name="Deploy again").click()
    deploy(ada)
    expect(bow.page.get_by_text(AFTER)).to_be_visible()
    expect(aft.page.get_by_text(BEFORE)).to_be_visible()
    ada.picture("deployment-2-first-stage")
    stood(house)
    expect(aft.page.get_by_text(AFTER)).to_be_visible(timeout=60_000)
    stood(house)
    expect(ada.page.get_by_text("Done", exact=True)).to_be_visible(timeout=60_000)

    ada.page.get_by_role("button", name="Roll back").click()
    ada.page.get_by_role("alertdialog").get_by_role("button", name="Roll back").click()
    proven(ada, "2 of 2")
    for glass in (bow, aft):
        expect(glass.page.get_by_text(BEFORE)).to_be_visible()
    ada.picture("deployment-3-rolled-back")


def stood(house: running.House) -> None:
    """Let what a screen has painted stand there for ten seconds more, which is what each stage asks for."""
    house.put_back("relay_deployed_screen", "painted_at", 10)


def proven(ada: Visitor, counted: str) -> None:
    words = re.compile(counted + r" show v1 again, the last at \d\d:\d\d:\d\d")
    expect(ada.page.get_by_role("heading", name=words)).to_be_visible(timeout=90_000)


def board(ada: Visitor) -> str:
    """A dashboard of its own, published, whose first widget has a title that can be read from afar."""
    page = ada.page
    ada.open("/o/harbour/dashboards/")
    page.locator("table a[href*='/dashboards/dsh_']").first.click()
    page.wait_for_url(re.compile(r"/dashboards/dsh_\w+/$"))
    original = page.url
    page.locator('summary[aria-label^="More about"]').click()
    page.get_by_role("button", name="Duplicate").click()
    page.wait_for_url(lambda url: "/dashboards/dsh_" in url and url != original)
    dashboard = re.match(r"/o/harbour/dashboards/dsh_\w+/", urlsplit(page.url).path).group()
    change(ada, dashboard, BEFORE)
    publish(ada, 1)
    return dashboard


def change(ada: Visitor, dashboard: str, title: str) -> None:
    page = ada.page
    ada.open(dashboard + "edit")
    first = page.locator("button[data-widget]").first
    first.wait_for()
    grip(page, first.get_attribute("data-widget")).click()
    page.get_by_label("Title", exact=True).fill(title)
    saved(page)


def pair(ada: Visitor, glass: Visitor, name: str) -> None:
    glass.open("/tv")
    shown = glass.page.locator(".pt-code")
    shown.wait_for()
    ada.open("/pair?code=" + "".join(shown.inner_text().split()))
    page = ada.page
    page.get_by_label("Name").fill(name)
    chosen = page.get_by_label("Dashboard")
    copy = next(each for each in chosen.locator("option").all_inner_texts() if "copy" in each.lower())
    chosen.select_option(label=copy)
    page.get_by_role("button", name="Pair this screen").click()
    page.wait_for_url(re.compile(r"/screens/scr_"))


def breaks(page: Page, number: int) -> list[int]:
    """Let a version be such that this screen's engine throws over it. Return which ones it is given, as they come."""
    served: list[int] = []

    def answer(route: Route) -> None:
        told = route.fetch()
        body = told.json() if told.status == 200 else {}
        if body:
            served.append(body["number"])
        if body.get("number") != number:
            route.fulfill(response=told)
            return
        body["document"]["widgets"][0]["options"] = None
        route.fulfill(response=told, body=json.dumps(body))

    page.route("**/relay/manifest", answer)
    return served


def deploy(ada: Visitor, dashboard: str = "") -> None:
    page = ada.page
    if dashboard:
        ada.open(dashboard)
        page.locator('summary[aria-label^="More about"]').click()
        page.get_by_role("link", name="Deploy in stages").click()
    page.get_by_label("First").select_option(label="Bow")
    page.get_by_label("Seconds to stand").fill("10")
    page.get_by_role("button", name="Deploy", exact=True).click()
    page.wait_for_url(re.compile(r"/deployments/dep_"))
