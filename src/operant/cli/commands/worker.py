"""Run deferred jobs and the clock until it is told to stop (SIGTERM or Ctrl-C)."""

import argparse

from operant.cli import house


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--concurrency", type=int, default=4, metavar="N", help="jobs at a time (4)")


def run(options: argparse.Namespace) -> int:
    settings = house.settings()
    with house.database(settings):
        house.share_connections(house.OF_A_WORKER + options.concurrency)
        house.django()
        from operant.platform.observing import processes
        from operant.platform.queue.worker import run_worker

        with processes.worker():
            run_worker(concurrency=options.concurrency)
    return 0
