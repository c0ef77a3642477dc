"""The connection tested step by step, and what can be read there."""

from pathlib import Path
from typing import Any

from operant.platform.files.sandbox import Limits, SandboxRefusal

from ..stepping import Report, Told, Unreachable, Walk, counted, quietly
from . import ahead, calling, places
from .database import Database
from .dialing import STEPS

LIMITS = Limits(seconds=10, bytes=4_000_000)


def probe(database: Database, told: Told = quietly, folder: Path | None = None) -> Report:
    """Return how far the connection comes; `told` gets the report after every step. Failures are steps, not errors."""
    places.forget(database.key)
    ahead.forget(database.key)
    walk = Walk(STEPS, lambda step: _passed(step, database), told)
    try:
        found = calling.call(database, {"task": "tables"}, LIMITS, walk.reach)
        walk.report.tables, walk.report.warnings = found["tables"], found["warnings"]
        walk.report.grants, walk.report.server = found["grants"], found["server"]
        walk.end("ok" if found["tables"] else "failed", *_found(found["tables"], database))
    except Unreachable as error:
        walk.fail(error.step, error.what, error.advice)
    except SandboxRefusal as error:
        walk.fail(walk.at, error.message, "Check what this user may read." if walk.at == "read" else "")
    return walk.report


def _passed(step: str, database: Database) -> tuple[str, str]:
    if step == "tls" and database.tls == "off":
        return "skipped", "The connection is not encrypted, as chosen."
    sentence = {
        "resolve": f"{database.host} has an address that may be called.",
        "connect": f"It answers at port {database.port}.",
        "tls": {
            "verify": "The connection is encrypted, and the certificate is the right one.",
            "require": "The connection is encrypted. Who answers was not verified.",
        }.get(database.tls, ""),
        "sign_in": f"Signed in as {database.user} to {database.name}.",
    }[step]
    return "ok", sentence


def _found(tables: list[dict[str, Any]], database: Database) -> tuple[str, str]:
    if not tables:
        return "There is no table that this user may read.", database.readable
    columns = sum(len(each["columns"]) for each in tables)
    return f"{counted(len(tables), 'table')} with {counted(columns, 'column')} can be read.", ""
