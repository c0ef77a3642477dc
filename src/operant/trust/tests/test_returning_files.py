"""Restoring where files stand already: what is right is never lost, whatever comes."""

import pytest

from operant.platform.files.returning import Returning
from operant.platform.refusals import Refusal
from operant.trust.actions.backing_up import back_up
from operant.trust.actions.restoring import restore


def quiet(line):
    pass


@pytest.fixture
def house(filled, installation):
    """A copy with its database and its own copies of the files."""
    made = installation("standing", template=filled.name)
    for location in locations(made):
        put(made, location, (filled.home / "files" / location).read_bytes())
    return made


def locations(one) -> list[str]:
    return [location for (location,) in one.ask("SELECT location FROM files_file ORDER BY id")]


def put(one, location: str, content: bytes) -> None:
    path = one.home / "files" / location
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def contents(one) -> dict[str, bytes]:
    folder = one.home / "files"
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_refused_backup_touches_no_file_that_stands(house, backup, identity, tmp_path):
    first, *_, last = locations(house)
    put(house, first, b"other bytes")
    (house.home / "files" / last).unlink()
    before = contents(house)
    whole, path = backup.read_bytes(), tmp_path / "bad.backup"
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with house.served(), pytest.raises(Refusal, match="The backup is damaged"):
        restore(path, identity, house.target, quiet)
    assert contents(house) == before


def test_files_that_stand_are_left_until_the_rows_are_committed(house, filled, backup, identity, monkeypatch):
    first, *_, last = locations(house)
    put(house, first, b"other bytes")
    (house.home / "files" / last).unlink()
    right = {location: (filled.home / "files" / location).read_bytes() for location in locations(house)}
    stood = []

    class Watched(Returning):
        def replace(self):
            stood.extend(contents(house)[each] for each in (first, last))
            super().replace()

    monkeypatch.setattr("operant.platform.files.returning.Returning", Watched)
    with house.served():
        restore(backup, identity, house.target, quiet)
    assert stood == [b"other bytes", right[last]]
    assert contents(house) == right


def test_a_file_that_is_right_is_not_written_anew(house, backup, identity):
    marks = {each: (house.home / "files" / each).stat().st_ino for each in locations(house)}
    with house.served():
        restore(backup, identity, house.target, quiet)
    assert {each: (house.home / "files" / each).stat().st_ino for each in locations(house)} == marks


def test_bytes_that_had_changed_before_the_backup_replace_nothing(house, installation, identity, tmp_path):
    first, path = locations(house)[0], tmp_path / "rotten.backup"
    right = contents(house)
    put(house, first, right[first] + b"!")
    with house.served():
        assert back_up(house.source, path, identity.to_public(), quiet).manifest.changed == [first]
        put(house, first, right[first])
        restore(path, identity, house.target, quiet)
    assert contents(house) == right
    elsewhere = installation("elsewhere")
    with elsewhere.served():
        restore(path, identity, elsewhere.target, quiet)
    assert contents(elsewhere) == right | {first: right[first] + b"!"}


def test_what_an_interrupted_restore_left_aside_is_gone(house, backup, identity):
    put(house, ".arriving/tmpleft", b"half")
    right = {name: content for name, content in contents(house).items() if not name.startswith(".arriving")}
    with house.served():
        restore(backup, identity, house.target, quiet)
    assert contents(house) == right
