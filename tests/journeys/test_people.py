"""Who comes in, and what each may: an invitation, a forgotten password, and pages that help when something is refused."""

import re

import pytest
from playwright.sync_api import expect

from operant.testing.mail import code_in, link_in

from . import running
from .browsing import Visitor
from .conftest import sign_in

PASSWORD = "herring-lantern-42"


def test_an_invited_person_joins_and_sees_what_they_may(house: running.House, person):
    ada = sign_in(person(), house)
    ada.open("/o/harbour/people/")
    ada.page.get_by_role("button", name="Invite somebody").first.click()
    dialog = ada.page.get_by_role("dialog")
    dialog.get_by_label("Email").fill("vera@harbour.example")
    dialog.get_by_label("Role").select_option("viewer")
    dialog.get_by_role("button", name="Send the invitation").click()
    expect(ada.page.get_by_text("vera@harbour.example as viewer")).to_be_visible()

    vera = person()
    vera.open(link_in(house.mail("vera@harbour.example", "Harbour").text))
    vera.page.get_by_role("link", name="Create an account").click()
    vera.page.get_by_label("Your name").fill("Vera Lund")
    vera.page.get_by_label("Work email").fill("vera@harbour.example")
    assert vera.page.get_by_label("Organization").count() == 0, "who was invited founds nothing"
    vera.page.get_by_label("Password", exact=True).fill(PASSWORD)
    vera.page.get_by_role("button", name="Create account").click()
    vera.page.get_by_label("Code from the mail").fill(code_in(house.mail("vera@harbour.example", "code").text))
    vera.page.get_by_role("button", name="Confirm").click()
    vera.page.get_by_role("button", name="Join Harbour").click()
    vera.page.wait_for_url("**/o/harbour/")
    sees_as_viewer(vera)

    ada.open("/o/harbour/people/")
    expect(ada.page.get_by_label("Role of Vera Lund", exact=True)).to_have_value("viewer")


def sees_as_viewer(vera: Visitor) -> None:
    page = vera.page
    vera.open("/o/harbour/dashboards/")
    assert page.get_by_role("link", name="New dashboard").count() == 0
    page.locator("main a[href*='/dashboards/dsh_']").first.click()
    expect(page.locator("#wall .ow-value").first).to_be_visible()
    assert page.get_by_role("link", name="Edit").count() == 0
    vera.open("/o/harbour/screens/")
    assert page.get_by_role("link", name="Pair a screen").count() == 0
    vera.expected.append("403: GET")
    vera.open("/o/harbour/screens/pair")
    expect(page.get_by_text("Your role here is viewer; this needs admin or more.")).to_be_visible()
    vera.expected.append("404: GET")
    vera.open("/o/meadow/")
    expect(page.get_by_role("heading", name="There is nothing at this address")).to_be_visible()


def test_a_forgotten_password_is_set_anew(house: running.House, person):
    cleo = person()
    cleo.open("/accounts/login/")
    page = cleo.page
    page.get_by_role("link", name=re.compile("Forgot")).click()
    page.get_by_label("Email").fill("cleo@harbour.example")
    page.get_by_role("main").get_by_role("button").first.click()
    page.get_by_label("Code from the mail").fill(code_in(house.mail("cleo@harbour.example", "resets").text))
    page.get_by_role("button", name="Confirm").click()
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Save the password").click()
    page.wait_for_load_state("load")

    again = person()
    again.open("/accounts/login/")
    again.page.get_by_label("Email").fill("cleo@harbour.example")
    again.page.get_by_label("Password", exact=True).fill(PASSWORD)
    again.page.get_by_role("button", name="Sign in", exact=True).click()
    again.page.wait_for_url("**/o/harbour/")
    assert house.mail("cleo@harbour.example", "password")


@pytest.mark.parametrize(
    ("path", "status", "heading"),
    [
        ("/o/harbour/nothing", 404, "There is nothing at this address"),
        ("/o/harbour/dashboards/dsh_1111111111111111111111", 404, "There is nothing at this address"),
        ("/o/harbour/people/invitations", 405, "This address cannot be opened like that"),
        ("/invitations/inv_1111111111111111111111.x", 410, "This has ended"),
    ],
)
def test_a_page_that_cannot_be_shown_says_what_to_do(ada: Visitor, path, status, heading):
    ada.expected.append(f"{status}: GET")
    answer = ada.open(path)
    assert answer.status == status
    expect(ada.page.get_by_role("heading", level=1, name=heading)).to_be_visible()
    ada.page.get_by_role("link", name=re.compile("Start page|Home")).first.click()
    ada.page.wait_for_url("**/o/harbour/")


def test_a_form_from_a_closed_session_is_refused_with_a_way_on(ada: Visitor):
    ada.open("/me/")
    ada.context.clear_cookies()
    ada.expected.append("403: POST")
    ada.page.get_by_role("main").get_by_role("button", name=re.compile("Save")).click()
    expect(ada.page.get_by_text("This page was open for too long").first).to_be_visible()


def test_two_windows_do_not_overwrite_each_other(house: running.House, person):
    one, other = (sign_in(person(), house) for _ in range(2))
    one.open("/o/harbour/dashboards/")
    address = one.page.locator("main a[href*='/dashboards/dsh_']").first.get_attribute("href") + "edit"
    for visitor in (one, other):
        visitor.open(address)
        visitor.page.locator("[data-save=saved]").wait_for()
    other.expected.append("409: PUT")
    one.page.get_by_label("Title of the dashboard").fill("Pulse of the first window")
    expect(one.page.get_by_text(re.compile("Saved \\d"))).to_be_visible()
    other.page.get_by_label("Title of the dashboard").fill("Pulse of the second window")
    expect(other.page.get_by_role("dialog")).to_be_visible()
    other.picture("conflict")
    one.page.get_by_label("Title of the dashboard").fill("Company pulse")
    one.page.wait_for_timeout(1500)


def test_every_page_is_reached_by_keyboard(ada: Visitor):
    """The skip link comes first and works; then Tab goes through everything that can be pressed."""
    page = ada.page
    for path in ("/o/harbour/", "/o/harbour/dashboards/", "/o/harbour/screens/", "/o/harbour/people/", "/me/"):
        ada.open(path)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip-link"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        ada.open(path)
        wanted = page.evaluate(REACHABLE)
        seen = set()
        for _ in range(wanted + 10):
            page.keyboard.press("Tab")
            seen.add(page.evaluate(WHERE))
        assert len(seen - {-1}) >= wanted, path


REACHABLE = """
(() => {
  const all = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
  window.reachable = all.filter((each) => each.checkVisibility({visibilityProperty: true}) && !each.disabled && each.tabIndex >= 0)
  return window.reachable.length
})()
"""
WHERE = "window.reachable.indexOf(document.activeElement)"


def test_static_files_are_secured_and_kept(house: running.House, person):
    guest = person()
    answers = []
    guest.context.on("response", lambda answer: answers.append(answer) if "/static/" in answer.url else None)
    guest.open("/accounts/login/")
    assert len(answers) >= 2
    for answer in answers:
        headers = answer.all_headers()
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert "set-cookie" not in headers
        if "/assets/" in answer.url:
            assert "immutable" in headers["cache-control"], answer.url


def test_the_cookies_are_exactly_ours(house: running.House, person):
    ada = sign_in(person(), house)
    for path in ("/o/harbour/", "/o/harbour/screens/", "/me/", "/tv"):
        ada.open(path)
    assert {cookie["name"] for cookie in ada.context.cookies()} <= {"ot-session", "ot-theme"}
    glass = person()
    glass.open("/tv")
    glass.page.locator(".pt-code").wait_for()
    assert glass.context.cookies() == []
