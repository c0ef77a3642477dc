"""The floor plan in ARCHITECTURE.md tells the truth: what it shows stands, and what it marks with a dot does not yet."""

import configparser
import re

import pytest

from .sources import ROOT

LINE = re.compile(r"^(?P<indent> *)(?P<later>· )?(?P<names>(?:[a-z_]+/ ?)+)")


def planned() -> list[tuple[str, bool]]:
    """Return every folder of the plan below src/operant, and whether it is for later."""
    plan = (ROOT / "ARCHITECTURE.md").read_text().partition("src/operant/\n")[2].partition("frontend/\n")[0]
    found, inside = [], ""
    for line in filter(None, map(LINE.match, plan.splitlines())):
        depth = len(line["indent"] + (line["later"] or ""))
        inside = inside if depth > 2 else ""
        found += [(f"{inside}{name}", bool(line["later"])) for name in re.findall(r"[a-z_]+", line["names"])]
        inside = inside or f"{line['names'].strip()}"
    return found


def test_the_plan_is_read():
    names = dict(planned())
    assert {"cli", "panel/accounts", "platform/crypto", "testing"} <= {name for name, later in names.items() if not later}
    assert {"quoting", "platform/money"} <= {name for name, later in names.items() if later}


@pytest.mark.parametrize(("name", "later"), planned())
def test_what_the_plan_shows_stands_and_what_is_for_later_does_not(name, later):
    assert any((ROOT / "src/operant" / name).glob("*.py")) is not later


@pytest.mark.parametrize("folder", sorted((ROOT / "src/operant").glob("*/__init__.py")))
def test_every_room_is_in_the_plan(folder):
    assert folder.parent.name in dict(planned())


def test_every_room_keeps_its_floors():
    """The contract of floors names its rooms one by one; the others find theirs."""
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    named = set(contracts["importlinter:contract:floors"]["containers"].split())
    rooms = {path.parent.name for path in (ROOT / "src/operant").glob("*/actions")}
    rooms |= {path.parent.name for path in (ROOT / "src/operant").glob("*/actions.py")}
    assert {f"operant.{room}" for room in rooms} - named == set()
