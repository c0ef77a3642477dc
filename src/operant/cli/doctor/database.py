"""The database: does it answer and listen, what is it open to, how strong is our role, what do its catalogs say."""

from datetime import UTC, datetime

import psycopg

from operant.cli import databases, stamps
from operant.cli.doctor import Finding, Findings
from operant.config import databases as addresses
from operant.config.env import Settings
from operant.platform.observing import versions
from operant.platform.tenancy import audit

TOO_STRONG = """
    SELECT r.rolname, r.rolsuper, r.rolbypassrls, r.rolcreaterole,
           EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid) AS owns,
           EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid) AS becomes
    FROM pg_roles r WHERE r.rolname = current_user"""
STRENGTHS = (
    "is a superuser",
    "passes row security",
    "may make roles",
    "owns tables",
    "may become another role",
)


def findings(settings: Settings) -> Findings:
    """Ask the database as the role that serves requests, and the pooler in front of it when there is one."""
    try:
        connection = psycopg.connect(**databases.serving(settings), connect_timeout=10, autocommit=True)
    except psycopg.OperationalError as error:
        yield _unreachable(error, "DATABASE_URL")
        return
    with connection:
        yield from _version(connection.info.server_version)
        yield from _role(connection) if not settings.DATABASE_DIRECT_URL else _pooled(settings)
        yield from _clock(connection)
        behind = list(_tables(settings))
        yield from behind or _contents(connection)
    yield from _listens(settings)


def _unreachable(error: psycopg.OperationalError, setting: str) -> Finding:
    said = str(error).strip().splitlines()[-1]
    fix = f"Check {setting} and that the server runs. In a new installation run `operant up`."
    return Finding("database.unreachable", "error", f"The database does not answer: {said}", fix)


def _pooled(settings: Settings) -> Findings:
    # Requests go through the pooler, and the role at its other end may be another one.
    place = {**addresses.from_url(settings.DATABASE_URL), "connect_timeout": 10, "prepare_threshold": None}
    try:
        with psycopg.connect(**place, autocommit=True) as connection:
            yield from _role(connection)
    except psycopg.OperationalError as error:
        yield _unreachable(error, "DATABASE_URL and the pooler")


def _version(version: int) -> Findings:
    if version < 150000:
        what = f"The server is PostgreSQL {version // 10000}; Operant needs 15 or newer."
        yield Finding("database.old", "error", what, "Move to a newer PostgreSQL.")
    for name, meaning, mended in versions.holes(version):
        yield Finding(
            "database.unpatched", "warning", f"{name}: {meaning}.",
            f"Update PostgreSQL to {mended} or newer (the embedded one: update Operant).",
        )  # fmt: skip


def _role(connection: psycopg.Connection) -> Findings:
    name, *can = connection.execute(TOO_STRONG).fetchone()
    strengths = [words for words, has in zip(STRENGTHS, can, strict=True) if has]
    if strengths:
        yield Finding(
            "database.role_too_strong", "error",
            f"The serving role {name} {' and '.join(strengths)}: nothing would keep organizations apart.",
            "Serve as ot_app, which `operant init` makes; only `operant migrate` uses the owner.",
        )  # fmt: skip


def _clock(connection: psycopg.Connection) -> Findings:
    before = datetime.now(UTC)
    there = connection.execute("SELECT clock_timestamp()").fetchone()[0]
    middle = before + (datetime.now(UTC) - before) / 2
    apart = abs((there - middle).total_seconds())
    if apart > 2:
        level = "error" if apart > 30 else "warning"
        what = f"The clocks of this machine and of the database are {apart:.0f} s apart."
        yield Finding("clock.skew", level, what, "Let both follow a time server (NTP).")


def _tables(settings: Settings) -> Findings:
    if stamps.found(databases.serving(settings)) != stamps.wanted(settings):
        yield Finding(
            "database.behind", "error", "The tables were not prepared by this version with these keys.",
            "Run `operant init` and `operant migrate`, or simply `operant up`.",
        )  # fmt: skip


def _contents(connection: psycopg.Connection) -> Findings:
    with connection.cursor() as cursor:
        for hole in audit.findings(cursor):
            yield Finding(f"tenancy.{hole.id}", "error", f"Organizations may not be kept apart: {hole.what}.", hole.fix)
        cursor.execute("SELECT count(*) FROM observing_failure WHERE solved_at IS NULL")
        failures = cursor.fetchone()[0]
    if failures:
        what = f"{failures} kinds of errors happened that nobody marked as solved."
        yield Finding("errors.open", "note", what, "Look at them with `operant errors` or at /operator/errors.")


def _listens(settings: Settings) -> Findings:
    """Send ourselves a word: a pooler in transaction mode loses it without telling."""
    channel = "operant_doctor"
    try:
        with psycopg.connect(**databases.serving(settings), connect_timeout=10, autocommit=True) as listening:
            listening.execute(f"LISTEN {channel}")
            with psycopg.connect(**databases.serving(settings), connect_timeout=10, autocommit=True) as telling:
                telling.execute("SELECT pg_notify(%s, '')", [channel])
            heard = [each for each in listening.notifies(timeout=3, stop_after=1) if each.channel == channel]
    except psycopg.Error as error:
        said = str(error).strip().splitlines()[-1]
        yield Finding("database.direct", "error", f"Live updates reach no database: {said}", "Check DATABASE_DIRECT_URL.")
        return
    if not heard:
        yield Finding(
            "database.deaf", "error", "LISTEN hears nothing: pages and screens learn what is new only when they ask again.",
            "Set DATABASE_DIRECT_URL to an address that goes past the pooler.",
        )  # fmt: skip
