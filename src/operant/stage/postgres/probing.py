"""The connection tested step by step, and what can be read there."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from operant.platform.files.sandbox import SandboxRefusal

from . import complaints, connecting, places, values
from .complaints import Unreachable
from .database import Database
from .session import Session

STEPS = ("resolve", "connect", "tls", "sign_in", "read")
READ_SECONDS = 10
MOST_TABLES = 500
MOST_COLUMNS = 8_000
_MOST_BYTES = 4_000_000

_VISIBLE = """FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND NOT c.relispartition
  AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  AND ($1 = '' OR n.nspname = $1)
  AND has_schema_privilege(n.oid, 'USAGE') AND has_any_column_privilege(c.oid, 'SELECT')"""
_TABLES = f"""SELECT c.oid::text,
    CASE WHEN pg_table_is_visible(c.oid) THEN '' ELSE quote_ident(n.nspname) || '.' END || quote_ident(c.relname),
    CASE WHEN c.relkind IN ('r', 'm') THEN greatest(c.reltuples, -1)::bigint ELSE -1 END,
    c.relkind IN ('r', 'p')
{_VISIBLE} ORDER BY pg_table_is_visible(c.oid) DESC, n.nspname, c.relname LIMIT {MOST_TABLES + 1}"""
_COLUMNS = f"""SELECT a.attrelid::text, a.attname, coalesce(nullif(t.typbasetype, 0), t.oid)::text, t.typcategory::text
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
  AND has_column_privilege(a.attrelid, a.attnum, 'SELECT')
ORDER BY a.attrelid, a.attnum LIMIT {MOST_COLUMNS}"""
_WRITES = """SELECT r.rolsuper, r.rolcreaterole OR r.rolcreatedb OR r.rolreplication OR r.rolbypassrls
    OR EXISTS (SELECT 1 FROM pg_catalog.pg_roles g WHERE g.rolname IN ('pg_write_all_data', 'pg_write_server_files',
        'pg_execute_server_program', 'pg_read_server_files', 'pg_signal_backend') AND pg_has_role(g.oid, 'MEMBER')),
    EXISTS (SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
        AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE'))
FROM pg_catalog.pg_roles r WHERE r.rolname = current_user"""


@dataclass(frozen=True)
class Step:
    """One step of a test: `state` is ok, failed or skipped; `sentence` says what was found, `advice` what to do."""

    name: str
    state: str
    sentence: str
    advice: str = ""
    milliseconds: int = 0


@dataclass
class Report:
    """What a test found. `tables` are as the editor lists them; `grants` is the SQL that makes a reading role."""

    steps: list[Step] = field(default_factory=list)
    tables: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    grants: str = ""
    server: str = ""

    @property
    def failure(self) -> Step | None:
        return next((each for each in self.steps if each.state == "failed"), None)

    def as_dict(self) -> dict[str, Any]:
        return {"steps": [asdict(each) for each in self.steps], "grants": self.grants, "server": self.server}


Told = Callable[[Report], None]


def _quietly(report: Report) -> None:
    return None


def probe(database: Database, told: Told = _quietly) -> Report:
    """Return how far the connection comes; `told` gets the report after every step. Failures are steps, not errors."""
    places.forget(database.key)
    return _Probe(database, told).run()


class _Probe:
    def __init__(self, database: Database, told: Told) -> None:
        self._database, self._told = database, told
        self._report = Report()
        self._at, self._since = STEPS[0], time.perf_counter()

    def run(self) -> Report:
        try:
            with connecting.session(self._database, self._reached) as session:
                self._report.server = session.server
                self._reached("read")
                with complaints.understood():
                    _read(session, self._report)
                self._end("ok" if self._report.tables else "failed", *_found(self._report.tables))
        except Unreachable as error:
            self._fail(error.step, error.what, error.advice)
        except SandboxRefusal as error:
            self._fail("read", error.message, "Check what this user may read.")
        return self._report

    def _reached(self, step: str) -> None:
        # libpq passes over a step when nothing had to be waited for.
        while STEPS.index(self._at) < STEPS.index(step):
            self._end("skipped" if self._is_left_out() else "ok", self._passed())

    def _fail(self, step: str, sentence: str, advice: str) -> None:
        if step in STEPS:
            self._reached(step)
        self._end("failed", sentence, advice)

    def _end(self, state: str, sentence: str, advice: str = "") -> None:
        now = time.perf_counter()
        self._report.steps.append(Step(self._at, state, sentence, advice, round((now - self._since) * 1000)))
        self._at, self._since = STEPS[min(STEPS.index(self._at) + 1, len(STEPS) - 1)], now
        self._told(self._report)

    def _is_left_out(self) -> bool:
        return self._at == "tls" and self._database.tls == "off"

    def _passed(self) -> str:
        database = self._database
        return {
            "resolve": f"{database.host} has an address that may be called.",
            "connect": f"It answers at port {database.port}.",
            "tls": {
                "verify": "The connection is encrypted, and the certificate is the right one.",
                "require": "The connection is encrypted. Who answers was not verified.",
                "off": "The connection is not encrypted, as chosen.",
            }[database.tls],
            "sign_in": f"Signed in as {database.user} to {database.name}.",
        }[self._at]


def _read(session: Session, report: Report) -> None:
    session.begin(seconds=READ_SECONDS, most_bytes=_MOST_BYTES)
    listed = session.rows(_TABLES, [session.database.schema])
    columns = _columns(session, [oid or "" for oid, *_ in listed[:MOST_TABLES]])
    report.tables = [
        {"name": name, "rows": None if int(rows or -1) < 0 else int(rows or 0), "columns": columns[oid]}
        for oid, name, rows, _ in listed[:MOST_TABLES]
        if oid in columns
    ]
    if len(listed) > MOST_TABLES or len(report.tables) < len(listed):
        report.warnings.append(
            f"Only the first {len(report.tables)} tables are listed; queries may name the others too. Naming one schema "
            "makes the list shorter."
        )
    _warn_of_writing(session, report)
    for _, name, _, is_table in listed[:MOST_TABLES]:
        # A view may be broken, or slow, and the rest be well.
        if is_table == "t":
            session.rows(f"SELECT count(*) FROM (SELECT 1 FROM {name} LIMIT 1) AS one")
            return


def _columns(session: Session, oids: list[str]) -> dict[str | None, list[dict[str, str]]]:
    found: dict[str | None, list[dict[str, str]]] = {}
    for oid, name, kind, category in session.rows(_COLUMNS, ["{" + ",".join(oids) + "}"]):
        shape = values.shape_of(int(kind or 0), category or "")
        found.setdefault(oid, []).append({"name": name or "", "type": shape.type})
    return found


def _warn_of_writing(session: Session, report: Report) -> None:
    [(is_superuser, has_powers, may_write)] = session.rows(_WRITES)
    if "t" not in (is_superuser, has_powers, may_write):
        return
    what = "is a superuser" if is_superuser == "t" else "may do more than read"
    report.warnings.append(
        f"The user {session.database.user} {what}. Operant asks in a read-only transaction, but functions of a powerful "
        "user can reach past one. A role that can only read is safer."
    )
    report.grants = _grants(session)


def _grants(session: Session) -> str:
    """Return the SQL that an administrator runs to make a role that can only read."""
    schema = session.database.schema or "public"
    [(database, schema)] = session.rows("SELECT quote_ident(current_database()), quote_ident($1)", [schema])
    return "\n".join((
        "CREATE ROLE operant_reader LOGIN PASSWORD 'choose a long one';",
        f"GRANT CONNECT ON DATABASE {database} TO operant_reader;",
        f"GRANT USAGE ON SCHEMA {schema} TO operant_reader;",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO operant_reader;",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT ON TABLES TO operant_reader;",
        "ALTER ROLE operant_reader SET default_transaction_read_only = on;",
    ))  # fmt: skip


def _found(tables: list[dict[str, Any]]) -> tuple[str, str]:
    if not tables:
        advice = "Check the schema, and that this user has USAGE on it and SELECT on its tables."
        return "There is no table that this user may read.", advice
    columns = sum(len(each["columns"]) for each in tables)
    return f"{_counted(len(tables), 'table')} with {_counted(columns, 'column')} can be read.", ""


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
