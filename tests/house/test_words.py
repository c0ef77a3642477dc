"""What must not stand in a file that everybody reads."""

import re

import pytest

from . import sources

TEXT = (".py", ".ts", ".svelte", ".css", ".html", ".mjs", ".txt", ".mjml", ".md", ".toml", ".json", ".in")
LATER = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"]) + r")\b")
TEMPLATES = [path for path in sources.files(".html", ".svelte") if "tests" not in path.parts]
# Each would be refused by the content security policy: the page would come out bare, or dead.
INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.DOTALL),
    "a script without a source": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>\s*\S"),
    "a style element": re.compile(r"<style\b"),
    "a handler": re.compile(r"<[a-z][^<>{}]*\son[a-z]+\s*=\s*[\"']"),
    "hx-on": re.compile(r"\shx-on[:=]"),
    "a script address": re.compile(r"javascript:", re.IGNORECASE),
}


def texts():
    return [(path, path.read_text(encoding="utf-8")) for path in sources.files(*TEXT)]


def test_nothing_is_left_for_later():
    assert [sources.short(path) for path, text in texts() if LATER.search(text)] == []


def test_no_file_names_the_machine_it_was_written_on():
    place = re.compile(re.escape(str(sources.ROOT)) + r"\b|/(?:work|home|Users)/\w+/")
    own = "tests/house/test_words.py"
    assert [sources.short(path) for path, text in texts() if place.search(text) and sources.short(path) != own] == []


@pytest.mark.parametrize("what", INLINE)
def test_pages_hold_no_inline_style_or_script(what):
    offending = [sources.short(path) for path in TEMPLATES if _has(what, path)]
    assert offending == []


def _has(what: str, path) -> bool:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".svelte":
        # A component's own script and style are taken out by its compiler and become files.
        text = re.sub(r"<(script|style)\b.*?</\1>", "", text, flags=re.DOTALL)
    return bool(INLINE[what].search(text))
