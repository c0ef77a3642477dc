"""A second factor, by keyboard alone: set up, shown, taken away; and a passkey that the browser itself keeps."""

import re

import pytest
from playwright.sync_api import Page, expect

from operant.testing.factors import code_of

from . import running
from .browsing import Visitor

BEN = "ben@harbour.example"


@pytest.fixture
def ben(house: running.House, person) -> Visitor:
    """Cleo's browser, which keeps passkeys, under a name for which browsers do."""
    visitor = person()
    visitor.open(house.url.replace("127.0.0.1", "localhost") + "/accounts/login/")
    session = visitor.context.new_cdp_session(visitor.page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }})  # fmt: skip
    return visitor


def test_a_passkey_comes_goes_and_signs_in(house: running.House, ben: Visitor):
    page = ben.page
    types_password(page, house.password)
    page.wait_for_url("**/o/harbour/")
    page.goto(page.url.split("/o/")[0] + "/me/security/")
    press(page, "link", "Add a passkey")
    page.get_by_label("Name").fill("Work laptop")
    page.keyboard.press("Enter")
    codes = shown_codes(page)
    assert len([code for code in codes if re.fullmatch(r"(\w{4}-){3}\w{4}", code)]) == 10
    with page.expect_download() as download:
        press(page, "link", "Download")
    assert download.value.path().read_text().split() == codes
    press(page, "link", "I have saved them")
    expect(page.get_by_text("10 of 10 left")).to_be_visible()

    signs_out(page)
    press(page, "button", "Sign in with a passkey")
    page.wait_for_url("**/o/harbour/")

    signs_out(page)
    types_password(page, house.password)
    page.get_by_label("Backup code").fill(codes[0].lower())
    page.keyboard.press("Enter")
    page.wait_for_url("**/o/harbour/")

    page.goto(page.url.split("/o/")[0] + "/me/security/")
    press(page, "button", "Remove Work laptop")
    press(page.get_by_role("alertdialog"), "button", "Remove")
    expect(page.get_by_text("You have no passkey yet")).to_be_visible()


def test_an_app_is_set_up_and_its_code_asked_for(house: running.House, ben: Visitor):
    page = ben.page
    types_password(page, house.password)
    page.wait_for_url("**/o/harbour/")
    page.goto(page.url.split("/o/")[0] + "/me/security/app")
    assert ben.barriers() == []
    page.locator("summary", has_text="It cannot be scanned").press("Enter")
    secret = page.locator("ot-copy").get_attribute("data-value").replace(" ", "")
    page.get_by_label("Code from the app").fill(code_of(secret))
    page.keyboard.press("Enter")
    codes = shown_codes(page)
    assert ben.barriers() == []
    ben.picture("backup-codes")
    press(page, "link", "I have saved them")

    signs_out(page)
    types_password(page, house.password)
    page.wait_for_url("**/accounts/login/factor/**")
    assert ben.barriers() == []
    ben.picture("second-factor")
    press(page, "link", "I have lost it")
    expect(page.get_by_role("heading", name="Lost your second factor?")).to_be_visible()
    assert ben.barriers() == []
    ben.picture("recovery")
    press(page, "link", "Back")
    page.get_by_label("Code from your app").fill("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_text("That is not the code").first).to_be_visible()
    page.get_by_label("Code from your app").fill(codes[1])
    page.keyboard.press("Enter")
    page.wait_for_url("**/o/harbour/")
    ben.expected.append("422")

    page.goto(page.url.split("/o/")[0] + "/me/security/")
    press(page, "button", "Remove the authenticator app")
    press(page.get_by_role("alertdialog"), "button", "Remove")
    expect(page.get_by_text("No app is set up")).to_be_visible()


def shown_codes(page: Page) -> list[str]:
    expect(page.get_by_role("heading", name="Save your backup codes")).to_be_visible()
    return page.locator(".ot-codes li").all_inner_texts()


def types_password(page: Page, password: str) -> None:
    page.get_by_label("Email").fill(BEN)
    page.get_by_label("Password", exact=True).fill(password)
    page.keyboard.press("Enter")


def signs_out(page: Page) -> None:
    page.goto(re.match(r"https?://[^/]+", page.url)[0] + "/accounts/logout/")
    press(page, "button", "Sign out")
    page.goto(re.match(r"https?://[^/]+", page.url)[0] + "/accounts/login/")


def press(place, role: str, name: str) -> None:
    place.get_by_role(role, name=name, exact=True).press("Enter")
