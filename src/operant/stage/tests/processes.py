"""The processes that ask somebody's database, as the kernel knows them."""

import resource
from pathlib import Path

from operant.stage.calls import dialing


def living():
    """Every process that runs, and its parent."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent, *_ = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # ended meanwhile
        if state != "Z":
            found[int(stat.parent.name)] = int(parent)
    return found


def family(pid):
    """The processes that descend from one, in the order in which they were made."""
    parents, found = living(), [pid]
    for each in found:
        found += sorted(child for child, parent in parents.items() if parent == each)
    return found[1:]


def callers():
    """The processes that were told of a database. Those that only stand ready have no limits yet."""
    return [each for each in family(dialing.processes._process.pid) if _is_limited(each)]


def ready():
    """The processes that stand ready and were told of nothing."""
    return [each for each in family(dialing.processes._process.pid) if not _is_limited(each)]


def _is_limited(pid):
    try:
        return resource.prlimit(pid, resource.RLIMIT_DATA) != resource.getrlimit(resource.RLIMIT_DATA)
    except ProcessLookupError:
        return False
