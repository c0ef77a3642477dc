"""Where things are: everything the bootstrap makes is inside this folder."""

from __future__ import annotations

import contextlib
import fcntl
import os
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / ".tools"
LOGS = TOOLS / "logs"
VENV = ROOT / ".venv"
UV = TOOLS / "uv/bin/uv"
OWN_NODE = TOOLS / "node"
OWN_BIN = TOOLS / "bin"

# Inside an active environment this is the Python it was made from, which outlives the environment.
PYTHON = Path(getattr(sys, "_base_executable", None) or sys.executable).resolve()


def interpreter() -> Path:
    """
    Return the Python that `.venv` is made from: the one that runs this, or Debian's of the same version.

    Debian's is compiled with profiles of how it runs. What people compile for themselves mostly is not, and takes up to twice as
    long for the same work. Whoever names a Python (`make run PYTHON=…`) gets that one.
    """
    debian = Path("/usr/bin/python{}.{}".format(*sys.version_info))
    is_profiled = PYTHON.is_relative_to("/usr/bin") or "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or "")
    return PYTHON if "PYTHON" in os.environ or is_profiled or not debian.exists() else debian


def environment() -> dict[str, str]:
    """Return the variables child processes get: the caller's, without what would lead the tools astray."""
    astray = ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "NODE_ENV", "NODE_OPTIONS", "MAKEFLAGS", "MAKELEVEL")
    kept = {name: value for name, value in os.environ.items() if name not in astray}
    defaults = {
        "UV_PYTHON_DOWNLOADS": "never",
        # Networks that inspect TLS install their authority in the system's store.
        "UV_SYSTEM_CERTS": "1",
        "NODE_USE_SYSTEM_CA": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
        **_caches(kept),
    }
    path = os.pathsep.join([str(OWN_BIN), kept.get("PATH", os.defpath)])
    return {**defaults, **kept, "PATH": path}


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Hold the folder for one bootstrap; a second one waits and then finds the work done."""
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another make is preparing this folder; waiting for it.", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _caches(environ: dict[str, str]) -> dict[str, str]:
    home = environ.get("HOME", "")
    if home and os.path.isdir(home) and os.access(home, os.W_OK | os.X_OK):
        return {}
    cache = TOOLS / "cache"
    return {
        "UV_CACHE_DIR": str(cache / "uv"),
        "PIP_CACHE_DIR": str(cache / "pip"),
        "npm_config_cache": str(cache / "npm"),
    }
