"""What the documents point at exists."""

import re

import pytest

from . import sources

ROOT = sources.ROOT
# ARCHITECTURE is the plan of the whole house: its paths count where the room stands already.
PLANNED = {"ARCHITECTURE.md", "docs/decisions"}
DOCUMENTS = [
    *sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "docs/guides").glob("*.md")),
    *sorted((ROOT / "docs/decisions").glob("*.md")),
]  # fmt: skip
BASES = ("", "src/operant", "frontend", "frontend/apps/editor", "frontend/packages/widgets", "docs", "src/operant/stage",
         "src/operant/stage/document")  # fmt: skip
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)")
CODE = re.compile(r"`([^`\n]+)`")
NAMED = re.compile(r"^[\w.-]+(/[\w.-]+)*/?$")
ENDINGS = (".py", ".ts", ".svelte", ".md", ".toml", ".html", ".css", ".json", ".lock", ".importlinter")
STOP = re.compile(r"^(?:\d+\.| {4}) ?.*?`([\w/.-]+\.(?:py|ts))`(?:, `(\w+)`(?: and `(\w+)`)?)?", re.MULTILINE)
# Made when somebody runs or builds the house, or not files at all.
MADE = ("dist", ".operant", ".venv", ".tools", "operant.toml", "actions2")


def exists(path: str) -> bool:
    return any((ROOT / base / path).exists() for base in BASES)


@pytest.mark.parametrize("document", DOCUMENTS, ids=sources.short)
def test_every_link_leads_somewhere(document):
    targets = LINK.findall(document.read_text(encoding="utf-8"))
    folder = document.parent.relative_to(ROOT)
    assert [each for each in targets if not (ROOT / folder / each).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=sources.short)
def test_every_path_that_is_named_exists(document):
    named = [each for each in CODE.findall(document.read_text(encoding="utf-8")) if _is_path(each)]
    is_planned = any(sources.short(document).startswith(each) for each in PLANNED)
    assert [each for each in named if not exists(each) and not (is_planned and not _room_stands(each))] == []


def test_the_tour_names_what_stands_in_its_files():
    stops = STOP.findall((ROOT / "docs/tour.md").read_text(encoding="utf-8"))
    assert len(stops) >= 30
    assert [(path, name) for path, *names in stops for name in names if name and not _defines(path, name)] == []


def _is_path(code: str) -> bool:
    if code.startswith(MADE) or any(sign in code for sign in "<>…*={}$ "):
        return False
    return bool(NAMED.match(code)) and "/" in code and code.endswith((*ENDINGS, "/"))


def _room_stands(path: str) -> bool:
    return (sources.OPERANT / path.split("/")[0]).is_dir()


def _defines(path: str, name: str) -> bool:
    place = next(ROOT / base / path for base in BASES if (ROOT / base / path).exists())
    text = place.read_text(encoding="utf-8")
    word = re.escape(name)
    return bool(re.search(rf"(?:def|class|function|const)\s+{word}\b|^{word}\s*[=:]", text, re.MULTILINE))
