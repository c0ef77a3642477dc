"""
Resolve requirements*.in into locks with hashes, for every platform.

The locks name no host, so whoever installs them chooses the mirror.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = ROOT / ".tools/uv/bin/uv"
OPTIONS = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate"]


def main() -> int:
    for name in ("requirements", "requirements-dev", "requirements-tools"):
        files = [f"{name}.in", "-o", f"{name}.lock"]
        command = [UV, "pip", "compile", "--quiet", *OPTIONS, *sys.argv[1:], *files]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        if done.returncode != 0:
            print(f"{name}.in could not be resolved; the reason is above.", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
