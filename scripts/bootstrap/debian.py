"""Packages of the operating system: installed by root, asked for otherwise."""

from __future__ import annotations

import functools
import os
import shutil
from pathlib import Path

from running import Failure, progress, run


def install(package: str, *, why: str) -> None:
    """
    Install a Debian package, or say the one command that does.

    :raises Failure: when this is not root, not Debian, or the installation fails.
    """
    command = f"apt-get install -y {package}"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Failure(f"{why} Install it, then run the same command again:\n    sudo {command}")
    advice = f"{why} Its installation failed; check the package sources and try: {command}"
    with progress(f"Installing {package} (Debian)"):
        _update(advice)
        run(
            ["env", "DEBIAN_FRONTEND=noninteractive", *command.split(), "--no-install-recommends"],
            log="debian",
            advice=advice,
        )


def unpack(packages: tuple[str, ...], into: Path, *, why: str) -> None:
    """
    Unpack Debian packages into a folder of ours: nothing is installed, and no root is needed.

    :raises Failure: when they cannot be downloaded.
    """
    advice = f"{why} It could not be downloaded; as root: apt-get install -y --no-install-recommends {packages[0]}"
    half = into.with_suffix(".half")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    with progress(f"Unpacking {packages[0]} (Debian)"):
        if os.geteuid() == 0:
            _update(advice)
        run(["apt-get", "download", *packages], log="debian", advice=advice, cwd=half)
        for package in half.glob("*.deb"):
            run(["dpkg", "-x", package, half], log="debian", advice=advice)
            package.unlink()
    half.rename(into)


@functools.cache
def _update(advice: str) -> None:
    # Once for all packages of one run.
    run(["apt-get", "update"], log="debian", advice=advice)
