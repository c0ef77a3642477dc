"""What the house tests look at: our own files, the plan of the rooms, and the dated exceptions."""

import configparser
import datetime
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OPERANT = ROOT / "src/operant"
TREES = ("src", "tests", "scripts", "frontend", "docs", "bench")
SKIPPED = {"node_modules", "dist", "__pycache__"}
# Made by programs, and checked by the tests that compare them with what the program would make.
GENERATED = ("frontend/packages/wire/", "docs/reference/", "src/operant/platform/ui/tokens.json")


def files(*suffixes: str, trees: tuple[str, ...] = TREES) -> list[Path]:
    """Return our own files with these endings, generated ones left out."""
    found = (path for tree in trees for path in _below(ROOT / tree))
    return [path for path in found if path.name.endswith(suffixes) and _is_ours(path)]


def short(path: Path) -> str:
    """Return a file's place as people write it."""
    return path.relative_to(ROOT).as_posix()


@cache
def _below(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def _is_ours(path: Path) -> bool:
    return not SKIPPED & set(path.parts) and not short(path).startswith(GENERATED)


def excused(rule: str) -> set[str]:
    """
    Return what pyproject.toml lets pass for a rule; each entry says until when and why.

    An entry that ran out counts no longer.
    """
    named = _project()["tool"]["operant"]["house"].get(rule, {})
    today = datetime.date.today()
    return {what for what, entry in named.items() if entry["until"] >= today and entry["why"]}


@cache
def _project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@cache
def order() -> dict[str, int]:
    """Return how high each room stands, from the import contracts: the more, the higher."""
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    ranks: dict[str, int] = {}
    for floor, prefix in ((_layers(contracts, "rooms"), ""), (_layers(contracts, "panel"), "panel."),
                          (_layers(contracts, "ground"), "platform.")):  # fmt: skip
        for height, names in enumerate(reversed(floor)):
            ranks |= {prefix + name: height for name in names}
    return ranks


def _layers(contracts: configparser.ConfigParser, name: str) -> list[list[str]]:
    lines = contracts[f"importlinter:contract:{name}"]["layers"].split("\n")
    return [[word.strip(" ()") for word in line.split("|")] for line in lines if line.strip()]


def may_look(looking: str, at: str) -> bool:
    """Return whether one room may know another: the same one, or one that stands lower."""
    mine, theirs = _heights(looking), _heights(at)
    return looking == at or mine > theirs


def _heights(room: str) -> tuple[int, int]:
    house, _, _ = room.partition(".")
    return order()[house], order().get(room, 0) if "." in room else 0


def room_of(module: str) -> str:
    """Return the room of `operant.stage.web.views` or of `src/operant/stage/web/views.py`."""
    parts = module.removesuffix(".py").replace("/", ".").removeprefix("src.").split(".")
    return ".".join(parts[1:3]) if parts[1] in {"panel", "platform"} else parts[1]


def python() -> Iterator[Path]:
    """Return the program's own Python, tests left out."""
    for path in files(".py", trees=("src",)):
        if "tests" not in path.parts and "testing" not in path.parts:
            yield path
