"""Somebody who does not see the wall asks a screen for its picture, and sees what hangs there."""

import re

from playwright.sync_api import expect

from operant.testing.pictures import compare

from .browsing import Visitor
from .test_glass import FULL_HD


def test_a_screen_is_asked_for_its_picture_and_shows_it(ada: Visitor, person):
    glass = person(viewport=FULL_HD)
    glass.open("/tv")
    shown = glass.page.locator(".pt-code")
    shown.wait_for()
    ada.open("/pair?code=" + "".join(shown.inner_text().split()))
    page = ada.page
    page.get_by_label("Name").fill("Behind the wall")
    page.get_by_label("Dashboard").select_option(label="Company pulse")
    page.get_by_role("button", name="Pair this screen").click()
    page.wait_for_url(re.compile(r"/screens/scr_"))
    expect(page.get_by_text("Nobody has asked for one.")).to_be_visible()
    expect(glass.page.locator(".ow-card").first).to_be_visible()
    # Its heartbeat has told of the version, and its figures have come.
    expect(page.get_by_text(re.compile(r"^Version \d+$")).first).to_be_visible(timeout=60_000)
    expect(glass.page.locator(".ow-skeleton")).to_have_count(0)

    # By keyboard alone.
    ask = page.get_by_role("button", name="Ask for a picture")
    ask.focus()
    page.keyboard.press("Enter")
    picture = page.get_by_role("img", name="What Behind the wall showed")
    expect(picture).to_be_visible(timeout=60_000)
    expect(page.get_by_text("of Company pulse.")).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => [image.naturalWidth, image.naturalHeight])") == [960, 540]
    sent = page.request.get(ada.url + picture.get_attribute("src")).body()
    card = glass.page.locator(".ow-card").first.evaluate("card => getComputedStyle(card).backgroundColor")
    box = glass.page.locator(".ow-card").first.bounding_box()
    place = ((box["x"] + 10) / 1920, (box["y"] + 6) / 1080)
    told = compare(page.context, sent, glass.page.screenshot(), place)
    # A clock may have gone on meanwhile; another dashboard, or none, is far away.
    assert (told["size"], told["apart"] < 8) == ([960, 540], True), told
    wanted = [int(each) for each in re.findall(r"\d+", card)[:3]]
    assert all(abs(one - other) <= 12 for one, other in zip(told["dots"][0], wanted, strict=True)), (told, card)
    expect(page.get_by_role("button", name="Ask for a new one")).to_be_visible()
    page.locator("#screen-shot").scroll_into_view_if_needed()
    ada.picture("screenshot-page")
