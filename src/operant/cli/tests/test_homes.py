import re
import stat

import pytest

from operant.cli import homes, passwords
from operant.cli.failures import BadInput


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_home_is_closed(tmp_path):
    homes.claim(tmp_path / "a" / "home")
    assert mode(tmp_path / "a" / "home") == 0o700


@pytest.mark.parametrize("held", [["operant.toml", "caddy"], ["files", "keys"], ["lost+found"], []])
def test_a_home_is_recognized(tmp_path, held):
    for name in held:
        (tmp_path / name).mkdir()
    homes.claim(tmp_path)
    assert (tmp_path / "README.txt").exists()


def test_somebody_elses_folder_is_refused(tmp_path):
    (tmp_path / "files").mkdir()
    (tmp_path / "photos").mkdir()
    with pytest.raises(BadInput, match="holds other things"):
        homes.claim(tmp_path)


def test_a_password_is_made_once_and_closed(tmp_path):
    first = passwords.password(tmp_path, "ot_app")
    assert len(first) > 40
    assert passwords.password(tmp_path, "ot_app") == first
    assert mode(passwords.kept(tmp_path, "ot_app")) == 0o600
    assert mode(tmp_path / "secrets") == 0o700


def test_the_demos_password_can_be_typed(tmp_path):
    assert re.fullmatch(r"([a-z2-9]{4}-){2}[a-z2-9]{4}", passwords.password(tmp_path, "demo", passwords.readable))
