"""Start everything: PostgreSQL, tables, web and worker; keep it running until Ctrl-C."""

import argparse
import os
import socket
import subprocess
import sys

from operant.cli import banner, databases, homes, house, ports, stamps
from operant.cli.children import Child
from operant.cli.commands import demo
from operant.cli.failures import Failure
from operant.cli.locks import FileLock
from operant.cli.supervisor import Signals, Stop, Supervisor
from operant.config import addresses
from operant.config.env import Settings


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--demo", action="store_true", help="build the demo when the house is empty")


def run(options: argparse.Namespace) -> int:
    settings = house.settings()
    homes.claim(settings.OPERANT_HOME)
    lock = FileLock(settings.OPERANT_HOME / "run" / "up.lock")
    if not lock.take():
        raise Failure(f"Operant is running already: {lock.holder()}. Stop it there with Ctrl-C or SIGTERM.")
    listening = ports.listen(settings.HOST, settings.PORT)
    lock.describe(f"{addresses.public_url(settings)}, process {os.getpid()}")
    server = house.server(settings)
    supervisor = Supervisor(_children(listening), server, house.say)
    signals = Signals(hurry=supervisor.kill)
    signals.listen()
    try:
        web, before = supervisor.children[0], _where(settings)
        _load_ahead(settings, web)
        if server:
            server.start()
        _prepare(settings, options, web, before)
        _open(settings, supervisor)
        supervisor.watch()
    except Stop as stop:
        house.say(f"Stopping ({stop}).")
    finally:
        signals.stopping()
        listening.close()
        supervisor.end()
        if server and not server.stop():
            house.say("PostgreSQL goes on running: another process uses it.")
        lock.release()
    return 0


def _children(listening: socket.socket) -> list[Child]:
    # Web gets 3 seconds for open answers, the worker 10 for running jobs; both then have time to leave.
    web = Child("web", [str(listening.fileno())], house.say, (listening.fileno(),), patience=8)
    return [web, Child("worker", [], house.say, patience=15)]


def _load_ahead(settings: Settings, web: Child) -> None:
    """Let web load while the database starts, if what it reads while loading is there already."""
    if (settings.OPERANT_HOME / "secrets" / "ot_app").exists() and _where(settings):
        web.start(gated=True)


def _prepare(settings: Settings, options: argparse.Namespace, web: Child, before: str) -> None:
    serving = databases.serving(settings)
    if before != _where(settings) or stamps.found(serving) != stamps.wanted(settings):
        web.end()  # it may have loaded what is not true any more
        _step("init", "migrate")
        serving = databases.serving(settings)
    databases.reachable(serving)
    if options.demo and (demo.unfinished(settings).exists() or databases.is_empty(serving)):
        house.say("Building the demo: two organizations and their year.")
        _step("demo")


def _where(settings: Settings) -> str:
    """Return what processes that load now will take for the database's place; empty when they cannot know."""
    file = settings.OPERANT_HOME / "run" / "postgres.json"
    return settings.DATABASE_URL or (file.read_text() if file.exists() else "")


def _step(*commands: str) -> None:
    """Run commands in one process of their own: Django and the owner's connection do not stay in this one."""
    program = "import sys; from operant.cli import main; sys.exit(any(main([word]) for word in sys.argv[1:]))"
    ended = subprocess.run([sys.executable, "-c", program, *commands], start_new_session=True, check=False)
    if ended.returncode:
        raise Failure(f"`operant {' && operant '.join(commands)}` did not succeed, so nothing was started.")


def _open(settings: Settings, supervisor: Supervisor) -> None:
    web = supervisor.children[0]
    web.open_gate()
    status = supervisor.wait_for_answer(web, settings.HOST, settings.PORT)
    if status >= 500:
        house.say(f"The first page answers with error {status}; the lines of web say why.")
    house.say(banner.text(settings))
