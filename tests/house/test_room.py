"""`make room`: what it makes is valid, and it never writes over a room."""

import ast
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

import room as rooms  # noqa: E402


@pytest.fixture
def house(tmp_path, monkeypatch):
    monkeypatch.setattr(rooms, "ROOT", tmp_path)
    monkeypatch.setattr(rooms, "OPERANT", tmp_path / "src/operant")
    (tmp_path / "src/operant/panel").mkdir(parents=True)
    return tmp_path / "src/operant"


@pytest.mark.parametrize("name", ["quoting", "panel.billing"])
def test_a_new_room_is_furnished(house, name):
    assert rooms.main([name]) == 0
    made = house.joinpath(*name.split("."))
    assert {str(path.relative_to(made)) for path in made.rglob("*.py")} == {
        place for place in rooms.FURNITURE if place.endswith(".py")
    }
    for path in made.rglob("*.py"):
        ast.parse(path.read_text())
    assert f'name = "operant.{name}"' in (made / "apps.py").read_text()


def test_a_room_that_stands_is_left_alone(house):
    (house / "stage").mkdir()
    assert rooms.main(["stage"]) == 1
    assert list((house / "stage").iterdir()) == []


@pytest.mark.parametrize("words", [[], [""], ["../x"], ["Quoting"], ["a.b.c"], ["a", "b"]])
def test_a_name_that_is_none_is_refused(house, words):
    assert rooms.main(words) == 2
