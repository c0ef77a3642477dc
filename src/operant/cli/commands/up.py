"""Start everything: PostgreSQL, tables, web and worker; keep it running until Ctrl-C."""

import argparse
import os
import socket
import subprocess
import sys

from operant.cli import banner, databases, homes, house, ports, stamps
from operant.cli.children import Child
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
        if server:
            server.start()
        _prepare(settings, options)
        _open(settings, supervisor)
        supervisor.watch()
    except Stop:
        house.say("Stopping.")
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


def _prepare(settings: Settings, options: argparse.Namespace) -> None:
    serving = databases.serving(settings)
    if stamps.found(serving) != stamps.wanted(settings):
        _step("init")
        _step("migrate")
        serving = databases.serving(settings)
    databases.reachable(serving)
    if options.demo and databases.is_empty(serving):
        house.say("Building the demo: two organizations and their year.")
        _step("demo")


def _step(command: str) -> None:
    """Run a command in a process of its own: Django and the owner's connection do not stay in this one."""
    program = "import sys; from operant.cli import main; sys.exit(main(sys.argv[1:]))"
    ended = subprocess.run([sys.executable, "-c", program, command], start_new_session=True, check=False)
    if ended.returncode:
        raise Failure(f"`operant {command}` did not succeed, so nothing was started.")


def _open(settings: Settings, supervisor: Supervisor) -> None:
    web = supervisor.children[0]
    status = supervisor.wait_for_answer(web, settings.HOST, settings.PORT)
    if status >= 500:
        house.say(f"The first page answers with error {status}; the lines of web say why.")
    house.say(banner.text(settings))
