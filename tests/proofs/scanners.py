"""Two scanners that others wrote, each in an environment of its own: Wapiti walks and attacks, sqlmap digs into parameters."""

import csv
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench import peers

# What needs a server of the scanner's on the internet is left out (ssrf, xxe, log4shell), and what a house on plain
# HTTP cannot have (ssl, https_redirect, cookieflags, http_headers): tests/isolation/test_headers.py asks for those.
MODULES = "backup,crlf,csp,csrf,exec,file,htaccess,ldap,methods,permanentxss,redirect,sql,timesql,upload,xss"


@dataclass(frozen=True)
class Target:
    """A running site, how its scanner is signed in, and addresses that end the visit."""

    url: str
    cookie: str
    starts: tuple[str, ...] = ("/",)
    avoids: tuple[str, ...] = ()


def walked(target: Target, folder: Path, *, seconds: int) -> tuple[list[str], int]:
    """Return what Wapiti found, a line each, and how many pages it came to."""
    report = folder / "wapiti.json"
    command = [
        "wapiti", "-u", target.url + target.starts[0], "--scope", "domain", "-m", MODULES, "-f", "json", "-o", report,
        "--store-session", folder / "wapiti", "--flush-session", "--no-bugreport", "--detailed-report", "1",
        "--max-scan-time", seconds, "--max-attack-time", seconds // MODULES.count(","), "-d", 6, "-t", 8, "--level", 2,
        "-H", f"Cookie: {target.cookie}",
    ]  # fmt: skip
    for start in target.starts[1:]:
        command += ["-s", target.url + start]
    for avoided in target.avoids:
        command += ["-x", target.url + avoided]
    _run(command, folder / "wapiti.log", 2 * seconds + 300)
    told = json.loads(report.read_text(encoding="utf-8"))
    found = told["vulnerabilities"] | {"Internal Server Error": told["anomalies"].get("Internal Server Error", [])}
    lines = [f"{kind}: {each['method']} {each['path']} {each['info']}" for kind, many in found.items() for each in many]
    return lines, told["infos"]["crawled_pages_nbr"]


def dug(target: Target, addresses: list[str], folder: Path, *, seconds: int) -> list[str]:
    """Return the parameters that sqlmap could inject SQL into, a line each."""
    wanted, results = folder / "addresses.txt", folder / "sqlmap.csv"
    wanted.write_text("\n".join(target.url + each for each in addresses), encoding="utf-8")
    command = [
        "sqlmap", "-m", wanted, "--cookie", target.cookie, "--batch", "--disable-coloring", "--flush-session",
        "--dbms", "postgresql", "--level", 2, "--risk", 2, "--technique", "BEUST", "--time-sec", 2,
        "--output-dir", folder / "sqlmap", "--results-file", results, "--timeout", 10, "--retries", 1,
    ]  # fmt: skip
    _run(command, folder / "sqlmap.log", seconds)
    with results.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [f"{row['Target URL']} {row['Parameter']}" for row in rows if row["Technique(s)"]]


def _run(command: list[object], log: Path, seconds: int) -> None:
    programs = peers.environment("scanners", Path(__file__).parent)
    words = [str(programs / str(command[0])), *map(str, command[1:])]
    with log.open("wb") as output:
        done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=output, stderr=output, timeout=seconds, check=False)
    assert done.returncode == 0, f"{command[0]} ended with {done.returncode}; its words are in {log}"
