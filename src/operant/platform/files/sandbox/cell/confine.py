"""The order in which a sandbox process gives up what it could do."""

import os
import resource

from . import kernel, landlock, seccomp

_MEGABYTE = 1 << 20
# Python and DuckDB themselves, beside the memory that DuckDB counts.
_HEADROOM = 512
_ADDRESSES = 2560


def the_nursery() -> dict[str, bool | int]:
    """Confine the process that only makes sandbox processes; returns how strong the walls are on this machine."""
    os.umask(0o077)
    privileges = kernel.no_new_privileges()
    network = kernel.leave_network()
    return {
        "no_new_privileges": privileges,
        "no_network": network,
        "no_capabilities": kernel.drop_capabilities(),
        "landlock": landlock.version(),
        "seccomp": _seccomp_works(),
        "limits": True,
    }


def this_process(limits: dict, files: list[int], folder: int) -> None:
    """
    Confine one sandbox process to its job's files, its private folder and its limits. There is no way back.

    The filter of system calls stands around it already (`rehearsing`).
    """
    limit(resource.RLIMIT_CORE, 0)
    limit(resource.RLIMIT_NOFILE, 256)
    limit(resource.RLIMIT_FSIZE, limits["disk_mb"] * _MEGABYTE)
    limit(resource.RLIMIT_CPU, int(limits["seconds"] * limits["threads"]) + 2)
    limit(resource.RLIMIT_DATA, (limits["memory_mb"] + _HEADROOM) * _MEGABYTE)
    limit(resource.RLIMIT_AS, (limits["memory_mb"] + _ADDRESSES) * _MEGABYTE)
    os.nice(5)
    os.fchdir(folder)
    landlock.restrict(files, folder)


def limit(which: int, most: int) -> None:
    """Lower one limit of this process for good."""
    hard = resource.getrlimit(which)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(which, (most, most))


def _seccomp_works() -> bool:
    child = os.fork()
    if child == 0:
        os._exit(0 if seccomp.install() else 1)
    return os.waitpid(child, 0)[1] == 0
