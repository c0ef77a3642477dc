import time

import pytest

from operant.cli import children
from operant.cli.children import Child
from operant.testing.waiting import until


@pytest.fixture
def said():
    return []


@pytest.fixture
def dying(said, monkeypatch):
    """A child that ends at once, however often it is started."""
    monkeypatch.setattr(children.sys, "executable", "/bin/false")
    child = Child("web", said.append)
    yield child
    child.end()


def test_pauses_grow_while_a_child_keeps_dying(dying, said):
    for expected in (0.5, 1, 2, 4):
        dying._again_at = 0
        dying.tend()
        dying.process.wait()
        dying.tend()
        assert dying._again_at - time.monotonic() == pytest.approx(expected, abs=0.3)
    assert said == [f"web ended (exit code 1); starting it again in {pause} s." for pause in ("0.5", "1", "2", "4")]


def test_a_pause_is_kept(dying):
    dying.tend()
    dying.process.wait()
    dying.tend()
    dying.tend()
    assert dying.process is None


def test_a_child_that_ignores_sigterm_is_killed(said, monkeypatch, tmp_path):
    deaf = tmp_path / "deaf"
    deaf.write_text("#!/bin/sh\ntrap '' TERM\necho listening\nwhile :; do sleep 0.1; done\n")
    deaf.chmod(0o755)
    monkeypatch.setattr(children.sys, "executable", str(deaf))
    child = Child("worker", said.append, patience=0.5)
    child.start()
    until(lambda: said)
    child.end()
    assert said == ["worker | listening", "worker did not end within 0.5 s and is killed."]


def test_ending_what_never_began_is_nothing(said):
    Child("web", said.append).end()
    assert said == []
