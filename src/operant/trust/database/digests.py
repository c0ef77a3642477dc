"""What a database holds, in figures that two databases can be compared by."""

import psycopg
from psycopg import sql

from operant.platform.refusals import Refusal

from ..archive.contents import Table

LEFT_OUT = {
    "accounts_session": "a sign-out after the backup must not be undone by a restore: people sign in again",
    "accounts_tries": "counters of attempts, over within a day",
    "operant_cache": "counters of attempts, over within the hour",
}
"""Tables that are restored empty, each with the reason."""

# The text of a value depends on these.
_PLAIN = (
    "SET LOCAL TIME ZONE 'UTC'; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'postgres';"
    "SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; SET LOCAL statement_timeout = 0"
)
# Partitions count by themselves, as they are dumped: the table above them has no rows of its own.
_TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname"
_DIGEST = """SELECT count(*), coalesce(sum(('x' || left(encode(sha256(convert_to((t.*)::text, 'UTF8')), 'hex'), 16))
             ::bit(64)::bigint), 0)::text FROM public.{} AS t"""
# ot_backup passes row security; the owner is let in by its own policy on each table.
_HIDDEN = """SELECT relname FROM pg_class c, pg_roles r
    WHERE r.rolname = current_user AND NOT r.rolsuper AND NOT r.rolbypassrls
    AND c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relrowsecurity
    AND NOT (coalesce(current_setting('app.migrating', true), '') = 'on' AND EXISTS (
        SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'migrating' AND r.oid = ANY(p.polroles)))
    ORDER BY relname"""


def tables(connection: psycopg.Connection) -> dict[str, Table]:
    """
    Return rows and digest of every table whose rows are backed up. The connection must be in a transaction.

    :raises Refusal: when this role would not see all rows of each.
    """
    hidden = connection.execute(_HIDDEN).fetchall()
    if hidden:
        raise Refusal(
            f"This database role does not see every row of {hidden[0][0]} and {len(hidden) - 1} other tables, and a "
            "backup without them would be none. Run `operant init` and `operant migrate`."
        )
    connection.execute(_PLAIN)
    names = [name for (name,) in connection.execute(_TABLES).fetchall() if name not in LEFT_OUT]
    return {name: _table(connection, name) for name in names}


def functions(connection: psycopg.Connection) -> list[str]:
    """Return the functions that keep organizations apart: `operant init` makes them, no dump carries them."""
    found = connection.execute(
        "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE pronamespace = 'app'::regnamespace ORDER BY 1"
    )
    return [name for (name,) in found.fetchall()]


def migrations(connection: psycopg.Connection) -> list[str]:
    """Return the migrations applied, as `stage.0001_first`."""
    found = connection.execute("SELECT app || '.' || name FROM public.django_migrations ORDER BY 1").fetchall()
    return [name for (name,) in found]


def differences(expected: dict[str, Table], found: dict[str, Table]) -> list[str]:
    """Return a sentence for every table that is not as it should be."""
    told = []
    for name in sorted(expected.keys() | found.keys()):
        should, has = expected.get(name), found.get(name)
        if should is None or has is None:
            told.append(f"{name} is {'missing' if has is None else 'new'}")
        elif should.rows != has.rows:
            told.append(f"{name} has {has.rows} rows instead of {should.rows}")
        elif should.digest != has.digest:
            told.append(f"{name} has other content than the backup says")
    return told


def _table(connection: psycopg.Connection, name: str) -> Table:
    rows, digest = connection.execute(sql.SQL(_DIGEST).format(sql.Identifier(name))).fetchone()
    return Table(rows=rows, digest=digest)
