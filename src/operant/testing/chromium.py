"""Debian's Chromium, as tests drive it. The shell, which can open no window, costs half of the whole browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

SHELL, WHOLE = Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip


def launched(playwright: Playwright) -> Browser:
    """Start a browser without a window."""
    return playwright.chromium.launch(executable_path=SHELL if SHELL.exists() else WHOLE, args=ARGUMENTS)


@contextmanager
def driven() -> Iterator[Browser]:
    """
    Have a browser without a window, and its driver, until the end.

    Playwright keeps an event loop in this thread: it must be gone before other tests run one of their own.
    """
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()
