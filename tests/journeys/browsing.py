"""A person's browser: it notes everything it complains about, and looks at pages as axe does."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response

from .running import RESULTS, ROOT

AXE = ROOT / "node_modules/axe-core/axe.min.js"
WATCH_POLICY = """
addEventListener('securitypolicyviolation', (event) => {
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`)
})
"""
KEPT = """
async () => [
  ...Object.keys(localStorage).map((name) => `local ${name}`), ...Object.keys(sessionStorage).map((name) => `session ${name}`),
  ...(await indexedDB.databases()).map(({name}) => `database ${name}`), ...(await caches.keys()).map((name) => `cache ${name}`),
]
"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PICTURES = "PICTURES" in os.environ
# What of them depends on colors.
COLORS = ["color-contrast", "link-in-text-block"]
# What of them depends on how large things are.
SIZED = ["target-size", "scrollable-region-focusable"]


@dataclass
class Visitor:
    """One browser of one person. `page` is the tab they look at."""

    context: BrowserContext
    url: str
    complaints: list[str] = field(default_factory=list)
    # What this journey provokes on purpose, as parts of complaints.
    expected: list[str] = field(default_factory=list)
    page: Page = None  # type: ignore[assignment]

    def open(self, path: str) -> Response | None:
        """Go to an address of the house, in the tab that is open or a new one."""
        if self.page is None:
            self.page = self.context.new_page()
        return self.page.goto(path if path.startswith(("http", "about:")) else self.url + path, wait_until="load")

    def unexpected(self) -> list[str]:
        """Return what went wrong and was not meant to."""
        return [each for each in self.complaints if not any(part in each for part in self.expected)]

    def picture(self, name: str) -> None:
        """Keep what the page looks like, for people to look at, where PICTURES is set: a tenth of a second each."""
        if not PICTURES:
            return
        folder = RESULTS / "pictures"
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=folder / f"{name}.png")

    def barriers(self, rules: Sequence[str] = RULES) -> list[str]:
        """Return what axe finds serious or critical on the page, by its rules or tags of rules."""
        session = self.context.new_cdp_session(self.page)
        try:
            # Past the page's own policy, which rightly lets no foreign script in.
            if not self.page.evaluate("typeof axe === 'object'"):
                session.send("Runtime.evaluate", {"expression": _axe()})
            asked = f"axe.run(document, {{runOnly: {json.dumps(rules)}, resultTypes: ['violations']}}).then(JSON.stringify)"
            told = session.send("Runtime.evaluate", {"expression": asked, "awaitPromise": True, "returnByValue": True})
        finally:
            session.detach()
        if "value" not in told["result"]:
            raise AssertionError(f"axe could not look at the page: {told}")
        return [
            f"{found['id']}: {found['help']} at {' '.join(map(str, node['target']))}: {node.get('failureSummary', '')}"
            for found in json.loads(told["result"]["value"])["violations"]
            if found["impact"] in {"serious", "critical"}
            for node in found["nodes"]
        ]

    def kept(self) -> set[str]:
        """Return the names of what this browser keeps for the page's address, wherever a page can keep anything."""
        stored = self.page.evaluate(KEPT) if self.page.url.startswith(self.url) else []
        return {*stored, *(f"cookie {each['name']}" for each in self.context.cookies())}

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than its window, or a dashboard on it than its place."""
        return self.page.evaluate("""Math.max(...[
            document.documentElement,
            ...[...document.querySelectorAll('[data-wall]:not([data-smallest], [data-width])')].map((wall) => wall.parentElement),
        ].map((each) => each.scrollWidth - each.clientWidth))""")


def visit(browser: Browser, url: str, **wishes: object) -> Visitor:
    """Open a browser of its own; `wishes` are those of a Playwright context."""
    wishes = {"viewport": {"width": 1440, "height": 900}, "locale": "en-GB", **wishes}
    context = browser.new_context(**wishes)  # type: ignore[arg-type]
    visitor = Visitor(context, url)
    context.add_init_script(WATCH_POLICY)
    context.on("console", lambda message: _hear(visitor, message))
    context.on("weberror", lambda error: visitor.complaints.append(f"error: {error.error}"))
    context.on("response", lambda answer: _look(visitor, answer))
    return visitor


def _hear(visitor: Visitor, message: ConsoleMessage) -> None:
    # Failed answers are noted with their address, as the console does not.
    if message.type == "error" and not message.text.startswith("Failed to load resource"):
        visitor.complaints.append(f"console: {message.text}")


def _look(visitor: Visitor, answer: Response) -> None:
    if answer.status >= 400:
        visitor.complaints.append(f"{answer.status}: {answer.request.method} {answer.url}")


def _axe() -> str:
    return Path(AXE).read_text(encoding="utf-8")
