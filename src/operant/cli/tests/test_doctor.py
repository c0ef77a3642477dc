import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, connections

from operant import cli
from operant.cli import backups, homes
from operant.cli.doctor import addresses, database, machine
from operant.cli.postgres import Server
from operant.config import env
from operant.platform import clock
from operant.platform.crypto.keys import ensure_keys
from operant.platform.files import sandbox
from operant.platform.observing import versions
from operant.platform.observing.models import Failure
from operant.testing import plugin


def settings(tmp_path: Path, **named: str) -> env.Settings:
    return env.read({"OPERANT_HOME": str(tmp_path), **named})


def ids(findings) -> list[str]:
    return [finding.id for finding in findings]


def test_a_home_made_by_us_is_well(tmp_path):
    homes.claim(tmp_path)
    tmp_path.chmod(0o700)
    ensure_keys(tmp_path)
    assert ids(machine.home(settings(tmp_path))) == []


def test_open_and_missing_files_of_a_home_are_found(tmp_path):
    homes.claim(tmp_path)
    ensure_keys(tmp_path)
    tmp_path.chmod(0o755)
    (tmp_path / "keys" / "master.key").chmod(0o644)
    (tmp_path / "keys" / "signing.key").unlink()
    assert ids(machine.home(settings(tmp_path))) == ["home.open", "home.secret_open", "home.key_missing"]


def test_a_key_that_signs_the_audit_log_is_missed_and_read(tmp_path):
    homes.claim(tmp_path)
    ensure_keys(tmp_path)
    key, given = tmp_path / "keys" / "audit.key", settings(tmp_path)
    assert ids(machine.audit_key(given)) == []
    key.write_text("00")
    assert ids(machine.audit_key(given)) == ["home.audit_key_broken"]
    key.unlink()
    key.mkdir()
    assert ids(machine.audit_key(given)) == ["home.audit_key_broken"]
    key.rmdir()
    assert ids(machine.audit_key(given)) == []
    tmp_path.chmod(0o700)
    assert ids(machine.home(given)) == ["home.key_missing"]


def test_a_missing_home_is_found(tmp_path):
    assert ids(machine.home(settings(tmp_path / "none"))) == ["home.missing"]


def test_a_public_house_without_a_fresh_backup_is_found(tmp_path):
    public = settings(tmp_path, PUBLIC_URL="https://tv.example.com")
    assert ids(machine.backed_up(settings(tmp_path))) == []
    assert ids(machine.backed_up(public)) == ["backup.never"]
    with clock.frozen(clock.now() - timedelta(days=3)):
        backups.remember(public, tmp_path / "old.backup", 1)
    assert ids(machine.backed_up(public)) == ["backup.old"]
    backups.remember(public, tmp_path / "new.backup", 1)
    assert ids(machine.backed_up(public)) == []


@pytest.mark.parametrize(
    ("named", "found"),
    [
        ({}, []),
        ({"HOST": "0.0.0.0", "PUBLIC_URL": "http://localhost:8000"}, ["address.local"]),
        ({"HOST": "0.0.0.0", "PUBLIC_URL": "http://192.168.1.7:8000"}, ["address.plain"]),
        ({"PUBLIC_URL": "https://tv.example.com"}, ["address.proxy"]),
        ({"PUBLIC_URL": "https://tv.example.com", "OPERANT_TRUSTED_PROXIES": "1"}, []),
    ],
)
def test_addresses_that_do_not_fit_are_found(tmp_path, named, found):
    assert ids(addresses.public(settings(tmp_path, **named))) == found


@pytest.mark.parametrize(
    ("named", "found"),
    [
        ({}, ["mail.outbox"]),
        ({"PUBLIC_URL": "https://tv.example.com"}, ["mail.missing"]),
        ({"SMTP_URL": "smtp://mail.example.com"}, []),
    ],
)
def test_mail_that_goes_nowhere_is_found(tmp_path, named, found):
    assert ids(addresses.mail(settings(tmp_path, **named))) == found


def test_tracebacks_for_everybody_are_found(tmp_path):
    public = {"PUBLIC_URL": "https://tv.example.com"}
    assert ids(addresses.debugging(settings(tmp_path, OPERANT_DEBUG="1"))) == []
    assert ids(addresses.debugging(settings(tmp_path, OPERANT_DEBUG="1", **public))) == ["debug.public"]


@pytest.mark.parametrize(
    ("version", "names"),
    [
        (180006, ["CVE-2026-120154"]),
        (180007, []),
        (150015, ["CVE-2026-2006", "CVE-2026-6473", "CVE-2026-16239", "CVE-2026-120154"]),
        (190000, []),
    ],
)
def test_unpatched_servers_are_known_by_their_minor_version(version, names):
    assert [name for name, _, _ in versions.holes(version)] == names


def test_the_serving_role_of_the_tests_is_weak_enough():
    assert "database.role_too_strong" not in ids(database.findings(env.load()))


def test_a_superuser_that_serves_is_found():
    named = os.environ.get("TEST_DATABASE_URL") or Server(plugin.HOME).superuser_dsn
    strong = env.load().model_copy(update={"DATABASE_URL": named, "DATABASE_OWNER_URL": named})
    assert "database.role_too_strong" in ids(database.findings(strong))


def test_a_database_that_does_not_answer_is_found(tmp_path):
    nowhere = "postgresql://ot_app:x@127.0.0.1:1/operant"
    silent = settings(tmp_path, DATABASE_URL=nowhere, DATABASE_OWNER_URL=nowhere)
    assert ids(database.findings(silent)) == ["database.unreachable"]


@pytest.mark.parametrize(
    ("walls", "found"),
    [({}, []), ({"landlock": 0}, ["sandbox.weak"]), ({"seccomp": False, "no_network": False}, ["sandbox.weak"])],
)
def test_a_sandbox_with_missing_walls_is_found(tmp_path, monkeypatch, walls, found):
    whole = {"no_new_privileges": True, "no_network": True, "no_capabilities": True, "landlock": 6, "seccomp": True}
    monkeypatch.setattr(sandbox, "strength", lambda: {**whole, **walls})
    assert ids(machine.sandbox(settings(tmp_path))) == found


def test_a_wrong_setting_is_a_finding_and_no_crash(monkeypatch, capsys):
    monkeypatch.setenv("OPERANT_NIX", "1")
    env.load.cache_clear()
    try:
        assert cli.main(["doctor", "--json"]) == 1
    finally:
        monkeypatch.undo()
        env.load.cache_clear()
    said = json.loads(capsys.readouterr().out)
    assert said["ok"] is False
    assert [finding["id"] for finding in said["findings"]] == ["settings.invalid"]


@pytest.mark.django_db
def test_the_tenancy_audit_is_clean_and_counts_its_tables(capsys):
    assert cli.main(["doctor", "--tenancy", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["findings"] == []
    assert said["tables"] > 3


def test_the_database_of_the_tests_hears_and_is_well():
    found = [each.id for each in database.findings(env.load()) if each.level == "error"]
    assert set(found) <= {"database.behind"}  # the tests migrate by themselves and leave no stamp


def test_holes_and_errors_are_told_with_the_rest(db):
    Failure.objects.create(fingerprint="x", kind="ValueError", release="0", count=3)
    with connection.cursor() as cursor:
        assert ids(database._contents(Told(cursor.connection))) == ["errors.open"]


class Told:
    """A connection that the doctor asks and does not close."""

    def __init__(self, connection):
        self.cursor = connection.cursor


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_hole_is_an_error_of_the_doctor():
    with connections["owner"].cursor() as cursor:
        cursor.execute('ALTER POLICY tenant ON "stage_dashboard" USING (true)')
        (found,) = database._contents(Told(cursor.connection))
    assert (found.id, found.level) == ("tenancy.policies", "error")
    assert found.what.startswith("Organizations may not be kept apart: stage_dashboard.tenant")


@pytest.mark.django_db
def test_errors_are_listed_for_people_and_for_programs(capsys):
    Failure.objects.create(fingerprint="x", kind="ValueError", message="got [value]", place="a.py b", release="0", count=3)
    assert cli.main(["errors"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("     3 × ValueError: got [value]\n         a.py b, last 20")
    assert told.endswith("1 kinds of errors are open.\n")
    assert cli.main(["errors", "--json"]) == 0
    (entry,) = json.loads(capsys.readouterr().out)
    assert (entry["kind"], entry["count"], entry["solved_at"]) == ("ValueError", 3, None)
    assert cli.main(["errors", "--solved", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
