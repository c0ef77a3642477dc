"""Start everything: PostgreSQL, tables, web and worker; keep it running until Ctrl-C."""

import argparse

from operant.cli.children import Child
from operant.cli.saying import say


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--demo", action="store_true", help="build the demo when the house is empty")


def run(options: argparse.Namespace) -> int:
    # Web gets 3 seconds for open answers, the worker 10 for running jobs; both then have time to leave.
    web, worker = Child("web", say, patience=8), Child("worker", say, patience=15)
    # Before anything else is imported: what web loads takes longest, and this process has its own half to load.
    web.start()
    try:
        from operant.cli import opening

        return opening.run(web, worker, with_demo=options.demo)
    finally:
        worker.end()
        web.end()
