"""Roles, database and the `app` schema: what `operant init` makes in a PostgreSQL server, again and again."""

from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import sql

from . import claims, counts, partitions, signing

LOGIN = ("ot_owner", "ot_app", "ot_ingest", "ot_backup")
NOLOGIN = ("ot_secret", "ot_sweep")


def install(admin: Mapping[str, Any], database: str, passwords: Mapping[str, str], signing_key: bytes) -> None:
    """
    Make or mend the roles, the database and the `app` schema. Safe to repeat.

    `admin` are psycopg connection parameters of a role that may create roles and databases; `passwords` holds one for
    each of `LOGIN`.
    """
    with psycopg.connect(**{**admin, "dbname": admin.get("dbname") or "postgres"}, autocommit=True) as connection:
        _look_nowhere_else(connection)
        for role in LOGIN + NOLOGIN:
            _ensure_role(connection, role, passwords.get(role))
        _ensure_database(connection, database)
    with psycopg.connect(**{**admin, "dbname": database}) as connection:
        _look_nowhere_else(connection)
        _ensure_schema(connection)
        _close_side_doors(connection, database)
        _ensure_key(connection, signing_key)


def _look_nowhere_else(connection: psycopg.Connection) -> None:
    # The database's owner may set where names are looked for: it must not give an administrator functions of its own.
    connection.execute("SET search_path = pg_catalog")


def _ensure_role(connection: psycopg.Connection, role: str, password: str | None) -> None:
    exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verb = sql.SQL("ALTER ROLE {}" if exists else "CREATE ROLE {}").format(sql.Identifier(role))
    can = sql.SQL(" LOGIN PASSWORD {}").format(sql.Literal(password)) if password else sql.SQL(" NOLOGIN")
    more = " CREATEDB" if role == "ot_owner" else ""
    connection.execute(verb + can + sql.SQL(more))
    if role == "ot_backup" and _may_pass_on_bypass(connection):
        connection.execute("ALTER ROLE ot_backup BYPASSRLS")


def _may_pass_on_bypass(connection: psycopg.Connection) -> bool:
    # Since PostgreSQL 16 who has it may give it; before, only a superuser.
    row = connection.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user").fetchone()
    return bool(row and (row[0] or (row[1] and connection.info.server_version >= 160000)))


def _is_superuser(connection: psycopg.Connection) -> bool:
    row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    return bool(row and row[0])


def _ensure_database(connection: psycopg.Connection, database: str) -> None:
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
        return
    # A role that is no superuser may give a database only to a role it belongs to.
    if not _is_superuser(connection):
        connection.execute("GRANT ot_owner TO CURRENT_USER")
    connection.execute(
        sql.SQL("CREATE DATABASE {} OWNER ot_owner ENCODING 'UTF8' TEMPLATE template0").format(sql.Identifier(database))
    )


def _ensure_schema(connection: psycopg.Connection) -> None:
    superuser = _is_superuser(connection)
    if not superuser:
        connection.execute("GRANT ot_owner, ot_secret, ot_sweep TO CURRENT_USER")
    connection.execute(_schema())  # type: ignore[arg-type]
    if not superuser:
        connection.execute("REVOKE ot_secret, ot_sweep FROM CURRENT_USER")


def _schema() -> str:
    contexts = (("org", signing.ORGANIZATION), ("person", signing.PERSON), ("reception", signing.RECEPTION))
    made = {
        part: "".join(text.replace("%(name)s", name).replace("%(setting)s", setting) for name, setting in contexts)
        for part, text in (("contexts", CONTEXT), ("remembered", REMEMBERED))
    }
    parts = {
        **made,
        "claims": claims.SCHEMA,
        "counts": counts.SCHEMA,
        "partitions": partitions.SCHEMA,
    }
    text = SCHEMA
    for name, part in parts.items():
        text = text.replace(f"%({name})s", part)
    return text


def _close_side_doors(connection: psycopg.Connection, database: str) -> None:
    superuser = _is_superuser(connection)
    if not superuser:
        connection.execute("GRANT ot_owner TO CURRENT_USER")
    # A temporary table shadows one of ours for whoever is served next on the same connection.
    connection.execute(sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))
    if superuser:
        connection.execute(ACTIVITY)  # type: ignore[arg-type]


def _ensure_key(connection: psycopg.Connection, key: bytes) -> None:
    inner, outer = signing.pads(key)
    superuser = _is_superuser(connection)
    if not superuser:
        connection.execute("GRANT ot_secret TO CURRENT_USER")
    connection.execute("SET LOCAL ROLE ot_secret")
    connection.execute(
        "INSERT INTO app.signing_key (inner_pad, outer_pad) VALUES (%s, %s) ON CONFLICT (inner_pad) DO NOTHING",
        [inner, outer],
    )
    connection.execute("DELETE FROM app.signing_key WHERE inner_pad <> %s", [inner])
    connection.execute("RESET ROLE")
    if not superuser:
        connection.execute("REVOKE ot_secret FROM CURRENT_USER")


# What another session of the same role asks right now holds other organizations' words.
ACTIVITY = """
REVOKE EXECUTE ON FUNCTION pg_stat_get_activity(integer), pg_stat_get_backend_activity(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pg_stat_get_activity(integer), pg_stat_get_backend_activity(integer) TO pg_read_all_stats;
"""

# Asked for each table of each statement, so every microsecond counts (decisions 0015 and 0048). The check of a signature is
# remembered for the transaction: as the value of a sequence that is this session's own, since nobody but `ot_secret` sets it,
# where a setting could be set by whoever is kept out. What is remembered is a hash of the context that was checked, so that
# another one is checked anew. `…_seen` says that there is something to remember; who sets it themselves gets an error. One
# condition without variables, because each step and each variable of a function costs as much as what it does; the expiry is
# read where it stands, ten digits behind the subject.
CONTEXT = """
CREATE UNLOGGED SEQUENCE IF NOT EXISTS app.%(name)s_seen MINVALUE -9223372036854775808;
ALTER SEQUENCE app.%(name)s_seen OWNER TO ot_secret;
GRANT SELECT ON SEQUENCE app.%(name)s_seen TO ot_app, ot_ingest, ot_owner, ot_sweep;

CREATE OR REPLACE FUNCTION app.%(name)s() RETURNS uuid LANGUAGE plpgsql STABLE PARALLEL RESTRICTED AS $body$
BEGIN
  IF current_setting('app.%(name)s_seen', true) IS NOT DISTINCT FROM 'on'
     AND substr(sha256(convert_to(current_setting('%(setting)s', true), 'UTF8')), 1, 8)
       = int8send(currval('app.%(name)s_seen'::regclass))
     AND clock_timestamp() <= to_timestamp(substr(current_setting('%(setting)s', true), 38, 10)::bigint) THEN
    RETURN left(current_setting('%(setting)s', true), 36)::uuid;
  END IF;
  RETURN CASE WHEN current_setting('%(setting)s', true) <> '' THEN app.%(name)s_checked() END;
END
$body$;
ALTER FUNCTION app.%(name)s() OWNER TO ot_secret;

-- Only what we signed gets past the first IF, so what stands in it has the form that we gave it. The key is read by a query
-- without parameters, whose plan is kept, and the rest are plain expressions.
CREATE OR REPLACE FUNCTION app.%(name)s_checked() RETURNS uuid
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
  value text := current_setting('%(setting)s', true);
  body text := left(value, -65);
  k app.signing_key%ROWTYPE;
BEGIN
  SELECT * INTO k FROM app.signing_key;
  IF value = body || '.' || encode(sha256(k.outer_pad || sha256(k.inner_pad
     || convert_to('%(setting)s:' || body, 'UTF8'))), 'hex') THEN
    IF extract(epoch FROM clock_timestamp()) <= split_part(body, '.', 2)::bigint THEN
      RETURN split_part(body, '.', 1)::uuid;
    END IF;
  END IF;
  RETURN NULL;
END
$body$;
ALTER FUNCTION app.%(name)s_checked() OWNER TO ot_secret;
"""

# Part of `app.remember()`, which is called where a scope opens.
REMEMBERED = """
  IF current_setting('%(setting)s', true) <> '' THEN
    IF app.%(name)s_checked() IS NOT NULL THEN
      found := sha256(convert_to(current_setting('%(setting)s'), 'UTF8'));
      PERFORM setval('app.%(name)s_seen', ('x' || left(encode(found, 'hex'), 16))::bit(64)::bigint),
        set_config('app.%(name)s_seen', 'on', true);
    END IF;
  END IF;"""

SCHEMA = """
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO ot_owner;
GRANT USAGE ON SCHEMA public TO ot_app, ot_ingest, ot_sweep, ot_backup;
ALTER DEFAULT PRIVILEGES FOR ROLE ot_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ot_app;
ALTER DEFAULT PRIVILEGES FOR ROLE ot_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO ot_app;
ALTER DEFAULT PRIVILEGES FOR ROLE ot_owner IN SCHEMA public GRANT SELECT ON TABLES TO ot_backup;
ALTER DEFAULT PRIVILEGES FOR ROLE ot_owner IN SCHEMA public GRANT SELECT ON SEQUENCES TO ot_backup;

CREATE SCHEMA IF NOT EXISTS app;
GRANT USAGE ON SCHEMA app TO ot_owner, ot_app, ot_ingest, ot_secret, ot_sweep, ot_backup;
GRANT CREATE ON SCHEMA app TO ot_owner, ot_secret, ot_sweep;
-- A batch that waits for a lock keeps hundreds of requests waiting: better it is refused and sent again.
ALTER ROLE ot_ingest SET statement_timeout = '10s';

CREATE TABLE IF NOT EXISTS app.signing_key (inner_pad bytea PRIMARY KEY, outer_pad bytea NOT NULL);
ALTER TABLE app.signing_key OWNER TO ot_secret;

CREATE TABLE IF NOT EXISTS app.waits (
  kind text PRIMARY KEY, relation text NOT NULL, due text NOT NULL, lease text NOT NULL
);
ALTER TABLE app.waits OWNER TO ot_sweep;
GRANT SELECT, INSERT, UPDATE, DELETE ON app.waits TO ot_owner;

%(contexts)s
CREATE OR REPLACE FUNCTION app.remember() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
  found bytea;
  trap text;
BEGIN
  -- A driver prepares without SQL. What is prepared with it may stand in the place of one of its statements, by its name, and
  -- would be run with the context that is set here. It goes at once, and for good, whatever becomes of this transaction: a pooler
  -- would keep the session for others, and a driver that prepared nothing itself takes nothing back.
  IF EXISTS (SELECT FROM pg_prepared_statements WHERE from_sql) THEN
    FOR trap IN SELECT name FROM pg_prepared_statements WHERE from_sql LOOP
      EXECUTE format('DEALLOCATE PREPARE %I', trap);
    END LOOP;
    RAISE insufficient_privilege USING MESSAGE = 'Somebody prepared a statement in this session: nothing is opened in it.';
  END IF;
  -- Nothing is set in a transaction that only reads: there each statement checks.
  IF current_setting('transaction_read_only') = 'on' THEN
    RETURN;
  END IF;%(remembered)s
END
$body$;
ALTER FUNCTION app.remember() OWNER TO ot_secret;
DROP FUNCTION IF EXISTS app.verified(text);

-- Where the person in scope belongs, and who belongs to the organization in scope, for the policies of organizations and of
-- people: as whoever asks, so that the policies of memberships hold. Functions, because their plans are kept: written into a
-- policy, the question is planned in every statement.
CREATE OR REPLACE FUNCTION app.mine() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  RETURN QUERY SELECT m.organization_id FROM public.organizations_membership m WHERE m.person_id = (SELECT app.person());
END
$body$;
ALTER FUNCTION app.mine() OWNER TO ot_owner;
CREATE OR REPLACE FUNCTION app.members() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  RETURN QUERY SELECT m.person_id FROM public.organizations_membership m
    WHERE m.organization_id = (SELECT app.org()) AND m.person_id IS NOT NULL;
END
$body$;
ALTER FUNCTION app.members() OWNER TO ot_owner;

%(claims)s
-- For chores that are done in each organization: their ids and nothing else.
CREATE OR REPLACE FUNCTION app.organizations() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  RETURN QUERY SELECT o.id FROM public.organizations_organization o ORDER BY o.id;
END
$body$;
ALTER FUNCTION app.organizations() OWNER TO ot_sweep;

-- For those who watch the clock: how many rows are due and since when, of no organization in particular.
CREATE OR REPLACE FUNCTION app.due_waits(at timestamptz)
RETURNS TABLE (kind text, waiting bigint, seconds double precision)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
  w app.waits%ROWTYPE;
BEGIN
  FOR w IN SELECT * FROM app.waits ORDER BY app.waits.kind LOOP
    RETURN QUERY EXECUTE format(
      'SELECT %4$L::text, count(*), coalesce(extract(epoch FROM $1 - min(greatest(t.%2$I, t.%3$I))), 0)::double precision
       FROM public.%1$I t WHERE t.%2$I <= $1 AND (t.%3$I IS NULL OR t.%3$I <= $1)',
      w.relation, w.due, w.lease, w.kind) USING at;
  END LOOP;
END
$body$;
ALTER FUNCTION app.due_waits(timestamptz) OWNER TO ot_sweep;

%(counts)s
%(partitions)s
GRANT SELECT ON app.waits, app.partitions TO ot_backup;
REVOKE CREATE ON SCHEMA app FROM ot_owner, ot_secret;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA app FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.org(), app.person(), app.reception(), app.mine(), app.members(),
  app.org_checked(), app.person_checked(), app.reception_checked(), app.remember() TO ot_app, ot_ingest, ot_owner, ot_sweep;
GRANT EXECUTE ON FUNCTION app.organizations(), app.due_waits(timestamptz), app.turn_partitions(timestamptz) TO ot_app;
GRANT EXECUTE ON FUNCTION app.told_organizations(), app.told_usage(timestamptz), app.told_mails(timestamptz) TO ot_app;
-- Those that stand get their functions anew; what a migration adds gets its own then.
UPDATE app.waits SET kind = kind;
"""
