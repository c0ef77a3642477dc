import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from operant.cli.postgres import Server


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in /tmp that other users can pass, as pytest's own is not."""
    made = Path(tempfile.mkdtemp(prefix="operant-test-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="session")
def finished() -> Iterator[Path]:
    """A home with a new cluster. It is copied: making one takes longer than most tests of it."""
    made = Path(tempfile.mkdtemp(prefix="operant-test-"))
    made.chmod(0o755)
    Server(made / "home").start().stop()
    yield made / "home"
    shutil.rmtree(made)


@pytest.fixture
def standing(finished: Path, folder: Path) -> None:
    """The home that `server()` takes has its cluster already."""
    subprocess.run(["cp", "-a", finished, folder / "home"], check=True)


@pytest.fixture
def server(folder: Path) -> Iterator[Callable[..., Server]]:
    """Make servers, and take away their processes and everything that they left outside of the home."""
    made = []

    def make(home: Path | None = None, **arguments) -> Server:
        made.append(Server(home or folder / "home", **arguments))
        return made[-1]

    yield make
    for one in made:
        one.stop()
        if one._place and one._place.base != one.home:
            shutil.rmtree(one._place.base, ignore_errors=True)
        if one._place:
            shutil.rmtree(one._place.sockets, ignore_errors=True)
