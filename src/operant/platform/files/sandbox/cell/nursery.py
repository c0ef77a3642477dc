"""The process that makes sandbox processes.

It starts once, loads Python and DuckDB, opens one empty in-memory database and then only forks: a child costs a few
milliseconds instead of half a second, rehearses, waits for its one job, does it and ends. The nursery itself never sees a
file or a query, so nothing of one organization can reach another.
"""

import socket
import sys

from . import confine, engine, forking, rehearsing, tasks, wire

_MOST_REQUEST = 4 << 20


def main(control_descriptor: int) -> None:
    control = socket.socket(fileno=control_descriptor)
    strength = confine.the_nursery()
    empty = engine.Engine()
    sample = rehearsing.sample(empty)
    forking.serve(control, strength, lambda job: _work(job, empty), lambda: rehearsing.rehearse(empty, sample))


def _work(job: socket.socket, empty: "engine.Engine") -> None:
    request, (folder, *files) = wire.receive(job, _MOST_REQUEST, most_files=wire.MOST_FILES)
    confine.this_process(request["limits"], files, folder)
    wire.send_text(job, tasks.do(empty, request, files))


if __name__ == "__main__":
    main(int(sys.argv[1]))
