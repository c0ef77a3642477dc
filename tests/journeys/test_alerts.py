"""A figure is watched: a rule colors it on the wall, an alert tells people of it, and both are over when they are meant to be."""

import re

from playwright.sync_api import Page, expect

from . import running
from .browsing import Visitor
from .test_glass import draft, grip, publish, saved

NAME = "Parcels pile up"


def test_a_figure_is_ruled_and_watched(house: running.House, ada: Visitor):
    board = to_the_pulse(ada)
    rule_the_parcels(ada, board)
    alert = watch_the_parcels(ada, board)
    it_is_told_everywhere(ada, board, alert)
    mute_it(ada, alert)
    it_is_over_with_another_limit(ada, board, alert)


def to_the_pulse(ada: Visitor) -> str:
    ada.open("/o/harbour/dashboards/")
    ada.page.get_by_role("link", name="Company pulse", exact=True).click()
    ada.page.wait_for_url("**/dashboards/dsh_*/")
    return ada.page.url


def rule_the_parcels(ada: Visitor, board: str) -> None:
    ada.open(board + "edit")
    page = ada.page
    expect(page.locator(".wall")).to_be_visible()
    [parcels] = [each["id"] for each in draft(page)["widgets"] if each["title"] == "Parcels this week"]
    grip(page, parcels).click()
    page.get_by_role("button", name="Add a rule").click()
    page.get_by_label("Means, rule 1").select_option(label="Warning")
    page.get_by_label("When, rule 1").select_option("at_least")
    page.get_by_label("Figure, rule 1").fill("100")
    page.get_by_label("Said as, rule 1").fill("Too many")
    page.keyboard.press("Tab")
    saved(page)
    ada.picture("alerts-01-rule")
    publish(ada, 4)
    ada.open(board)
    expect(page.get_by_text("Too many")).to_be_visible()


def watch_the_parcels(ada: Visitor, board: str) -> str:
    ada.open(board)
    page = ada.page
    page.get_by_role("link", name="New alert").click()
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("Figure").select_option(label="This week against last: parcels")
    page.get_by_label("It fires when").select_option("above")
    page.get_by_label("Limit").fill("100")
    for each in ("Fires after", "Is over after"):
        page.get_by_label(each).select_option("0")
    assert ada.barriers() == []
    ada.picture("alerts-02-new")
    page.get_by_role("button", name="Make it").click()
    page.wait_for_url("**/alerts/alr_*/")
    expect(state(page)).to_contain_text("Firing")
    ada.picture("alerts-03-firing")
    return page.url


def it_is_told_everywhere(ada: Visitor, board: str, alert: str) -> None:
    page = ada.page
    expect(page.get_by_text(re.compile(rf"^{NAME} on Company pulse: [\d,]+, above 100$"))).to_be_visible()
    ada.open(board)
    expect(page.locator(".ow-widget", has_text="Parcels this week").get_by_text(f"{NAME}:")).to_be_visible()
    ada.picture("alerts-04-on-the-wall")
    ada.open("/o/harbour/alerts/?state=firing")
    expect(page.get_by_role("link", name=NAME)).to_be_visible()


def mute_it(ada: Visitor, alert: str) -> None:
    ada.open(alert)
    page = ada.page
    page.get_by_label(f"More about {NAME}").click()
    page.get_by_role("button", name="Mute", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Mute", exact=True).click()
    expect(state(page)).to_contain_text("Firing, muted")


def it_is_over_with_another_limit(ada: Visitor, board: str, alert: str) -> None:
    page = ada.page
    page.get_by_role("link", name="Change", exact=True).click()
    page.get_by_label("Limit").fill("100000000")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(alert)
    expect(state(page)).to_contain_text("Fine, muted")
    ada.open(board)
    expect(page.locator(".ow-widget", has_text="Parcels this week").get_by_text(f"{NAME}:")).to_be_hidden()


def state(page: Page):
    return page.locator("#alert-state .ot-page-header")
