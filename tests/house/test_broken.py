"""What breaks a rule of the house fails the build. Each broken thing is built in a copy."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from . import sources, test_writes

LINT = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"


@pytest.fixture
def copied(tmp_path):
    """The program's Python and its contracts, as they stand."""
    shutil.copytree(sources.OPERANT, tmp_path / "src/operant", ignore=_all_but_python)
    for name in (".importlinter", "pyproject.toml"):
        shutil.copy(sources.ROOT / name, tmp_path)
    return tmp_path


def test_the_copy_keeps_its_contracts(copied):
    """The control."""
    done = contracts(copied)
    assert (done.returncode, "0 broken" in done.stdout) == (0, True), done.stdout + done.stderr


@pytest.mark.parametrize("package", ["annex", "platform/annex", "panel/annex"])
def test_an_unplaced_package(copied, package):
    place = copied / "src/operant" / package
    place.mkdir()
    (place / "__init__.py").write_text('"""A room that stands in no contract."""\n')
    done = contracts(copied)
    assert done.returncode == 1
    assert "annex" in done.stdout


def test_a_room_that_looks_up(copied):
    with (copied / "src/operant/stage/queries.py").open("a") as module:
        module.write("\nfrom operant.relay import queries as upward\n")
    done = contracts(copied)
    assert (done.returncode, "operant.stage.queries -> operant.relay.queries" in done.stdout) == (1, True), done.stdout


@pytest.mark.parametrize(
    "write", ["request.organization.save()", "Source.objects.create(name='x')", "Source.objects.filter(pk=1).update(name='y')"]
)
def test_a_view_that_writes(copied, monkeypatch, write):
    monkeypatch.setattr(sources, "ROOT", copied)
    monkeypatch.setattr(sources, "OPERANT", copied / "src/operant")
    test_writes.test_rooms_write_in_actions_only()
    with (copied / "src/operant/stage/web/sources.py").open("a") as module:
        module.write(f"\n\ndef planted(request):\n    {write}\n")
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
