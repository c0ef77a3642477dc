"""A real screen: what Chromium paints at 1920 by 1080, and when."""

import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bench import boards
from bench.processes import NotRunning
from bench.rows import Row, most
from bench.run import Bench
from bench.timing import percentile

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
PUBLICATIONS, REFRESHES, WIDGETS = 40, 8, 24
PAINTED_SECONDS = 60
ON_GLASS = ".pt-layer:not(.pt-hidden)"
NOTE = "Chromium without a graphics card, on the same two cores"
# The longest wait between two frames since it was last asked.
PROBE = """
let last = performance.now(); window.longest = 0;
(function frame(now) { window.longest = Math.max(window.longest, now - last); last = now; requestAnimationFrame(frame) })(last)
"""
SQL = {
    "number": "SELECT sum(amount) AS amount FROM {table} WHERE number % {share} = 0",
    "line": "SELECT number // 10000 AS step, sum(amount) AS amount FROM {table} WHERE number % {share} = 0 GROUP BY 1 ORDER BY 1",
    "bar": "SELECT region, sum(amount) AS amount FROM {table} WHERE number % {share} = 0 GROUP BY 1 ORDER BY 1",
    "table": "SELECT region, amount, number FROM {table} WHERE number % {share} = 0 ORDER BY number DESC LIMIT 10",
}
OPTIONS: dict[str, dict[str, Any]] = {
    "number": {"value": "amount"},
    "line": {"x": "step", "y": ["amount"]},
    "bar": {"x": "region", "y": ["amount"]},
    "table": {"columns": [{"column": name} for name in ("region", "amount", "number")]},
}


def run(bench: Bench) -> Iterator[Row]:
    board = boards.Board(bench.house)
    with _screen(bench, board) as page:
        yield from _published(bench, board, page)
        yield from _repainted(bench, board, page)


def _published(bench: Bench, board: boards.Board, page: Any) -> Iterator[Row]:
    took = []
    for _ in range(PUBLICATIONS):
        _, began = board.publish()
        took.append(_until_painted(page, board.title) - began)
    bench.say(f"{PUBLICATIONS} publications were painted")
    name = "saved change painted on an open screen"
    yield Row(f"{name}, p50", percentile(took, 0.5), "s", most(1, "s"), note=NOTE)
    yield Row(f"{name}, p99 of {PUBLICATIONS}", percentile(took, 0.99), "s", most(3, "s"))


def _repainted(bench: Bench, board: boards.Board, page: Any) -> Iterator[Row]:
    board.publish(**_crowded(board))
    _until_painted(page, board.title)
    _until_filled(page)
    bench.say(f"{WIDGETS} widgets are on the screen")
    longest = []
    for _ in range(REFRESHES):
        before = _figures(page)
        page.evaluate("window.longest = 0")
        board.replaced(random.Random(time.monotonic()))
        _until_changed(page, before)
        longest.append(page.evaluate("window.longest"))
    name = f"a dashboard of {WIDGETS} widgets repaints"
    yield Row(f"{name}, the longest frame of {REFRESHES} refreshes", max(longest), "ms", most(100, "ms"), note=NOTE)
    page.evaluate("window.longest = 0")
    board.publish(**_crowded(board))
    _until_painted(page, board.title)
    _until_filled(page)
    yield Row(f"{name}, the longest frame of a new version", page.evaluate("window.longest"), "ms", most(100, "ms"))


@contextmanager
def _screen(bench: Bench, board: boards.Board) -> Iterator[Any]:
    """Open a browser, pair it as somebody does who types its code, and let it show the board."""
    from playwright.sync_api import sync_playwright

    if not CHROMIUM.exists():
        raise NotRunning(f"There is no Chromium at {CHROMIUM}; `make dev` installs it.")
    # It keeps an event loop in this thread, where Django would refuse to ask its database.
    with patch.dict(os.environ, DJANGO_ALLOW_ASYNC_UNSAFE="true"), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.add_init_script(PROBE)
        page.goto(f"http://localhost:{bench.house.port}/tv")
        code = page.locator(".pt-code").inner_text().replace("\u2009", "")
        board.pair(code)
        page.locator(".ow-value").first.wait_for(timeout=PAINTED_SECONDS * 1000)
        yield page
        browser.close()


def _crowded(board: boards.Board) -> dict[str, Any]:
    """Return a document of 24 widgets, each with a query of its own."""
    kinds = [kind for _ in range(WIDGETS // len(SQL)) for kind in SQL]
    made: dict[str, Any] = {"queries": [], "widgets": []}
    for place, kind in enumerate(kinds):
        asked, at = f"q{place}", {"x": place % 6 * 4, "y": place // 6 * 3, "w": 4, "h": 3}
        sql = SQL[kind].format(table=board.source.table_name, share=place + 1)
        made["queries"].append({"id": asked, "name": asked, "source": board.source.public_id, "sql": sql, "refresh_seconds": 30})
        made["widgets"].append({"id": f"w{place}", "kind": kind, "title": asked, **at, "query": asked, "options": OPTIONS[kind]})
    return made


def _until_painted(page: Any, title: str) -> float:
    """Wait until a widget with this title is on the glass; return when it was."""
    shown = f"title => [...document.querySelectorAll('{ON_GLASS} .ow-title')].some(each => each.textContent === title)"
    page.wait_for_function(shown, arg=title, polling="raf", timeout=PAINTED_SECONDS * 1000)
    return time.monotonic()


def _until_filled(page: Any) -> None:
    """Wait until all widgets have their figures."""
    filled = f"() => [...document.querySelectorAll('{ON_GLASS} .ow-body')].filter(each => each.offsetParent).length === {WIDGETS}"
    page.wait_for_function(filled, timeout=PAINTED_SECONDS * 1000)


def _figures(page: Any) -> list[str]:
    return page.evaluate(f"[...document.querySelectorAll('{ON_GLASS} .ow-value')].map(each => each.textContent)")


def _until_changed(page: Any, before: list[str]) -> None:
    """Wait until every number on the screen is another, and a moment longer for what is drawn beside."""
    values = f"[...document.querySelectorAll('{ON_GLASS} .ow-value')]"
    changed = f"before => {values}.every((each, place) => each.textContent !== before[place])"
    page.wait_for_function(changed, arg=before, timeout=PAINTED_SECONDS * 1000)
    page.wait_for_timeout(1000)
