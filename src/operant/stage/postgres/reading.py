"""What can be read in a database: its tables with their columns, and whether its user could do more than read."""

from typing import Any

from ..calls.limits import LONGEST_VERSION, MOST_LISTED_COLUMNS, MOST_TABLES
from . import values
from .session import Session

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
ORDER BY a.attrelid, a.attnum LIMIT {MOST_LISTED_COLUMNS}"""
_WRITES = """SELECT r.rolsuper, r.rolcreaterole OR r.rolcreatedb OR r.rolreplication OR r.rolbypassrls
    OR EXISTS (SELECT 1 FROM pg_catalog.pg_roles g WHERE g.rolname IN ('pg_write_all_data', 'pg_write_server_files',
        'pg_execute_server_program', 'pg_read_server_files', 'pg_signal_backend') AND pg_has_role(g.oid, 'MEMBER')),
    EXISTS (SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
        AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE'))
FROM pg_catalog.pg_roles r WHERE r.rolname = current_user"""


def tables(session: Session) -> dict[str, Any]:
    """Return what the user may read, what should be warned of, and the SQL that makes a role that can only read."""
    listed = session.rows(_TABLES, [session.database.schema])
    shown = listed[:MOST_TABLES]
    columns = _columns(session, [oid or "" for oid, *_ in shown])
    found = [
        {"name": name, "rows": None if int(rows or -1) < 0 else int(rows or 0), "columns": columns[oid]}
        for oid, name, rows, _ in shown
        if oid in columns
    ]
    told, grants = _of_writing(session)
    _try(session, shown)
    cut = [_cut(len(found))] if len(found) < len(listed) else []
    return {"tables": found, "warnings": cut + told, "grants": grants, "server": session.server[:LONGEST_VERSION]}


def _cut(count: int) -> str:
    first = f"Only the first {count} tables are listed; queries may name the others too. "
    return f"{first}Naming one schema makes the list shorter."


def _try(session: Session, listed: list[tuple[str | None, ...]]) -> None:
    for _, name, _, is_table in listed:
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


def _of_writing(session: Session) -> tuple[list[str], str]:
    [(is_superuser, has_powers, may_write)] = session.rows(_WRITES)
    if "t" not in (is_superuser, has_powers, may_write):
        return [], ""
    what = "is a superuser" if is_superuser == "t" else "may do more than read"
    warning = (
        f"The user {session.database.user} {what}. Operant asks in a read-only transaction, but functions of a powerful "
        "user can reach past one. A role that can only read is safer."
    )
    return [warning], _grants(session)


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
