"""The catalog audit: what in this database would let one organization see another."""

from dataclasses import dataclass

import psycopg
from django.db.backends.utils import CursorWrapper

from . import policies

# Tables without an organization, each with the reason it has none. Those about people are in policies.PEOPLE.
GLOBAL_TABLES = {
    "socialaccount_socialapp": "allauth's, empty: the provider is named by settings",
    "accounts_tries": "counters of limits under hashed keys",
    "auth_group": "Django's, unused",
    "auth_group_permissions": "Django's, unused",
    "auth_permission": "Django's, unused",
    "django_content_type": "Django's list of models",
    "django_migrations": "Django's list of migrations",
    "observing_failure": "the operator's: errors by type and place, scrubbed, of no organization",
    "observing_report": "the worker's figures",
    "operating_notice": "the operator's words to everybody who is signed in",
    "operant_cache": "rate-limit counters under hashed keys",
    "queue_lease": "who runs the clock",
    "queue_start": "when workers began, and how long they lived",
    "relay_pairing": "a device that belongs to nobody yet, found by its secret or code",
    "procrastinate_jobs": "ids only; bodies open a scope",
    "procrastinate_events": "ids only",
    "procrastinate_periodic_defers": "no tenant data",
    "procrastinate_workers": "no tenant data",
}
# Functions that run with their owner's rights, each with the reason it needs more than its caller has.
DEFINERS = {
    "app.org_checked()": "the organization of the signed context, or nothing",
    "app.person_checked()": "the person of the signed context, or nothing",
    "app.reception_checked()": "whether the signed context lets accounts reach the tables about people",
    "app.remember()": "what a signed context is remembered by, for the session that has it",
    "app.make_claim()": "makes and drops the function that claims a kind of wait; a trigger, which nobody calls",
    "app.claim_entry(timestamp with time zone,interval,integer)": "the clock: ids of audit entries to seal, anywhere",
    "app.claim_webhook_delivery(timestamp with time zone,interval,integer)": "the clock: ids of webhook deliveries due, anywhere",
    "app.claim_message(timestamp with time zone,interval,integer)": "the clock: ids of mails due, anywhere",
    "app.claim_delivery(timestamp with time zone,interval,integer)": "the clock: ids of notifications to mail due, anywhere",
    "app.claim_takeover(timestamp with time zone,interval,integer)": "the clock: ids of takeovers whose time has come, anywhere",
    "app.claim_screen(timestamp with time zone,interval,integer)": "the clock: ids of screens due, anywhere",
    "app.claim_watch(timestamp with time zone,interval,integer)": "the clock: ids of screens to look at due, anywhere",
    "app.claim_alarm(timestamp with time zone,interval,integer)": "the clock: ids of alarms to tell of due, anywhere",
    "app.claim_recovery(timestamp with time zone,interval,integer)": "the clock: ids of recoveries due",
    "app.claim_product_update(timestamp with time zone,interval,integer)": "the clock: ids of product updates to go on with",
    "app.claim_source(timestamp with time zone,interval,integer)": "the clock: ids of files to read due, anywhere",
    "app.claim_result(timestamp with time zone,interval,integer)": "the clock: ids of questions to ask again due, anywhere",
    "app.claim_extract(timestamp with time zone,interval,integer)": "the clock: ids of extracts to refresh due, anywhere",
    "app.claim_publication(timestamp with time zone,interval,integer)": "the clock: ids of planned publications due, anywhere",
    "app.claim_deployment(timestamp with time zone,interval,integer)": "the clock: ids of deployments to look at, anywhere",
    "app.organizations()": "chores that are done in each organization: their ids",
    "app.due_waits(timestamp with time zone)": "watching the clock: how many rows are due and since when, in numbers only",
    "app.turn_partitions(timestamp with time zone)": "months of samples, made and dropped as the tables' owner",
    "app.told_organizations()": "the operator's list: names, dates and numbers, in the operator's scope only",
    "app.told_usage(timestamp with time zone)": "what groups of five organizations or more used, in the operator's scope only",
    "app.told_mails(timestamp with time zone)": "how many mails left and failed, in the operator's scope only",
}


@dataclass(frozen=True)
class Finding:
    """One hole: `id` names the check, `what` the object, `fix` what to do."""

    id: str
    what: str
    fix: str


def tables(cursor: psycopg.Cursor | CursorWrapper) -> int:
    """Return how many tables belong to organizations."""
    cursor.execute(
        "SELECT count(*) FROM pg_class c WHERE relrowsecurity AND relnamespace = 'public'::regnamespace AND relname <> ALL(%s)",
        [list(policies.PEOPLE)],
    )
    return cursor.fetchone()[0]


def findings(cursor: psycopg.Cursor | CursorWrapper) -> list[Finding]:
    """Return everything in the catalogs of the connected database that breaks isolation; empty is good."""
    named = {
        "known": list(GLOBAL_TABLES), "definers": list(DEFINERS), "ingested": _ingested(), "people": list(policies.PEOPLE),
    }
    found = [Finding("policies", what, _AS_ISOLATED) for what in policies.differing(cursor, named["known"])]
    for check, fix, statement in _CHECKS:
        cursor.execute(statement, named)
        found += [Finding(check, str(row[0]), fix) for row in cursor.fetchall()]
    return found


def _ingested() -> list[str]:
    return [f"{place} {column}" for place, columns in policies.INGESTED.items() for column in columns]


class NotIsolated(Exception):
    """This database would let one organization see another; the message says where."""


def demand(cursor: psycopg.Cursor | CursorWrapper) -> None:
    """
    Look before anybody is served.

    :raises NotIsolated: naming everything that was found.
    """
    found = findings(cursor)
    if found:
        raise NotIsolated(
            f"Nothing is served, because organizations would not be kept apart: {words(found)} "
            "`operant doctor --tenancy` tells it again."
        )


def words(found: list[Finding]) -> str:
    """Return findings as one line."""
    return " ".join(f"{each.what}: {each.fix}" for each in found)


_AS_ISOLATED = "Policies are those that Isolate makes; what lets in more is named in policies.WIDER with its reason."
_ISOLATED = """SELECT c.oid, c.relname, c.relforcerowsecurity FROM pg_class c
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND c.relname <> ALL(%(known)s)"""
# What an extension brings (pg_stat_statements) was put there by whoever runs the server, and reads no table of ours.
_OURS = "NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')"
_DEFINERS = """SELECT p.* FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"""

_CHECKS = (
    (
        "schema_of_before", "Run `operant init` with an administrator's DATABASE_URL, as the changelog says under Updating.",
        "SELECT 'app.remember()' WHERE to_regprocedure('app.remember()') IS NULL",
    ),
    (
        "row_security_off", "Isolate the table in its migration, or name it in GLOBAL_TABLES with the reason.",
        """SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
           AND relname <> ALL(%(known)s) AND NOT (relrowsecurity AND relforcerowsecurity)""",
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
            JOIN ({_ISOLATED}) r ON r.oid = k.confrelid AND r.relname <> ALL(%(people)s)
            JOIN pg_attribute a ON a.attrelid = t.oid
                AND a.attname = CASE t.relname WHEN 'organizations_organization' THEN 'id' ELSE 'organization_id' END
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
        f"""SELECT relname FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND (
           (relkind = 'v' AND NOT coalesce('security_invoker=true' = ANY(reloptions), false)) OR relkind = 'm')
           AND {_OURS}""",
    ),
    (
        "definer_function", "Fix a definer function's search_path to pg_catalog, …, pg_temp; its owner must not pass row security.",
        f"""SELECT p.oid::regprocedure::text FROM ({_DEFINERS}) p JOIN pg_roles r ON r.oid = p.proowner
            WHERE r.rolsuper OR r.rolbypassrls
            OR NOT coalesce(p.proconfig::text ~ 'search_path=pg_catalog[^"]*, pg_temp"', false)""",
    ),
    (
        "unknown_definer", "Name the function in audit.DEFINERS with the reason it crosses organizations.",
        f"""SELECT p.oid::regprocedure::text FROM ({_DEFINERS}) p
            WHERE p.oid::regprocedure::text <> ALL(%(definers)s)""",
    ),
    (
        "definer_for_everyone", "Revoke the function from PUBLIC and grant it to whom it is for.",
        f"""SELECT p.oid::regprocedure::text FROM ({_DEFINERS}) p
            WHERE p.proacl IS NULL OR EXISTS (SELECT 1 FROM aclexplode(p.proacl) g WHERE g.grantee = 0)""",
    ),
    (
        "past_row_security", "TRUNCATE and REFERENCES are not held by row security: take them from the serving role.",
        f"""SELECT t.relname || ' for ' || r.rolname FROM ({_ISOLATED}) t, pg_roles r
            WHERE r.rolname IN ('ot_app', 'ot_ingest') AND has_table_privilege(r.oid, t.oid, 'TRUNCATE, REFERENCES')""",
    ),
    (
        "temporary_tables", "REVOKE TEMPORARY ON DATABASE … FROM PUBLIC: they shadow ours for the connection's next user.",
        """SELECT rolname FROM pg_roles WHERE rolname IN ('ot_app', 'ot_ingest')
           AND has_database_privilege(oid, current_database(), 'TEMPORARY')""",
    ),
    (
        "secrets_readable", "What signs the context is read by ot_secret only.",
        """SELECT c.oid::regclass || ' for ' || r.rolname FROM pg_class c, pg_roles r
           WHERE c.oid = to_regclass('app.signing_key') AND r.rolname IN ('ot_app', 'ot_ingest', 'ot_owner', 'ot_sweep')
           AND has_table_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE')""",
    ),
    (
        "checked_context_writable", "What a session remembers as checked is set by ot_secret only: revoke it.",
        """SELECT c.oid::regclass || ' for ' || r.rolname FROM pg_class c, pg_roles r
           WHERE c.relkind = 'S' AND c.relnamespace = to_regnamespace('app')
           AND r.rolname IN ('ot_app', 'ot_ingest', 'ot_owner', 'ot_sweep')
           AND has_sequence_privilege(r.oid, c.oid, 'USAGE, UPDATE') ORDER BY 1""",
    ),
    (
        "serving_role_too_strong", "ot_app is no superuser, passes no row security, owns nothing, becomes nobody.",
        """SELECT rolname FROM pg_roles r WHERE rolname IN ('ot_app', 'ot_ingest') AND (rolsuper OR rolbypassrls
           OR rolcreaterole OR rolcreatedb OR EXISTS (SELECT 1 FROM pg_class c WHERE c.relowner = r.oid)
           OR EXISTS (SELECT 1 FROM pg_auth_members m WHERE m.member = r.oid))""",
    ),
    (
        "ingest_grant", "ot_ingest writes batches into the columns of policies.INGESTED and reaches nothing else.",
        f"""SELECT c.relname || ' ' || verb || ' ' || a.attname AS reached FROM pg_class c
           JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname IN ('public', 'app')
           JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
           CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) verb
           WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {_OURS} AND has_column_privilege('ot_ingest', c.oid, a.attnum, verb)
             AND c.relname || ' ' || verb || ' ' || a.attname <> ALL(%(ingested)s)
           UNION ALL
           SELECT c.relname || ' ' || verb FROM pg_class c
           JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname IN ('public', 'app')
           CROSS JOIN unnest(ARRAY['DELETE', 'TRUNCATE', 'TRIGGER']) verb
           WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {_OURS} AND has_table_privilege('ot_ingest', c.oid, verb)
           ORDER BY 1""",
    ),
    (
        "partition_grant", "A partition is reached through its table only; revoke it from who serves.",
        f"""SELECT t.relname || ' ' || role FROM ({_ISOLATED}) t JOIN pg_inherits i ON i.inhrelid = t.oid
            CROSS JOIN unnest(ARRAY['ot_app', 'ot_ingest']) role
            WHERE has_any_column_privilege(role, t.oid, 'SELECT, INSERT, UPDATE')
               OR has_table_privilege(role, t.oid, 'DELETE, TRUNCATE')""",
    ),
)
