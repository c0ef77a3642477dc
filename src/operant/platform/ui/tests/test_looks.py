"""Every component in a real browser, both themes, desk and phone; pages come from the test client."""

import json
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django_vite.core.asset_loader import DjangoViteAssetLoader
from playwright.sync_api import sync_playwright

from operant.testing.chromium import launched

ROOT = Path(__file__).resolve().parents[5]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
MANIFEST = Path(__file__).resolve().parents[1] / "static/dist/.vite/manifest.json"
HOUSE = "http://house.localhost"

pytestmark = [
    pytest.mark.journey,
    pytest.mark.django_db,
]


@pytest.fixture(autouse=True)
def built(settings, monkeypatch):
    vite = {"dev_mode": False, "manifest_path": MANIFEST, "static_url_prefix": "dist"}
    settings.DJANGO_VITE = {"default": vite}
    settings.IS_LOCAL = True
    settings.ALLOWED_HOSTS = ["house.localhost"]
    monkeypatch.setattr(DjangoViteAssetLoader, "_instance", None)


@pytest.fixture(scope="module")
def chromium():
    # Playwright keeps an event loop in this thread; nothing here is asynchronous.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = launched(playwright)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, client, request):
    width, theme = request.param
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.route("**/*", lambda route: _answer(route, client))
    yield page
    context.close()


def _answer(route, client):
    path = route.request.url.removeprefix(HOUSE)
    if path.startswith("/static/"):
        found = finders.find(path.removeprefix("/static/").partition("?")[0])
        return route.fulfill(path=found) if found else route.fulfill(status=404)
    sent = {name: value for name, value in route.request.headers.items() if name.startswith("hx-")}
    answer = client.get(path, headers=sent, SERVER_NAME="house.localhost")
    return route.fulfill(status=answer.status_code, headers=dict(answer.items()), body=answer.content)


def _violations(page) -> list:
    devtools = page.context.new_cdp_session(page)
    devtools.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
    run = "axe.run().then(run => JSON.stringify(run.violations.map(each => [each.id, each.nodes[0].html])))"
    answer = devtools.send("Runtime.evaluate", {"expression": run, "awaitPromise": True, "returnByValue": True})
    return json.loads(answer["result"]["value"])


EVERY_PAGE = [(width, theme) for width in (1440, 390) for theme in ("light", "dark")]


@pytest.mark.parametrize("page", EVERY_PAGE, indirect=True, ids=str)
def test_every_component_is_accessible_fits_and_keeps_the_content_policy(page):
    page.goto(f"{HOUSE}/operator/looks")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    assert _violations(page) == []
    assert page.complaints == []


@pytest.mark.parametrize("page", [(1440, "light")], indirect=True, ids=str)
def test_a_list_is_searched_while_typing_and_sorted_by_its_heads(page):
    page.goto(f"{HOUSE}/operator/looks")
    page.locator("#screens-q").press_sequentially("pack")
    page.wait_for_url("**/operator/looks?q=pack")
    assert page.locator("tbody .ot-cell-link").all_inner_texts() == ["Packing line 1"]
    assert page.evaluate("document.activeElement.id") == "screens-q"
    page.locator("#screens-q").fill("")
    page.wait_for_url("**/operator/looks")
    page.locator("#screens-by-name").click()
    page.wait_for_url("**/operator/looks?sort=name")
    assert page.locator("tbody .ot-cell-link").first.inner_text() == "Kitchen"
    assert page.complaints == []


@pytest.mark.parametrize("page", [(390, "dark")], indirect=True, ids=str)
def test_the_phone_menu_opens_holds_the_focus_and_closes_by_escape(page):
    page.goto(f"{HOUSE}/operator/looks")
    page.get_by_role("button", name="Open the menu").click()
    assert page.locator("dialog#navigation").evaluate("dialog => dialog.matches(':modal')")
    for _ in range(12):
        page.keyboard.press("Tab")
        inside = "document.activeElement === document.body || !!document.activeElement.closest('#navigation')"
        assert page.evaluate(inside)
    page.keyboard.press("Escape")
    assert not page.locator("dialog#navigation").is_visible()


@pytest.mark.parametrize("page", [(1440, "light")], indirect=True, ids=str)
def test_the_theme_is_kept_in_one_cookie_and_the_system_needs_none(page):
    page.goto(f"{HOUSE}/accounts/login/")
    page.get_by_role("button", name="Dark").click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    kept = [(each["name"], each["value"], each["sameSite"]) for each in page.context.cookies()]
    assert kept == [("ot-theme", "dark", "Lax")]
    page.get_by_role("button", name="System").click()
    assert page.locator("html").get_attribute("data-theme") is None
    assert page.context.cookies() == []
