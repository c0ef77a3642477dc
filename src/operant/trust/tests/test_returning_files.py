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


def inodes(one) -> dict[str, int]:
    return {location: (one.home / "files" / location).stat().st_ino for location in locations(one)}


def test_files_that_stand_are_left_until_the_rows_are_committed_and_those_that_are_right_for_ever(
    house, backup, identity, monkeypatch, tmp_path
):
    right, written, stood = contents(house), inodes(house), []
    first, *_, last = locations(house)
    put(house, first, b"other bytes")
    (house.home / "files" / last).unlink()
    before = contents(house)

    class Watched(Returning):
        def replace(self):
            stood.extend(contents(house)[each] for each in (first, last))
            super().replace()

    monkeypatch.setattr("operant.platform.files.returning.Returning", Watched)
    whole, path = backup.read_bytes(), tmp_path / "bad.backup"
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with house.served():
        with pytest.raises(Refusal, match="The backup is damaged"):
            restore(path, identity, house.target, quiet)
        assert (contents(house), stood) == (before, [])
        # What an earlier restore left aside when it was interrupted.
        put(house, ".arriving/tmpleft", b"half")
        restore(backup, identity, house.target, quiet)
    assert stood == [b"other bytes", right[last]]
    assert contents(house) == right
    assert {each for each, inode in inodes(house).items() if inode != written[each]} <= {first, last}


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
