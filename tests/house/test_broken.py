"""What breaks a rule of the house fails the build. Each broken thing is built in a copy."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from . import sources, test_writes

LINT = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"


UNPLACED = ("annex", "platform/annex", "panel/annex")


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """The program's Python and its contracts, as they stand."""
    folder = tmp_path_factory.mktemp("copied")
    shutil.copytree(sources.OPERANT, folder / "src/operant", ignore=_all_but_python)
    for name in (".importlinter", "pyproject.toml"):
        shutil.copy(sources.ROOT / name, folder)
    return folder


@pytest.fixture
def plant(copied):
    """Return a function that adds words to a module, or makes a package. Afterwards they are gone."""
    before = {}

    def add(module: str, words: str) -> None:
        path = copied / "src/operant" / module
        before[path] = path.read_text() if path.exists() else None
        path.parent.mkdir(exist_ok=True)
        path.write_text((before[path] or "") + words)

    yield add
    for path, words in before.items():
        shutil.rmtree(path.parent) if words is None else path.write_text(words)


def test_the_copy_keeps_its_contracts(copied):
    """The control."""
    done = contracts(copied)
    assert (done.returncode, "0 broken" in done.stdout) == (0, True), done.stdout + done.stderr


def test_unplaced_packages(copied, plant):
    for package in UNPLACED:
        plant(f"{package}/__init__.py", '"""A room that stands in no contract."""\n')
    done = contracts(copied)
    assert done.returncode == 1
    assert [package for package in UNPLACED if f"operant.{package.replace('/', '.')}" not in done.stdout] == [], done.stdout


def test_a_room_that_looks_up(copied, plant):
    plant("stage/queries.py", "\nfrom operant.relay import queries as upward\n")
    done = contracts(copied)
    assert (done.returncode, "operant.stage.queries -> operant.relay.queries" in done.stdout) == (1, True), done.stdout


@pytest.mark.parametrize(
    "write", ["request.organization.save()", "Source.objects.create(name='x')", "Source.objects.filter(pk=1).update(name='y')"]
)
def test_a_view_that_writes(copied, plant, monkeypatch, write):
    monkeypatch.setattr(sources, "ROOT", copied)
    monkeypatch.setattr(sources, "OPERANT", copied / "src/operant")
    test_writes.test_rooms_write_in_actions_only()
    plant("stage/web/sources.py", f"\n\ndef planted(request):\n    {write}\n")
    with pytest.raises(AssertionError):
        test_writes.test_rooms_write_in_actions_only()


def contracts(folder: Path) -> subprocess.CompletedProcess:
    # Beside this checkout's own package, which an editable installation would find first.
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, 'src'); {LINT}", "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def _all_but_python(folder, names):
    return [
        name for name in names
        if not name.endswith(".py") and not ((Path(folder) / name).is_dir() and name not in sources.SKIPPED)
    ]  # fmt: skip
