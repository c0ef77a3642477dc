"""
Other programs, each in an environment of its own under `.peers/`, made on first use from PyPI.

`<name>.txt` holds what an environment is made of, pinned.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from bench.processes import LOGS, ROOT

HERE = Path(__file__).resolve().parent
ENVIRONMENTS = ROOT / ".peers"


class NoPeer(Exception):
    """A peer cannot be had here; the message says why."""


def environment(name: str, place: Path = HERE) -> Path:
    """
    Return the folder with a peer's programs, installed when they are not there yet; `place` holds its `<name>.txt`,
    and what stands in place of what its packages ask for in `<name>.overrides.txt`, if anything.

    :raises NoPeer: when its packages cannot be installed.
    """
    wanted, folder = place / f"{name}.txt", ENVIRONMENTS / name
    state = hashlib.sha256(wanted.read_bytes() + sys.version.encode()).hexdigest()
    stamp = folder / "installed"
    if not (stamp.exists() and stamp.read_text() == state):
        print(f"  installing {name} from PyPI", flush=True)
        _uv("venv", "--clear", "--python", sys.executable, folder)
        overrides = place / f"{name}.overrides.txt"
        others = ["--overrides", overrides] if overrides.exists() else []
        _uv("pip", "install", "--python", folder / "bin/python", "--requirement", wanted, *others)
        stamp.write_text(state)
    return folder / "bin"


def _uv(*words: object) -> None:
    LOGS.mkdir(parents=True, exist_ok=True)
    tools = ROOT / ".tools/uv/bin/uv"
    log = LOGS / "peers.log"
    with log.open("ab") as output:
        env = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
        done = subprocess.run([tools, *map(str, words)], stdout=output, stderr=output, env=env, check=False)
    if done.returncode:
        raise NoPeer(f"its packages could not be installed; see {log}")
