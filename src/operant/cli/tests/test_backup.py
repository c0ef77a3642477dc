"""The commands as people type them, on a server of their own (DATABASE_URL)."""

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from urllib.parse import quote

import psycopg
import pytest

from operant.cli import backups, homes
from operant.cli.commands import restore
from operant.cli.failures import BadInput, Failure
from operant.config import env
from operant.platform import clock
from operant.platform.crypto import Ring
from operant.platform.refusals import Refusal
from operant.testing import installations, plugin
from operant.trust import identities
from operant.trust.database import digests, dumping

RUN = "import sys; from operant.cli import main; sys.exit(main())"


class Home:
    """An OPERANT_HOME beside a database on the test server, whose roles keep their passwords."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        folder.mkdir(mode=0o700)
        shutil.copytree(plugin.HOME / "secrets", folder / "secrets")

    def run(self, *words) -> tuple[int, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPERANT_", "DATABASE_"))}
        ran = subprocess.run(
            [sys.executable, "-c", RUN, *map(str, words)], capture_output=True, text=True, check=False,
            env=kept | {"OPERANT_HOME": str(self.folder), "DATABASE_URL": as_administrator(self.name)},
        )  # fmt: skip
        return ran.returncode, ran.stdout + ran.stderr


def as_administrator(name: str) -> str:
    admin = {key: quote(str(value), safe="") for key, value in plugin.ADMIN.items()}
    return f"postgresql://{admin['user']}:{admin['password']}@/{name}?host={admin['host']}&port={admin['port']}"


@pytest.fixture
def two_homes(filled, django_db_blocker, tmp_path):
    installations.drop("operant_trust_cli")
    source, target = Home(tmp_path / "source", filled.name), Home(tmp_path / "target", "operant_trust_cli")
    (source.folder / "files").symlink_to(filled.home / "files")
    (source.folder / "keys").mkdir()
    shutil.copy(filled.ring, source.folder / "keys")
    shutil.copy(plugin.HOME / "keys" / "signing.key", source.folder / "keys")
    yield source, target
    installations.drop(target.name)


def test_from_a_key_to_a_restored_house(two_homes, tmp_path):
    source, target = two_homes
    key, folder = tmp_path / "backup.key", tmp_path / "backups"
    folder.mkdir()

    assert source.run("backup", "key", key)[0] == 0
    code, said = source.run("backup", "--to", folder)
    (path,) = folder.iterdir()
    assert (code, said.splitlines()[-1].partition(":")[0]) == (0, f"{path} is written and read back")

    code, said = target.run("restore", path, "--identity", key)
    lines = said.splitlines()
    assert (code, lines[-1]) == (0, "Restored. Start Operant with `operant up`; everybody signs in again.")
    assert [line for line in lines if "sealed" in line] == ["240 sealed values; the ring has every key they need."]
    assert [line.endswith("the audit finds nothing.") for line in lines if "apart" in line] == [True]


def test_what_cannot_be_used_is_said_with_exit_code_2(tmp_path):
    (tmp_path / "home" / "keys").mkdir(parents=True)
    key = tmp_path / "key"
    identities.make(tmp_path / "home", key)
    home = Home(tmp_path / "other", "operant_trust_none")
    sentence = "operant: This is no backup of Operant: it does not begin as one.\n"
    assert home.run("restore", key, "--identity", key) == (2, sentence)


def lived_in(filled, folder):
    homes.claim(folder)
    return env.read(plugin.database(filled.name, plugin.HOME) | {"OPERANT_HOME": str(folder)})


def test_a_house_in_use_is_not_replaced_unless_its_name_is_typed(filled, tmp_path):
    settings = lived_in(filled, tmp_path / "home")
    with pytest.raises(BadInput, match="This installation is in use"):
        backups.refuse_inhabited(settings, None)
    with pytest.raises(BadInput, match=f"the database to be replaced is called {filled.name}"):
        backups.refuse_inhabited(settings, "operant")
    backups.refuse_inhabited(settings, filled.name)
    backups.unfinished(settings).touch()
    backups.refuse_inhabited(settings, None)


def test_a_house_that_serves_is_not_replaced(filled, tmp_path):
    settings = env.read({"OPERANT_HOME": str(tmp_path), "DATABASE_URL": as_administrator(filled.name)})
    with psycopg.connect(settings.DATABASE_URL) as admin:
        # What the suite's pooler keeps of what was done before.
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = 'ot_app'", [filled.name]
        )
    backups.refuse_guests(settings)
    with psycopg.connect(**filled.role("ot_app")), pytest.raises(Failure, match="1 connections serve this database"):
        backups.refuse_guests(settings)


def test_half_a_restore_is_not_served(filled, tmp_path):
    settings = lived_in(filled, tmp_path / "home")
    backups.refuse_unfinished(settings)
    backups.unfinished(settings).touch()
    with pytest.raises(Failure, match="A restore was not finished, so nothing is served"):
        backups.refuse_unfinished(settings)


def test_the_house_is_closed_while_it_is_restored(filled, tmp_path):
    settings = lived_in(filled, tmp_path / "home")
    refused = pytest.raises(Failure, match="Operant is running: a restore is under way")
    with backups.closed(settings), refused, backups.closed(settings):
        pass


def test_rows_are_read_as_the_owner_where_nobody_may_pass_row_security(filled, tmp_path):
    settings = lived_in(filled, tmp_path / "home")
    assert backups.reader(settings)["user"] == "ot_owner"
    with dumping.snapshot(backups.reader(settings)) as (as_owner, _), dumping.snapshot(filled.role("ot_backup")) as (passing, _):
        assert digests.tables(as_owner) == digests.tables(passing)
    with dumping.snapshot(filled.role("ot_owner")) as (silent, _), pytest.raises(Refusal, match="does not see every row"):
        digests.tables(silent)


def test_a_backup_goes_to_a_file_or_into_a_folder(filled, tmp_path):
    settings = lived_in(filled, tmp_path / "home")
    with clock.frozen(datetime(2026, 11, 22, 4, 5, 6, tzinfo=UTC)):
        assert backups.target(settings, tmp_path) == tmp_path / "operant-2026-11-22T04-05-06Z.backup"
        assert backups.target(settings, None).parent == tmp_path / "home" / "backups"
    assert backups.target(settings, tmp_path / "mine.backup") == tmp_path / "mine.backup"
    with pytest.raises(BadInput, match="There is no folder"):
        backups.target(settings, tmp_path / "none" / "mine.backup")


def test_a_value_that_nobody_could_open_before_does_not_keep_a_restored_house_closed(filled, installation, tmp_path, capsys):
    house = installation("keyless", template=filled.name)
    lost = Ring.parsed("9:" + "99" * 32).seal(b"gone", context="messaging_message.html")
    ((row,),) = house.ask("SELECT id FROM messaging_message ORDER BY id LIMIT 1")
    settings = lived_in(house, tmp_path / "home")
    with house.served():
        restore._open_seals(settings)
        house.ask("UPDATE messaging_message SET html = %s WHERE id = %s", lost, row)
        restore._open_seals(settings)
    assert capsys.readouterr().out.splitlines() == [
        "241 sealed values; the ring has every key they need.",
        "1 of 241 sealed values were lost before the backup: the ring in it lacks their keys.",
        f"✗ html of messaging_message {row} (names key 9)",
    ]
