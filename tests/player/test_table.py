"""A table that has too little room cuts words, and never a figure or a date: half of one is another one."""

from playwright.sync_api import Page

from .fake_relay import FakeRelay, fixture
from .test_player import settled

CUT = "cells => cells.filter(cell => cell.scrollWidth > cell.clientWidth).map(cell => cell.textContent)"


def crowded() -> dict:
    """A narrow table of long words beside an amount and a day."""
    board = fixture("company-pulse")
    orders = next(each for each in board["document"]["widgets"] if each["kind"] == "table")
    money = {"format": "currency", "currency": "EUR", "align": "right"}
    columns = [("customer", {}), ("amount", money), ("due", {}), ("state", {})]
    orders |= {"x": 0, "y": 0, "w": 8, "h": 14, "options": {"rows": 12, "columns": [{"column": n, **o} for n, o in columns]}}
    board["document"]["widgets"] = [orders]
    names = [("customer", "text"), ("amount", "float"), ("due", "date"), ("state", "text")]
    rows = [[f"Customer {n} with a long name", 1111.5 * n, f"2026-11-1{n}", "waiting for the customs"] for n in range(1, 9)]
    board["results"][orders["query"]] |= {"columns": [{"name": n, "type": t} for n, t in names], "rows": rows}
    return board


def test_figures_and_days_are_whole(paired: Page, relay: FakeRelay):
    for number, width in enumerate((1920, 1500, 1280), start=1):
        paired.set_viewport_size({"width": width, "height": 1080})
        relay.publish(crowded())
        settled(paired, f"ver_{number}")
        paired.evaluate("document.fonts.ready.then(() => 1)")
        paired.wait_for_timeout(300)
        cut = [paired.locator(f"td:nth-child({column})").evaluate_all(CUT) for column in (1, 2, 3, 4)]
        assert (cut[1:3], bool(cut[0] or cut[3])) == ([[], []], True), f"at {width}: {cut}"
