"""
Run the long proofs and write what came of them to docs/proofs/latest.json. Exit code 1 when any did not hold.

    python scripts/prove.py                  everything; takes hours
    python scripts/prove.py kill --runs 500  the proofs whose name begins so
    python scripts/prove.py --list

What each proof shows stands in docs/guides/proofs.md. A row that was not proven this time stays as it was, with the
commit that it was proven at.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
LATEST = ROOT / "docs/proofs/latest.json"
IN_BROWSERS = ("tests/journeys", "tests/player", "tests/proofs")


@dataclass(frozen=True)
class Proof:
    """One proof: what pytest runs, how often when nobody says, and whether each test counts as a run."""

    arguments: tuple[str, ...]
    runs: int = 1
    each_test: bool = False
    environment: tuple[tuple[str, str], ...] = ()


def _with_samples() -> tuple[str, ...]:
    """Return the tests that try only a few of their cases when nobody asks for all."""
    files = sorted(path for place in ("src", "tests") for path in (ROOT / place).rglob("test_*.py"))
    sampling = [path for path in files if "operant.testing.sampled import" in path.read_text(encoding="utf-8")]
    return tuple(str(path.relative_to(ROOT)) for path in sampling)


PROOFS = {
    "policies": Proof(("tests/proofs/test_policies.py",)),
    "injection": Proof(("tests/proofs/test_injection.py",)),
    "pooler": Proof(
        ("src", "tests", *(f"--ignore={place}" for place in IN_BROWSERS)), each_test=True,
        environment=(("TEST_POOLER", "1"),),
    ),
    "entrances": Proof(("tests/proofs/test_entrances.py", "-k", "no_order_of_acts"), runs=300),
    "canaries": Proof(("tests/proofs/test_canaries.py",), each_test=True),
    "keyboard": Proof(("tests/journeys/test_keyboard.py",), each_test=True, environment=(("WALK", "every page"),)),
    "scanners": Proof(("tests/proofs/test_scanners.py",)),
    "soak": Proof(("tests/proofs/test_soak.py",), runs=10_000),
    "engines": Proof(("tests/proofs/test_engines.py",), each_test=True),
    "restore": Proof(
        ("src/operant/trust/tests/test_drill.py",), each_test=True, environment=(("DRILL_MAILS", "100000"),)
    ),
    "ten-million": Proof(
        ("src/operant/stage/tests/test_ten_million.py",), each_test=True, environment=(("MANY_ROWS", "10000000"),)
    ),
    "guessing-account": Proof(("tests/proofs/test_guessing.py", "-k", "one_account"), runs=1000),
    "guessing-sign-up": Proof(("tests/proofs/test_guessing.py", "-k", "one_network"), runs=500),
    "guessing-time": Proof(("tests/proofs/test_guessing.py", "-k", "time_of_an_answer"), runs=500),
    "whole": Proof(_with_samples(), each_test=True, environment=(("PROVE_ALL", "1"),)),
    "watched": Proof(("tests/proofs/test_watched.py",), runs=3),
    **{
        f"kill-{path}": Proof(("tests/proofs/test_kill.py", "-k", f"{path}_survives"), runs=500)
        for path in ("publish", "heartbeat", "mail", "seal")
    },
}  # fmt: skip


def main(words: list[str]) -> int:
    options = _options(words)
    chosen = [name for name in PROOFS if not options.names or name.startswith(tuple(options.names))]
    if options.list or not chosen:
        print("\n".join(PROOFS))
        return 0 if options.list else 2
    rows = [_row(name, options.runs or PROOFS[name].runs) for name in chosen]
    for row in rows:
        print(f"{row['name']:<16} {row['runs']:>6} runs  {row['failures']:>4} failures  {row['seconds']:>7.0f} s")
    return int(any(row["failures"] or not row["runs"] for row in rows))


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Run the long proofs.")
    parser.add_argument("names", nargs="*", help="how the names of the proofs begin; all when none is given")
    parser.add_argument("--runs", type=_positive, help="how often what is repeated is repeated")
    parser.add_argument("--list", action="store_true", help="name the proofs and end")
    return parser.parse_args(words)


def _positive(word: str) -> int:
    if not word.isdigit() or not int(word):
        raise argparse.ArgumentTypeError("how many runs: a whole number from 1")
    return int(word)


def _row(name: str, runs: int) -> dict[str, object]:
    proof, begun = PROOFS[name], time.monotonic()
    print(f"{name}: {' '.join(proof.arguments)}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        tally, report = Path(folder) / "tally.json", Path(folder) / "report.xml"
        told = {"PROOF_TALLY": str(tally), "PROOF_RUNS": str(runs), "TEST_HOME": ".operant-proofs"}
        environment = {**os.environ, **dict(proof.environment), **told}
        # Only Python's own output is captured, so that the tally may say how far it is.
        options = ["-q", "-p", "no:cacheprovider", "--capture=sys", f"--junitxml={report}", "-o", "faulthandler_timeout=0"]
        command = [sys.executable, "-m", "pytest", *options, *proof.arguments]
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        tried, failures = _counted(report) if proof.each_test else _tallied(tally)
    # A proof that broke down proved nothing, whatever it counted before.
    failures = failures or int(code != 0)
    row = {"name": name, "runs": tried, "failures": failures, "seconds": round(time.monotonic() - begun, 1), **_origin()}
    _keep(row)
    return row


def _tallied(path: Path) -> tuple[int, int]:
    if not path.exists():
        return 0, 0
    tally = json.loads(path.read_text(encoding="utf-8"))
    return tally["runs"], len(tally["failures"])


def _counted(report: Path) -> tuple[int, int]:
    if not report.exists():
        return 0, 0
    suites = list(ElementTree.parse(report).getroot().iter("testsuite"))
    tests, skipped, failed, errors = (
        sum(int(suite.get(key, 0)) for suite in suites) for key in ("tests", "skipped", "failures", "errors")
    )
    return tests - skipped, failed + errors


def _origin() -> dict[str, str]:
    commit = _git("rev-parse", "HEAD")
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs/proofs")
    return {"at": datetime.now(UTC).isoformat(timespec="seconds"), "commit": f"{commit}-changed" if changed else commit}


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def _keep(row: dict[str, object]) -> None:
    before = json.loads(LATEST.read_text(encoding="utf-8"))["rows"] if LATEST.exists() else []
    kept = {each["name"]: each for each in before if each["name"] in PROOFS} | {row["name"]: row}
    rows = [kept[name] for name in PROOFS if name in kept]
    LATEST.parent.mkdir(exist_ok=True)
    LATEST.write_text(json.dumps({"at": row["at"], "commit": row["commit"], "rows": rows}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
