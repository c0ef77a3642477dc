"""Runs inside the sandbox's walls in one test: tries everything and tells what happened."""

import json
import os
import socket
import sys
from pathlib import Path

from cell import asking, tasks
from cell.engine import quoted


def reach(engine, request: dict, files: list[int]) -> str:
    asking._open_tables(engine, ["sales"], files)
    wanted = request["wanted"]
    told = {
        "own table": _told(lambda: engine.rows("SELECT count(*) FROM sales")[0][0]),
        "read_text": _told(lambda: engine.rows(f"FROM read_text({quoted(wanted)})")),
        "copy": _told(lambda: engine.rows(f"COPY (SELECT 1) TO {quoted(wanted)}")),
        "set": _told(lambda: engine.execute("SET memory_limit = '1TB'")),
        "unlock": _told(lambda: engine.execute("SET enable_external_access = true")),
        "attach": _told(lambda: engine.execute(f"ATTACH {quoted(wanted)} AS x")),
        "install": _told(lambda: engine.execute("INSTALL httpfs")),
        "open": _told(lambda: Path(wanted).read_text()),
        "write": _told(lambda: Path(wanted).write_text("x")),
        "passwords": _told(lambda: Path("/etc/passwd").read_text()),
        "list": _told(lambda: os.listdir("/")),
        "socket": _told(lambda: socket.socket(socket.AF_INET)),
        "fork": _told(os.fork),
        "exec": _told(lambda: os.execv("/bin/true", ["true"])),
        "kill": _told(lambda: os.kill(os.getppid(), 0)),
        "memory": _told(lambda: bytearray(4 << 30)),
        "disk": _told(lambda: _fill("full", 2 << 30)),
        "environment": sorted(os.environ),
        "our modules": [name for name in sys.modules if name.startswith(("django", "operant"))],
    }
    return json.dumps(told)


def _told(attempt):
    try:
        return attempt() and "done"
    except Exception as error:
        return type(error).__name__


def _fill(name: str, size: int) -> str:
    with open(name, "wb") as target:
        target.truncate(size)
    return "filled"


tasks._TASKS["probe"] = reach
