"""Make the furniture of a new room, as ARCHITECTURE.md describes it, and say what is left to do."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OPERANT = ROOT / "src/operant"

FURNITURE = {
    "__init__.py": '"""{title}: what this room is for, its nouns, its hard rules."""\n',
    "apps.py": (
        "from django.apps import AppConfig\n\n\n"
        "class {title}Config(AppConfig):\n"
        '    name = "operant.{dotted}"\n    label = "{name}"\n'
    ),
    "events.py": '"""What {name} announces: facts, in the past tense."""\n',
    "models.py": '"""Shapes, constraints and states of {name}; questions a row answers about itself."""\n',
    "rules.py": '"""Who may do what in {name}: pure policy, no writes."""\n',
    "queries.py": '"""Reads that views and the rooms above {name} ask for."""\n',
    "actions.py": '"""The verbs of {name}: the only code here that writes."""\n',
    "migrations/__init__.py": "",
    "tests/__init__.py": "",
    "web/__init__.py": "",
    "web/urls.py": '"""The addresses of {name}."""\n\napp_name = "{name}"\nurlpatterns = []\n',
    "web/views.py": '"""Load, check a rule, validate, one action, answer."""\n',
    "templates/{name}/.gitkeep": "",
}
NEXT = """\
{path} is furnished. What is left:
  1. INSTALLED_APPS and urls in src/operant/config: "operant.{dotted}"
  2. Its place in .importlinter: the layer list, and the containers of "floors"
  3. Its sentence in src/operant/{inner}/__init__.py
Then: make check"""


def main(words: list[str]) -> int:
    dotted = words[0] if len(words) == 1 else ""
    if not re.fullmatch(r"[a-z]+(\.[a-z]+)?", dotted):
        print("Name the room with small letters: make room NAME=quoting (or panel.billing)", file=sys.stderr)
        return 2
    room = OPERANT.joinpath(*dotted.split("."))
    if room.exists() or not room.parent.is_dir():
        print(f"{room.relative_to(ROOT)} exists already, or has no house to stand in.", file=sys.stderr)
        return 1
    furnish(room, dotted)
    inner = dotted.replace(".", "/")
    print(NEXT.format(path=room.relative_to(ROOT), dotted=dotted, inner=inner))
    return 0


def furnish(room: Path, dotted: str) -> None:
    """Write the files of the room; it must not exist."""
    name = room.name
    for place, text in FURNITURE.items():
        path = room / place.format(name=name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.format(name=name, title=name.capitalize(), dotted=dotted))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
