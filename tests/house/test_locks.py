"""The lock files: they name no host, every package has hashes, and no platform's package is missing."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON_LOCKS = sorted(path.name for path in ROOT.glob("requirements*.lock"))
NPM_LOCK = json.loads((ROOT / "package-lock.json").read_text())["packages"]
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)


def test_every_requirements_file_has_its_lock():
    assert PYTHON_LOCKS == ["requirements-dev.lock", "requirements-tools.lock", "requirements.lock"]


@pytest.mark.parametrize("name", PYTHON_LOCKS)
def test_python_lock_names_no_host(name):
    text = (ROOT / name).read_text()
    assert [line for line in text.splitlines() if "://" in line or "index-url" in line or " @ " in line] == []


@pytest.mark.parametrize("name", PYTHON_LOCKS)
def test_python_lock_has_hashes_for_every_package(name):
    blocks = re.split(r"\n(?=\S)", (ROOT / name).read_text().strip())
    assert [block for block in blocks if not PIN.match(block) or "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("name", ["requirements", "requirements-dev", "requirements-tools"])
def test_lock_holds_the_versions_that_are_asked_for(name):
    locked = pins(f"{name}.lock")
    asked = re.findall(r"^([A-Za-z0-9._-]+)(?:\[.*\])?==([^\s*]+)$", (ROOT / f"{name}.in").read_text(), re.M)
    assert asked
    assert [pin for pin in asked if (normal(pin[0]), pin[1]) not in locked] == []


def test_tests_run_with_the_packages_that_people_run():
    assert pins("requirements.lock") - pins("requirements-dev.lock") == set()


def test_npm_lock_names_no_host_but_funding_links():
    rest = {path: {**entry, "funding": None} for path, entry in NPM_LOCK.items()}
    assert [path for path, entry in rest.items() if "://" in json.dumps(entry)] == []


def test_npm_lock_has_every_optional_dependency():
    missing = [
        (path, name)
        for path, entry in NPM_LOCK.items()
        for name in entry.get("optionalDependencies", {})
        if not any(place in NPM_LOCK for place in places(path, name))
    ]
    assert missing == []


def test_npm_lock_has_integrity_for_every_package():
    assert [path for path, entry in NPM_LOCK.items() if path and "integrity" not in entry] == []


def test_package_json_pins_exactly():
    package = json.loads((ROOT / "package.json").read_text())
    wanted = {**package["dependencies"], **package["devDependencies"]}
    assert [pin for pin in wanted.items() if not re.fullmatch(r"\d+\.\d+\.\d+", pin[1])] == []


def pins(name):
    return {(normal(package), version) for package, version in PIN.findall((ROOT / name).read_text())}


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def places(path, name):
    """Where node looks for `name` from `path`, nearest first."""
    parts = path.split("/node_modules/") if path else []
    for depth in range(len(parts), -1, -1):
        yield "/node_modules/".join([*parts[:depth], name]) if depth else f"node_modules/{name}"
