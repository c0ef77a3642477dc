import os
import subprocess
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

SCRIPT = finders.find("player/kiosk.sh")


@pytest.fixture
def run(tmp_path):
    """Return a function: the script on a device of its own, where Chromium is a script that says how it was called."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "chromium").write_text('#!/bin/sh\nprintf "%s\\n" "$@" >"$HOME/called"\nkill "$PPID"\n')
    (programs / "chromium").chmod(0o755)
    path = f"{programs}:{os.environ['PATH']}"

    def called(*words, program=("sh", SCRIPT)):
        env = {"HOME": str(tmp_path), "PATH": path}
        return subprocess.run([*program, *words], env=env, capture_output=True, text=True, check=False, timeout=20)

    return called


def test_the_desktop_opens_the_page_whenever_it_starts(run, tmp_path):
    done = run("https://operant.example.com/")
    assert (done.returncode, done.stderr) == (0, "")
    entry = (tmp_path / ".config/autostart/operant-screen.desktop").read_text()
    starter = tmp_path / ".local/bin/operant-screen"
    assert f"Exec={starter}" in entry.splitlines()
    run(program=("sh", starter))
    called = (tmp_path / "called").read_text().splitlines()
    assert (called[0], called[-2:]) == (
        "--kiosk", [f"--user-data-dir={tmp_path}/.config/operant-screen", "https://operant.example.com/tv"],
    )  # fmt: skip
    assert run("--remove").returncode == 0
    assert not Path(starter).exists() and not list((tmp_path / ".config/autostart").iterdir())


@pytest.mark.parametrize("address", ["", "operant.example.com", 'https://x.example/"; reboot; "', "https://x.example/$(reboot)"])
def test_what_is_no_address_is_refused(run, tmp_path, address):
    done = run(address)
    assert (done.returncode, done.stdout, list(tmp_path.glob(".local/**/*"))) == (1, "", [])
    assert done.stderr.count("\n") == 1
