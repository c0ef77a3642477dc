"""The steps from a bare clone to a folder that can run, each skipped when its stamp holds."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from pathlib import Path

import debian
import locks
import node
import places
import stamps
from running import Failure, progress, run

ROOT = places.ROOT
# The server and what it is linked with beyond what every Debian has.
MARIADB = ("mariadb-server-core", "libaio1", "liburing2", "libnuma1")
DOWNLOAD = "Check the connection (HTTPS_PROXY is honored), then run the same command again."


def packages() -> None:
    """Put exactly the locked packages, and Operant itself, into .venv."""
    # Who has run the tests keeps their packages.
    lock = "requirements-dev" if stamps.exists("requirements-dev") else "requirements"
    if not stamps.holds(lock, _state_of(lock)):
        _sync(lock)


def test_packages() -> None:
    """Put the packages of the tests into .venv beside the others."""
    if not stamps.holds("requirements-dev", _state_of("requirements-dev")):
        _sync("requirements-dev")


def frontend_packages() -> None:
    """Put exactly the locked npm packages into node_modules."""
    files = [ROOT / "package-lock.json", ROOT / "package.json", ROOT / ".npmrc"]
    state = stamps.of_contents(files, ROOT)
    if stamps.holds("npm", state) and (ROOT / "node_modules/.package-lock.json").exists():
        return
    _uv()
    npm = node.npm()
    stamps.lift("npm")
    with progress("Installing the frontend packages"):
        advice = f"The frontend packages could not be installed. {DOWNLOAD}"
        run([npm, "ci", "--include=dev", "--ignore-scripts", "--no-progress"], log="npm", advice=advice)
    stamps.put("npm", state)


def countries() -> None:
    """Put the file that says in which country an address is to where every house of this folder finds it."""
    made = ROOT / "node_modules/@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb"
    place = ROOT / "build/places.mmdb"
    if place.exists() and place.stat().st_mtime_ns == made.stat().st_mtime_ns:
        return
    place.parent.mkdir(exist_ok=True)
    half = place.with_suffix(".half")
    shutil.copy2(made, half)
    # Replaced, not written over: a running house reads the one before to its end.
    os.replace(half, place)


def app() -> None:
    """Build the pages' scripts and styles, and the editor."""
    # Tailwind reads class names from templates and Python, so those count as sources.
    trees = [ROOT / "frontend", ROOT / "src/operant"]
    _build("app", trees, (".ts", ".svelte", ".css", ".json", ".html", ".py"), "vite.config.ts",
           ROOT / "src/operant/platform/ui/static/dist/.vite/manifest.json")  # fmt: skip


def player() -> None:
    """Build the player for televisions."""
    if not (ROOT / "frontend/apps/player/main.ts").exists():
        return
    trees = [ROOT / "frontend/apps/player", ROOT / "frontend/packages"]
    _build("player", trees, (".ts", ".css", ".json"), "vite.player.config.ts",
           ROOT / "src/operant/relay/static/dist/player/.vite/manifest.json")  # fmt: skip


def static_files() -> None:
    """Gather what browsers load, compressed, into the folder it is served from."""
    trees = sorted((ROOT / "src/operant").glob("**/static"))
    settings = [ROOT / "requirements.lock", ROOT / "src/operant/config/settings.py"]
    state = stamps.of_contents(settings, *(_fingerprint(tree) for tree in trees))
    if stamps.holds("static", state) and (ROOT / "build/static").is_dir():
        return
    with progress("Gathering the static files"):
        run(
            [places.VENV / "bin/python", "-m", "django", "collectstatic", "--noinput",
             "--settings=operant.config.settings"],
            log="static",
            advice="The static files could not be gathered. Ask what is wrong: .venv/bin/operant doctor",
        )  # fmt: skip
    stamps.put("static", state)


def browser() -> None:
    """See to the Chromium that the browser tests drive: its shell, or the whole one where only that is to be had."""
    has_whole = os.access("/usr/bin/chromium", os.X_OK)
    if os.access("/usr/bin/chromium-headless-shell", os.X_OK) or (has_whole and os.geteuid() != 0):
        return
    try:
        debian.install("chromium-headless-shell", why="The browser tests need Debian's Chromium.")
    except Failure:
        if not has_whole:
            raise
        print("The browser tests use the whole Chromium, and take longer: its shell could not be installed.")


def pooler() -> None:
    """See to the PgBouncer of the proofs. Where it cannot be installed they are skipped, and say so."""
    if os.geteuid() == 0 and shutil.which("apt-get") and not os.access("/usr/sbin/pgbouncer", os.X_OK):
        debian.install("pgbouncer", why="The proof behind a pooler needs Debian's PgBouncer.")


def mariadb() -> None:
    """See to the MariaDB that is somebody's database in tests. Where it cannot be had they are skipped, and say so."""
    place = places.TOOLS / "mariadb"
    if place.exists() or os.access("/usr/sbin/mariadbd", os.X_OK) or not shutil.which("apt-get"):
        return
    try:
        debian.unpack(MARIADB, place, why="The tests of MySQL and MariaDB need Debian's MariaDB.")
    except Failure as failure:
        # Without root nobody can renew the lists of packages, which may be too old to download from.
        if os.geteuid() == 0:
            raise
        print(f"{str(failure).splitlines()[0]} Those tests are skipped.")


def _state_of(lock: str) -> str:
    files = [ROOT / f"{lock}.lock", ROOT / "pyproject.toml"]
    present = (places.VENV / "bin/operant").exists() and (places.VENV / "bin/python").exists()
    return stamps.of_contents(files, ROOT, places.interpreter(), sys.version_info[:3], present)


def _sync(lock: str) -> None:
    _uv()
    with progress("Installing the Python packages"):
        advice = f"The Python packages could not be installed. {DOWNLOAD}"
        _venv(advice)
        stamps.put(lock, "begun")
        pip = [places.UV, "pip"]
        into = ["--python", places.VENV]
        run([*pip, "sync", *into, "--require-hashes", ROOT / f"{lock}.lock"], log="python", advice=advice)
        run(
            [*pip, "install", *into, "--offline", "--no-deps", "--no-build-isolation", "--editable", ROOT],
            log="python",
            advice="Operant itself could not be installed into .venv; pyproject.toml or src/ may be damaged.",
        )
    stamps.put(lock, _state_of(lock))


def _venv(advice: str) -> None:
    # Made anew only when it must be: a server may be running from it.
    python = places.interpreter()
    state = stamps.of_contents([], ROOT, python, sys.version_info[:3])
    if stamps.holds("venv", state) and (places.VENV / "bin/python").exists():
        return
    run([places.UV, "venv", "--clear", "--python", python, places.VENV], log="python", advice=advice)
    stamps.put("venv", state)


def _uv() -> None:
    version = locks.version("uv")
    if stamps.holds("uv", version) and os.access(places.UV, os.X_OK):
        return
    _pip()
    with progress(f"Installing uv {version}"):
        shutil.rmtree(places.TOOLS / "uv", ignore_errors=True)
        run(
            [places.PYTHON, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--target",
             places.TOOLS / "uv", "-r", locks.alone("uv")],
            log="uv",
            advice=f"uv, the installer, could not be downloaded. {DOWNLOAD}",
        )  # fmt: skip
    stamps.put("uv", version)


def _pip() -> None:
    if importlib.util.find_spec("pip") is not None:
        return
    why = f"Operant installs its packages with pip, which {places.PYTHON} lacks."
    if not places.PYTHON.is_relative_to("/usr/bin"):
        raise Failure(f"{why} Add it, then run the same command again:\n    {places.PYTHON} -m ensurepip")
    debian.install("python3-pip", why=why)


def _build(name: str, trees: list[Path], suffixes: tuple[str, ...], config: str, made: Path) -> None:
    settings = [ROOT / config, ROOT / "vite.shared.ts", ROOT / "svelte.config.js", ROOT / "package-lock.json"]
    state = stamps.of_trees(trees, suffixes, stamps.of_contents(settings))
    if stamps.holds(name, state) and made.exists():
        return
    npm = node.npm()
    with progress(f"Building the {name}"):
        advice = f"The {name} could not be built: a source file under frontend/ has an error."
        run([sys.executable, ROOT / "scripts/tokens.py"], log=f"build-{name}", advice=advice)
        run([npm, "run", "--silent", f"build:{name}"], log=f"build-{name}", advice=advice)
    # Writing the tokens may have touched sources.
    stamps.put(name, stamps.of_trees(trees, suffixes, stamps.of_contents(settings)))


def _fingerprint(tree: Path) -> str:
    return stamps.of_trees([tree, tree / "dist"], ("",))
