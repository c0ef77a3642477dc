"""The jobs of a sandbox process, and how each way of failing is told."""

import json
import re
from pathlib import Path

from . import asking, gathering, picking
from .complaints import Complaint, from_duckdb
from .engine import Engine, path_of
from .reading import converting
from .sqlite import reading as sqlite

_SERVER_PATH = re.compile(r"(/proc/self/fd/\d+|spill/\S+)")


def do(engine: Engine, request: dict, files: list[int]) -> str:
    """Do the job; the answer is JSON text with either `done` or `failed`."""
    paths = [str(Path(f"/proc/self/fd/{file}").readlink()) for file in files]
    try:
        engine.set_limits(request["limits"])
        done = _TASKS[request["task"]](engine, request, files)
        return f'{{"done": {done}}}'
    except Exception as error:
        return json.dumps({"failed": _without_paths(_complaint(error), paths).as_dict()})


def _complaint(error: Exception) -> Complaint:
    if isinstance(error, Complaint):
        return error
    if isinstance(error, MemoryError):
        return Complaint("TooBig", "This needs more memory than it may use.")
    return from_duckdb(error) or Complaint("Broken", f"{type(error).__name__}: {error}")


def _without_paths(complaint: Complaint, paths: list[str]) -> Complaint:
    for path in paths:
        complaint.message = complaint.message.replace(path, "the file")
    complaint.message = _SERVER_PATH.sub("the file", complaint.message)
    return complaint


def _convert(engine: Engine, request: dict, files: list[int]) -> str:
    return json.dumps(converting.convert(engine, files[0], request))


def _gather(engine: Engine, request: dict, files: list[int]) -> str:
    return json.dumps(gathering.gather(engine, request, files))


def _tabulate(engine: Engine, request: dict, files: list[int]) -> str:
    return json.dumps(gathering.tabulate(engine, request, files))


def _pick(engine: Engine, request: dict, files: list[int]) -> str:
    engine.close_doors([path_of(files[0])])
    return json.dumps(picking.pick(files[0], request["rows"], request["following"], request["measure"]))


def _list_database(engine: Engine, request: dict, files: list[int]) -> str:
    return json.dumps(sqlite.tables(request, files))


def _ask_database(engine: Engine, request: dict, files: list[int]) -> str:
    return sqlite.ask(request, files)


_TASKS = {
    "query": asking.ask, "convert": _convert, "gather": _gather, "tabulate": _tabulate, "pick": _pick,
    "list_database": _list_database, "ask_database": _ask_database,
}  # fmt: skip
