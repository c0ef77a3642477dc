"""The catalog audit: what in this database would let one organization see another."""

from dataclasses import dataclass

import psycopg
from django.db.backends.utils import CursorWrapper

# Tables without an organization, each with the reason it has none.
GLOBAL_TABLES = {
    "accounts_person": "a person may belong to several organizations; reached through accounts only",
    "account_emailaddress": "allauth: addresses of people; reached through accounts only",
    "account_emailconfirmation": "allauth: reached through accounts only",
    "accounts_session": "sealed sessions, found by their random key",
    "auth_group": "Django's, unused",
    "auth_group_permissions": "Django's, unused",
    "auth_permission": "Django's, unused",
    "django_content_type": "Django's list of models",
    "django_migrations": "Django's list of migrations",
    "operant_cache": "rate-limit counters under hashed keys",
    "queue_lease": "who runs the clock",
    "relay_pairing": "a device that belongs to nobody yet, found by its secret or code",
    "procrastinate_jobs": "ids only; bodies open a scope",
    "procrastinate_events": "ids only",
    "procrastinate_periodic_defers": "no tenant data",
    "procrastinate_workers": "no tenant data",
}

# What the role that writes batches across organizations may touch, by table and verb, and nothing else anywhere.
INGESTED = {
    "relay_heartbeat INSERT": (
        "at", "browser_engine", "browser_major", "errors", "organization_id", "painted_at", "screen_id", "version",
        "viewport_height", "viewport_width",
    ),
    "relay_screen SELECT": (
        "browser_engine", "browser_major", "dashboard_id", "generation", "id", "name", "organization_id", "pace_at",
        "rendered_version_id", "state", "theme", "unpaired_at", "viewport_height", "viewport_width",
    ),
    "relay_screen UPDATE": ("last_seen_at", "left_at", "pace_at", "rendered_at"),
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One hole: `id` names the check, `what` the object, `fix` what to do."""

    id: str
    what: str
    fix: str


def tables(cursor: psycopg.Cursor | CursorWrapper) -> int:
    """Return how many tables belong to organizations."""
    cursor.execute("SELECT count(*) FROM pg_class c WHERE relrowsecurity AND relnamespace = 'public'::regnamespace")
    return cursor.fetchone()[0]


def findings(cursor: psycopg.Cursor | CursorWrapper) -> list[Finding]:
    """Return everything in the catalogs of the connected database that breaks isolation; empty is good."""
    found: list[Finding] = []
    for check, fix, statement in _CHECKS:
        cursor.execute(statement, {"known": list(GLOBAL_TABLES), "ingested": _ingested()})
        found += [Finding(check, str(row[0]), fix) for row in cursor.fetchall()]
    return found


def _ingested() -> list[str]:
    return [f"{place} {column}" for place, columns in INGESTED.items() for column in columns]


_ISOLATED = """SELECT c.oid, c.relname, c.relforcerowsecurity FROM pg_class c
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND c.relname <> ALL(%(known)s)"""


def _policies_of(table: str) -> str:
    return f"""(SELECT array_agg(ROW(p.polname, p.polcmd, p.polpermissive, p.polroles::text,
        pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))::text ORDER BY p.polname)
        FROM pg_policy p WHERE p.polrelid = {table})"""


_CHECKS = (
    (
        "row_security_off", "Isolate the table in its migration, or name it in GLOBAL_TABLES with the reason.",
        """SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
           AND relname <> ALL(%(known)s) AND NOT (relrowsecurity AND relforcerowsecurity)""",
    ),
    (
        "policies", "An isolated table has one permissive policy and one restrictive fence for ot_app.",
        f"""SELECT t.relname FROM ({_ISOLATED}) t WHERE
            (SELECT count(*) FROM pg_policy p WHERE p.polrelid = t.oid AND p.polpermissive
               AND p.polroles @> ARRAY[(SELECT oid FROM pg_roles WHERE rolname = 'ot_app')]) <> 1
            OR (SELECT count(*) FROM pg_policy p WHERE p.polrelid = t.oid AND NOT p.polpermissive AND p.polcmd = '*'
               AND p.polroles @> ARRAY[(SELECT oid FROM pg_roles WHERE rolname = 'ot_app')]) <> 1""",
    ),
    (
        "policy_without_context", "A policy for ot_app compares with (SELECT app.org()) or (SELECT app.person()).",
        f"""SELECT t.relname || '.' || p.polname FROM ({_ISOLATED}) t JOIN pg_policy p ON p.polrelid = t.oid
            WHERE p.polroles @> ARRAY[(SELECT oid FROM pg_roles WHERE rolname = 'ot_app')]
            AND NOT (coalesce(pg_get_expr(p.polqual, p.polrelid), '') ~ 'SELECT app\\.(org|person)\\(\\)'
                 AND (p.polcmd <> '*'
                      OR coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '') ~ 'SELECT app\\.org\\(\\)'))""",
    ),
    (
        "written_by_person", "What is written belongs to the organization in scope, whoever's it is.",
        f"""SELECT t.relname || '.' || p.polname FROM ({_ISOLATED}) t JOIN pg_policy p ON p.polrelid = t.oid
            WHERE p.polroles @> ARRAY[(SELECT oid FROM pg_roles WHERE rolname = 'ot_app')]
            AND coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '') ~ 'app\\.person\\(\\)'""",
    ),
    (
        "policy_for_everyone", "Name the role in the policy; PUBLIC includes ot_app.",
        f"""SELECT t.relname || '.' || p.polname FROM ({_ISOLATED}) t JOIN pg_policy p ON p.polrelid = t.oid
            WHERE p.polroles @> ARRAY[0::oid]""",
    ),
    (
        "nullable_organization", "organization_id is NOT NULL on every isolated table.",
        f"""SELECT t.relname FROM ({_ISOLATED}) t JOIN pg_attribute a ON a.attrelid = t.oid
            WHERE a.attname = 'organization_id' AND NOT a.attnotnull""",
    ),
    (
        "no_leading_index", "An index starts with organization_id.",
        f"""SELECT t.relname FROM ({_ISOLATED}) t
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = 'organization_id'
            WHERE NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = t.oid AND i.indkey[0] = a.attnum)""",
    ),
    (
        "unique_across_organizations", "Unique constraints carry organization_id; the random primary key is exempt.",
        f"""SELECT t.relname || ': ' || ic.relname FROM ({_ISOLATED}) t JOIN pg_index i ON i.indrelid = t.oid
            JOIN pg_class ic ON ic.oid = i.indexrelid
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = 'organization_id'
            WHERE i.indisunique AND NOT i.indisprimary AND NOT a.attnum = ANY(i.indkey)""",
    ),
    (
        "foreign_key_across_organizations", "References between isolated tables carry organization_id on both sides.",
        f"""SELECT k.conname FROM pg_constraint k JOIN ({_ISOLATED}) t ON t.oid = k.conrelid
            JOIN ({_ISOLATED}) r ON r.oid = k.confrelid
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = 'organization_id'
            WHERE k.contype = 'f' AND NOT a.attnum = ANY(k.conkey)""",
    ),
    (
        "loose_reference", "A column that points at an isolated table has its composite foreign key; samples have none.",
        f"""SELECT t.relname || '.' || a.attname FROM ({_ISOLATED}) t JOIN pg_attribute a ON a.attrelid = t.oid
            JOIN pg_class c ON c.oid = t.oid AND NOT (c.relispartition OR c.relkind = 'p')
            WHERE a.attname LIKE '%%\\_id' AND a.atttypid = 'uuid'::regtype AND NOT a.attisdropped
            AND a.attname NOT IN ('organization_id', 'person_id', 'actor_id', 'subject_id', 'event_id')
            AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conrelid = t.oid AND k.contype = 'f'
                            AND a.attnum = ANY(k.conkey))""",
    ),
    (
        "view_without_invoker", "Views are security_invoker; materialized views are not readable by ot_app.",
        """SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND (
           (relkind = 'v' AND NOT coalesce('security_invoker=true' = ANY(reloptions), false)) OR relkind = 'm')""",
    ),
    (
        "definer_function", "A definer function has a fixed search_path and an owner that cannot pass row security.",
        """SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner
           WHERE p.prosecdef AND p.pronamespace IN ('public'::regnamespace, 'app'::regnamespace)
           AND (r.rolsuper OR r.rolbypassrls OR NOT coalesce(p.proconfig::text LIKE '%%search_path%%', false))""",
    ),
    (
        "serving_role_too_strong", "ot_app is no superuser, passes no row security, owns nothing, becomes nobody.",
        """SELECT rolname FROM pg_roles r WHERE rolname IN ('ot_app', 'ot_ingest') AND (rolsuper OR rolbypassrls
           OR rolcreaterole OR rolcreatedb OR EXISTS (SELECT 1 FROM pg_class c WHERE c.relowner = r.oid)
           OR EXISTS (SELECT 1 FROM pg_auth_members m WHERE m.member = r.oid))""",
    ),
    (
        "ingest_grant", "ot_ingest writes batches into the columns of audit.INGESTED and reaches nothing else.",
        """SELECT c.relname || ' ' || verb || ' ' || a.attname AS reached FROM pg_class c
           JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname IN ('public', 'app')
           JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
           CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) verb
           WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND has_column_privilege('ot_ingest', c.oid, a.attnum, verb)
             AND c.relname || ' ' || verb || ' ' || a.attname <> ALL(%(ingested)s)
           UNION ALL
           SELECT c.relname || ' ' || verb FROM pg_class c
           JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname IN ('public', 'app')
           CROSS JOIN unnest(ARRAY['DELETE', 'TRUNCATE', 'TRIGGER']) verb
           WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND has_table_privilege('ot_ingest', c.oid, verb)
           ORDER BY 1""",
    ),
    (
        "ingest_policy", "Only the tables of audit.INGESTED have a policy for ot_ingest, one for each of their verbs.",
        f"""SELECT t.relname || '.' || p.polname FROM ({_ISOLATED}) t JOIN pg_policy p ON p.polrelid = t.oid
            LEFT JOIN pg_inherits i ON i.inhrelid = t.oid
            JOIN pg_class c ON c.oid = coalesce(i.inhparent, t.oid)
            WHERE p.polroles @> ARRAY[(SELECT oid FROM pg_roles WHERE rolname = 'ot_ingest')]
            AND NOT EXISTS (SELECT 1 FROM unnest(%(ingested)s::text[]) e WHERE e LIKE c.relname || ' ' ||
                CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' ELSE '?' END
                || ' %%')""",
    ),
    (
        "partition_policy", "A partition has the policies of its table: let app.turn_partitions() make it.",
        f"""SELECT t.relname FROM ({_ISOLATED}) t JOIN pg_inherits i ON i.inhrelid = t.oid
            WHERE {_policies_of("t.oid")} IS DISTINCT FROM {_policies_of("i.inhparent")}""",
    ),
    (
        "partition_grant", "A partition is reached through its table only; revoke it from who serves.",
        f"""SELECT t.relname || ' ' || role FROM ({_ISOLATED}) t JOIN pg_inherits i ON i.inhrelid = t.oid
            CROSS JOIN unnest(ARRAY['ot_app', 'ot_ingest']) role
            WHERE has_any_column_privilege(role, t.oid, 'SELECT, INSERT, UPDATE')
               OR has_table_privilege(role, t.oid, 'DELETE, TRUNCATE')""",
    ),
)
