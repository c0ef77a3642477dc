"""The results as people read them."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

from bench.rows import Row, rounded

WORDS = {True: "met", False: "MISSED", None: "-"}
OURS = ("Django", "uvicorn", "psycopg", "procrastinate", "duckdb")


def written(rows: list[Row], settings: list[str], seconds: float) -> str:
    """Return a table of the rows, and what both sides ran on."""
    lines = [("what", "ours", "peer", "ratio", "unit", "goal", "")]
    lines += [
        (row.name, _figure(row.ours), _figure(row.peer), _figure(row.ratio), row.unit, row.goal.text, WORDS[row.met])
        for row in rows
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    table = ["  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    table.insert(1, "  ".join("-" * width for width in widths).rstrip())
    return "\n".join([*table, "", *_peers(rows), *_notes(rows), *_machine(settings), f"All of it took {seconds:.0f} s."]) + "\n"


def _peers(rows: list[Row]) -> list[str]:
    named = dict.fromkeys(row.peer_name for row in rows if row.peer_name)
    return ["Peers:", *(f"  {name}" for name in named)] if named else []


def _notes(rows: list[Row]) -> list[str]:
    return ["Notes:", *(f"  {row.name}: {row.note}" for row in rows if row.note)] if any(row.note for row in rows) else []


def _machine(settings: list[str]) -> list[str]:
    ours = ", ".join(f"{name} {version(name)}" for name in OURS)
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return [
        "Settings:", f"  Python {platform.python_version()}, {ours}",
        f"  {os.cpu_count()} cores ({_processor()}), load at the end {load}", *(f"  {line}" for line in settings),
    ]  # fmt: skip


def _processor() -> str:
    text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    return next((line.partition(": ")[2] for line in text.split("\n") if line.startswith("model name")), platform.machine())


def _figure(value: float | None) -> str:
    return "" if value is None else f"{rounded(value):,g}" if value < 1e6 else f"{value:,.0f}"
