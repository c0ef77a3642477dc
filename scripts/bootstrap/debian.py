"""Packages of the operating system: installed by root, asked for otherwise."""

from __future__ import annotations

import os
import shutil

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
        run(["apt-get", "update"], log="debian", advice=advice)
        run(
            ["env", "DEBIAN_FRONTEND=noninteractive", *command.split(), "--no-install-recommends"],
            log="debian",
            advice=advice,
        )
