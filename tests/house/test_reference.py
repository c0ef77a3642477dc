"""The generated pages of docs/reference say what the program does."""

import pytest

from operant.cli import settings_reference
from scripts import reference

PAGES = reference.rendered()


def test_the_settings_reference_is_current():
    assert settings_reference.FILE.read_text(encoding="utf-8") == settings_reference.render()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_the_reference_is_current(path):
    assert path.exists(), "run scripts/reference.py"
    assert path.read_text(encoding="utf-8") == PAGES[path], "run scripts/reference.py"
