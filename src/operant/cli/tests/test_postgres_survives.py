import os
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import psycopg
import pytest

from operant.cli.postgres import Server, processes
from operant.testing.waiting import until

pytestmark = pytest.mark.usefixtures("standing")

SOURCE = Path(__file__).parents[3]
STARTER = (
    "import os, sys; from pathlib import Path; from operant.cli.postgres import Server;"
    "server = Server(Path(sys.argv[1])).start(); print(server.made, flush=True);"
    "sys.stdin.read(); server.stop()"
)


def starter(home: Path) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", STARTER, home],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def postmaster(server: Server) -> int:
    return processes.find(server._place.data).pid


def kill(server: Server) -> None:
    """Kill the postmaster, and wait until it is dead: while it dies, it still answers."""
    try:
        victim = psutil.Process(postmaster(server))
        victim.kill()
        until(lambda: victim.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return


def keep(server: Server) -> None:
    with psycopg.connect(server.superuser_dsn, autocommit=True) as connection:
        connection.execute("create table kept as select 42 as answer")


def kept(server: Server) -> int:
    with psycopg.connect(server.superuser_dsn) as connection:
        return connection.execute("select answer from kept").fetchone()[0]


def test_committed_data_survives_kill_9_of_the_postmaster(server):
    one = server().start()
    keep(one)
    kill(one)
    assert kept(one.start()) == 42


def test_an_orphan_in_the_middle_of_a_query_is_ended_before_a_new_server_starts(server):
    one = server().start()
    keep(one)
    busy = psycopg.connect(one.superuser_dsn)
    orphan = busy.info.backend_pid

    def work():
        with pytest.raises(psycopg.OperationalError):
            busy.execute("select count(*) from generate_series(1, 100000000000) n")

    thread = threading.Thread(target=work)
    thread.start()
    with psycopg.connect(one.superuser_dsn, autocommit=True) as watching:
        active = "select 1 from pg_stat_activity where pid = %s and state = 'active'"
        until(lambda: watching.execute(active, [orphan]).fetchone())
    kill(one)
    assert kept(one.start()) == 42
    thread.join(10)
    assert orphan not in processes.members(one._place.data)


def test_a_pid_file_of_nobody_is_removed(server):
    one = server().start()
    keep(one)
    file = one._place.data / "postmaster.pid"
    text = file.read_text()
    kill(one)
    one._process.wait()
    assert processes.gone(one._place.data, 10)
    file.write_text(text)
    assert kept(one.start()) == 42


def test_a_pid_file_that_names_somebody_else_leaves_them_alone(server):
    one = server().start()
    keep(one)
    data, account = one._place.data, one._place.account
    text = (data / "postmaster.pid").read_text()
    one.stop()
    # Under the same user, where PostgreSQL by itself would give up.
    user = account.switch() if account else {}
    stranger = subprocess.Popen(["sleep", "60"], cwd="/", **user)
    (data / "postmaster.pid").write_text(text.replace(text.split()[0], str(stranger.pid), 1))
    one._place.give(data / "postmaster.pid")
    assert kept(one.start()) == 42
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_a_pid_file_that_names_another_cluster_leaves_it_alone(server, folder):
    other = server(folder / "other").start()
    one = server().start()
    keep(one)
    data = one._place.data
    one.stop()
    (data / "postmaster.pid").write_text((other._place.data / "postmaster.pid").read_text())
    one._place.give(data / "postmaster.pid")
    assert kept(one.start()) == 42
    assert other.is_running()


def test_a_spoiled_pid_file_is_removed(server):
    one = server().start()
    keep(one)
    one.stop()
    (one._place.data / "postmaster.pid").write_bytes(b"\xff\x00not a number\n")
    assert kept(one.start()) == 42


def test_two_starters_at_once_share_one_server_and_the_last_turns_it_off(server, folder):
    home = folder / "new"
    both = [starter(home), starter(home)]
    made = sorted(process.stdout.readline().strip() for process in both)
    assert made == ["False", "True"]
    data = home / "postgres"
    pid = processes.find(data).pid
    both[0].communicate()
    assert processes.find(data).pid == pid
    both[1].communicate()
    assert processes.members(data) == []


def test_the_server_of_a_killed_starter_is_adopted(server, folder):
    first = starter(folder / "home")
    first.stdout.readline()
    data = folder / "home" / "postgres"
    pid = processes.find(data).pid
    first.kill()
    first.communicate()
    assert processes.find(data).pid == pid
    one = server().start()
    assert postmaster(one) == pid
    assert one.stop()
    assert processes.members(data) == []


def test_a_server_whose_socket_was_removed_is_started_anew(server):
    one = server().start()
    keep(one)
    before = postmaster(one)
    for path in one._place.sockets.iterdir():
        path.unlink()
    another = server().start()
    assert postmaster(another) != before
    assert kept(another) == 42


def test_a_long_recovery_is_waited_for_and_told_about(server):
    told = []
    one = server(say=told.append).start()
    keep(one)
    one.stop()
    # Archive recovery asks for each file; an archive that answers slowly is a server that recovers for long.
    (one._place.data / "local.conf").write_text("restore_command = 'sleep 3; false'\n")
    (one._place.data / "recovery.signal").touch()
    for name in ("local.conf", "recovery.signal"):
        one._place.give(one._place.data / name)
    assert kept(one.start()) == 42
    assert any("starting archive recovery" in line or "not ready yet" in line for line in told)


def test_stopping_twice_and_stopping_what_never_started_is_nothing(server):
    one = server()
    assert one.stop()
    one.start()
    assert one.stop()
    assert one.stop()
    assert not one.is_running()
