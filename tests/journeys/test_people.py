"""Who comes in, and what each may: an invitation, a forgotten password, and pages that help when something is refused."""

import re

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
    expect(dialog.get_by_label("Email")).to_be_focused()
    dialog.get_by_label("Email").fill("vera@harbour.example")
    dialog.get_by_label("Role").select_option("viewer")
    dialog.get_by_role("button", name="Send the invitation").click()
    expect(ada.page.get_by_text("vera@harbour.example as viewer")).to_be_visible()

    vera = person()
    vera.open(link_in(house.mail("vera@harbour.example", "Harbour").text))
    vera.page.get_by_role("link", name="Create an account").click()
    vera.page.get_by_label("Your name").fill("Vera Lund")
    expect(vera.page.get_by_label("Work email")).to_have_value("vera@harbour.example")
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

    vera.open("/accounts/reauthenticate/?next=/o/harbour/people/")
    vera.page.get_by_label("Password", exact=True).fill(PASSWORD)
    vera.page.keyboard.press("Enter")
    vera.page.get_by_role("button", name="Leave the organization").press("Enter")
    vera.page.get_by_role("alertdialog").get_by_role("button", name="Leave", exact=True).press("Enter")
    expect(vera.page.get_by_text("You left Harbour.")).to_be_visible()
    # Her membership's end is told to the page as well, which must not be loaded anew in place of where she is led.
    expect(vera.page.get_by_role("heading", name="There is nothing at this address")).to_be_hidden()


def sees_as_viewer(vera: Visitor) -> None:
    page = vera.page
    vera.open("/o/harbour/dashboards/")
    assert page.get_by_role("link", name="New dashboard").count() == 0
    page.locator("main a[href*='/dashboards/dsh_']").first.click()
    expect(page.locator("[data-wall] .ow-value").first).to_be_visible()
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


def test_a_page_that_cannot_be_shown_says_what_to_do(ada: Visitor):
    for path, status, heading in (
        ("/o/harbour/nothing", 404, "There is nothing at this address"),
        ("/o/harbour/dashboards/dsh_1111111111111111111111", 404, "There is nothing at this address"),
        ("/o/harbour/people/invitations", 405, "This address cannot be opened like that"),
        ("/invitations/inv_1111111111111111111111.x", 410, "This has ended"),
    ):
        ada.expected = [f"{status}: GET"]
        answer = ada.open(path)
        assert (path, answer.status) == (path, status)
        expect(ada.page.get_by_role("heading", level=1, name=heading)).to_be_visible()
        ada.page.get_by_role("link", name=re.compile("Start page|Home")).first.click()
        ada.page.wait_for_url("**/o/harbour/")
        assert ada.unexpected() == []
        ada.complaints.clear()


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


def test_static_files_are_secured_and_kept_and_a_screen_gets_no_cookie(house: running.House, person):
    guest = person()
    answers = []
    guest.context.on("response", lambda answer: answers.append(answer) if "/static/" in answer.url else None)
    guest.open("/tv")
    guest.page.locator(".pt-code").wait_for()
    assert guest.context.cookies() == []
    guest.open("/accounts/login/")
    assert len(answers) >= 4
    for answer in answers:
        headers = answer.all_headers()
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert "set-cookie" not in headers
        if "/assets/" in answer.url:
            assert "immutable" in headers["cache-control"], answer.url


def test_the_cookies_are_exactly_ours(ada: Visitor):
    for path in ("/o/harbour/screens/", "/me/", "/tv"):
        ada.open(path)
    assert {cookie["name"] for cookie in ada.context.cookies()} <= {"ot-session", "ot-theme"}
