"""
Take the README's pictures from a running house with its demo (`make run`), with real browsers as screens.

    make pictures                      # of the house at http://localhost:8000
    make pictures URL=http://localhost:8050 OPERANT_HOME=/srv/operant

It signs in as the demo's owner, pairs three browsers, waits until they have painted, writes docs/pictures, and unpairs
them again. Look at the pictures before you commit them.
"""

import base64
import os
import re
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs/pictures"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars"]  # fmt: skip
GLASSES = {"Lobby north": (1920, 1080), "Loading dock": (1920, 1080), "Support wall": (2560, 1440)}
HEAVIEST = 300_000
PAINTED = "window.operantPlayer && operantPlayer.version() && operantPlayer.stream() === 'open'"


def main() -> int:
    url = os.environ.get("URL") or f"http://localhost:{os.environ.get('PORT', '8000')}"
    home = Path(os.environ.get("OPERANT_HOME") or ROOT / ".operant")
    secret = home / "secrets" / "demo"
    if not secret.exists():
        print(f"There is no demo in {home}. Start one with `make run`, and name it: OPERANT_HOME=…", file=sys.stderr)
        return 1
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        office = _office(browser, url, secret.read_text(encoding="utf-8").strip())
        with ExitStack() as paired:
            glasses = [paired.enter_context(_glass(browser, office, url, name)) for name in GLASSES]
            _take(office, glasses[0], url)
        browser.close()
    return _weigh()


def _office(browser: Browser, url: str, password: str) -> Page:
    page = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="light", locale="en-GB").new_page()
    page.goto(f"{url}/accounts/login/")
    page.get_by_label("Email").fill("ada@harbour.example")
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/o/**")
    return page


@contextmanager
def _glass(browser: Browser, office: Page, url: str, name: str):
    width, height = GLASSES[name]
    context: BrowserContext = browser.new_context(viewport={"width": width, "height": height})
    glass = context.new_page()
    glass.goto(f"{url}/tv")
    shown = glass.get_by_text(re.compile(r"^[A-Z0-9]{3}\s[A-Z0-9]{3}$"))
    code = re.sub(r"\s", "", shown.first.inner_text())
    office.goto(f"{url}/o/harbour/screens/pair?code={code}")
    office.get_by_label("Name", exact=True).fill(name)
    office.get_by_label("Dashboard").select_option(label="Company pulse")
    office.get_by_role("button", name="Pair this screen").click()
    office.wait_for_url("**/screens/scr_*/")
    address = office.url
    try:
        _painted(glass)
        yield glass
    finally:
        office.goto(address)
        office.get_by_label("More for this screen").last.click()
        office.get_by_text("Unpair", exact=True).first.click()
        office.locator("dialog[open]").get_by_role("button", name="Unpair").click()
        office.wait_for_url("**/screens/")
        context.close()


def _painted(glass: Page) -> None:
    # The page's policy forbids the eval that Playwright's own waiting needs.
    for _ in range(150):
        if glass.evaluate(PAINTED):
            return
        glass.wait_for_timeout(200)
    raise SystemExit("A screen was paired and painted nothing within 30 seconds.")


def _take(office: Page, glass: Page, url: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    office.goto(f"{url}/o/harbour/screens/")
    expect(office.get_by_role("cell", name="Online", exact=True)).to_have_count(len(GLASSES), timeout=60_000)
    _still(office, "fleet")
    office.goto(f"{url}/o/harbour/dashboards/")
    office.get_by_role("link", name="Company pulse").click()
    office.get_by_role("link", name="Edit", exact=True).click()
    expect(office.locator(".ow-skeleton")).to_have_count(0, timeout=30_000)
    office.locator("[data-widget]").nth(4).click()
    office.wait_for_timeout(1500)
    _still(office, "editor")
    _still(glass, "player", scale=0.75)


def _still(page: Page, name: str, scale: float = 1) -> None:
    """Write what stands in the window; the browser scales it, so that no picture library is needed."""
    page.mouse.move(0, 0)
    page.wait_for_timeout(500)
    size = page.viewport_size or {"width": 1440, "height": 900}
    asked = {"format": "png", "clip": {"x": 0, "y": 0, **size, "scale": scale}}
    told = page.context.new_cdp_session(page).send("Page.captureScreenshot", asked)
    (PICTURES / f"{name}.png").write_bytes(base64.b64decode(told["data"]))


def _weigh() -> int:
    sizes = {path: path.stat().st_size for path in sorted(PICTURES.glob("*.png"))}
    for path, size in sizes.items():
        print(f"{path.relative_to(ROOT)}: {size // 1000} kB" + (" is too heavy" if size > HEAVIEST else ""))
    return int(any(size > HEAVIEST for size in sizes.values()))


if __name__ == "__main__":
    sys.exit(main())
