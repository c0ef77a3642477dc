"""From a command line to an open house, and back: what `operant up` does, in its order."""

import os
import subprocess
import sys

from operant.cli import backups, banner, databases, homes, house, ports, stamps
from operant.cli.children import Child, environment
from operant.cli.commands import demo
from operant.cli.failures import Failure
from operant.cli.locks import FileLock
from operant.cli.saying import say
from operant.cli.supervisor import Signals, Stop, Supervisor
from operant.config import addresses
from operant.config.env import Settings


def run(web: Child, worker: Child, *, with_demo: bool) -> int:
    """Open the house and keep it open until somebody says stop. Web may be loading already."""
    settings = house.settings()
    homes.claim(settings.OPERANT_HOME)
    lock = FileLock(settings.OPERANT_HOME / "run" / "up.lock")
    if not lock.take():
        raise Failure(f"Operant is running already: {lock.holder()}. Stop it there with Ctrl-C or SIGTERM.")
    backups.refuse_unfinished(settings)
    listening = ports.listen(settings.HOST, settings.PORT)
    homes.remember_port(settings.OPERANT_HOME, settings.PORT)
    lock.describe(f"{addresses.public_url(settings)}, process {os.getpid()}")
    web.descriptors.append(listening.fileno())
    server = house.server(settings)
    supervisor = Supervisor([web, worker], server, say)
    signals = Signals(hurry=supervisor.kill)
    signals.listen()
    try:
        known = _where(settings)
        if server:
            server.start()
        _prepare(settings, web, known)
        if with_demo:
            _demo(settings)
        web.open_gate()
        _greet(settings, supervisor.wait_for_answer(web, settings.HOST, settings.PORT))
        supervisor.watch()
    except Stop as stop:
        say(f"Stopping ({stop}).")
    finally:
        signals.stopping()
        listening.close()
        supervisor.end()
        if server and not server.stop():
            say("PostgreSQL goes on running: another process uses it.")
        lock.release()
    return 0


def _prepare(settings: Settings, web: Child, known: str) -> None:
    serving = databases.serving(settings)
    if known == _where(settings) and stamps.found(serving) == stamps.wanted(settings):
        return
    web.end()  # it may have loaded what is not true any more
    _step("init", "migrate")
    databases.reachable(databases.serving(settings))


def _demo(settings: Settings) -> None:
    if demo.unfinished(settings).exists() or databases.is_empty(settings):
        say("Building the demo: two organizations and their year.")
        _step("demo")


def _where(settings: Settings) -> str:
    """Return what a process that loads now takes for the database's place; empty when it cannot know."""
    file = settings.OPERANT_HOME / "run" / "postgres.json"
    return settings.DATABASE_URL or (file.read_text() if file.exists() else "")


def _step(*commands: str) -> None:
    """Run commands in one process of their own: Django and the owner's connection do not stay in this one."""
    program = "import sys; from operant.cli import main; sys.exit(any(main([word]) for word in sys.argv[1:]))"
    words = [sys.executable, "-c", program, *commands]
    ended = subprocess.run(words, env=environment(), start_new_session=True, check=False)
    if ended.returncode:
        raise Failure(f"`operant {' && operant '.join(commands)}` did not succeed, so nothing was started.")


def _greet(settings: Settings, status: int) -> None:
    if status >= 500:
        say(f"The first page answers with error {status}; the lines of web say why.")
    say(banner.text(settings))
