"""The policies that an isolated table has, word for word as PostgreSQL gives them back. Anything else is a finding."""

from typing import NamedTuple

import psycopg
from django.db.backends.utils import CursorWrapper

SAME = "(organization_id = ( SELECT app.org() AS org))"
_ITSELF = "(id = ( SELECT app.org() AS org))"
_MIGRATING = "(( SELECT current_setting('app.migrating'::text, true) AS current_setting) = 'on'::text)"

# Tables that are read by more than the organization in scope: what may be seen, and what may be written.
WIDER = {
    # A person's own memberships, while no organization is in scope: whoever signs in learns where they belong.
    "organizations_membership": (
        "((organization_id = ( SELECT app.org() AS org)) OR ((( SELECT app.org() AS org) IS NULL) "
        "AND (person_id = ( SELECT app.person() AS person))))",
        SAME,
    ),
    # And the names of those organizations. The table's own id is the organization.
    "organizations_organization": (
        "((id = ( SELECT app.org() AS org)) OR ((( SELECT app.org() AS org) IS NULL) AND "
        "(id IN ( SELECT app.mine() AS mine))))",
        _ITSELF,
    ),
}
_RECEPTION = "(( SELECT app.reception() AS reception) IS NOT NULL)"


def _known_by(column: str) -> str:
    return (
        f"({_RECEPTION} OR ({column} = ( SELECT app.person() AS person)) "
        f"OR ({column} IN ( SELECT app.members() AS members)))"
    )


# Tables about people, who belong to several organizations or to none. They are written at the reception only.
PEOPLE = {
    # Whoever acts, and the members of the organization in scope: its pages name them.
    "accounts_person": _known_by("id"),
    "notifications_rhythm": _known_by("person_id"),
    "notifications_wish": _known_by("person_id"),
    # Addresses, secrets and traces, which no page of an organization needs.
    "account_emailaddress": _RECEPTION,
    "account_emailconfirmation": _RECEPTION,
    "accounts_backup_code": _RECEPTION,
    "accounts_factor": _RECEPTION,
    "accounts_mail_change": _RECEPTION,
    "accounts_session": _RECEPTION,
    "accounts_sign_in": _RECEPTION,
    "accounts_sign_up": _RECEPTION,
    "mfa_authenticator": _RECEPTION,
    "socialaccount_socialaccount": _RECEPTION,
    "socialaccount_socialtoken": _RECEPTION,
}
HIDDEN = frozenset(table for table, visible in PEOPLE.items() if visible == _RECEPTION)
"""Those of them that no scope sees."""
WIDER |= {table: (visible, _RECEPTION) for table, visible in PEOPLE.items()}
# Policies of roles that nobody serves pages with, by role and name: each is a way across organizations, on purpose.
CROSSINGS = {
    ("{ot_sweep}", "sweep"): "named definer functions claim what is due, list and count; nobody logs in as it",
}

# What the role that writes batches across organizations may touch, by table and verb, and nothing else anywhere.
INGESTED = {
    "relay_heartbeat INSERT": (
        "at", "browser_engine", "browser_major", "errors", "organization_id", "painted_at", "screen_id", "version",
        "viewport_height", "viewport_width",
    ),
    "relay_command SELECT": ("acknowledged_at", "expires_at", "organization_id", "screen_id"),
    "relay_screen SELECT": (
        "browser_engine", "browser_major", "connected_by", "connected_until", "dashboard_id", "generation", "glass", "held", "id",
        "left_at", "name", "organization_id", "pace_at", "playlist_id", "rendered_version_id", "schedule_id", "state", "theme",
        "takeover_id", "ticket_hash", "ticket_until", "time_zone", "unpaired_at", "variables", "viewport_height", "viewport_width",
    ),
    "relay_screen UPDATE": (
        "connected_by", "connected_until", "last_seen_at", "pace_at", "rendered_at", "rendered_version_id", "ticket_hash",
        "ticket_until",
    ),
}  # fmt: skip

_BATCHES = {"SELECT": ("r", "true", None), "UPDATE": ("w", "true", "true"), "INSERT": ("a", None, "true")}


class Policy(NamedTuple):
    """One policy as the catalog has it."""

    table: str
    name: str
    permissive: bool
    command: str
    roles: str
    using: str | None
    check: str | None


def differing(cursor: psycopg.Cursor | CursorWrapper, known: list[str]) -> list[str]:
    """Return each policy that an isolated table lacks, has changed, or has on top; `known` tables are not isolated."""
    cursor.execute(
        "SELECT c.relname::text, coalesce(p.relname, c.relname)::text FROM pg_class c "
        "LEFT JOIN pg_inherits i ON i.inhrelid = c.oid LEFT JOIN pg_class p ON p.oid = i.inhparent "
        "WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND c.relname <> ALL(%s)",
        [known],
    )
    tables = dict(cursor.fetchall())
    # A partition has the policies of its table, so that nobody passes them by naming it.
    wanted = {policy._replace(table=table) for table, whole in tables.items() for policy in expected(whole)}
    found = {policy for policy in standing(cursor) if policy.table in tables}
    return sorted({f"{each.table}.{each.name}" for each in wanted ^ found if (each.roles, each.name) not in CROSSINGS})


def standing(cursor: psycopg.Cursor | CursorWrapper) -> list[Policy]:
    """Return every policy of the connected database."""
    cursor.execute(
        """SELECT c.relname::text, p.polname::text, p.polpermissive, p.polcmd::text, p.polroles::regrole[]::text,
           pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)
           FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid ORDER BY 1, 2"""
    )
    return [_plain(Policy(*row)) for row in cursor.fetchall()]


def expected(table: str) -> list[Policy]:
    """Return the policies that `Isolate` and `Ingest` give to a table."""
    visible, own = WIDER.get(table, (SAME, SAME))
    made = [
        Policy(table, "tenant", True, "*", "{ot_app}", visible, own),
        Policy(table, "fence", False, "*", "{ot_app}", visible, own),
        Policy(table, "migrating", True, "*", "{ot_owner}", _MIGRATING, _MIGRATING),
    ]
    if visible != own:
        verbs = {"kept_update": "w", "kept_delete": "d"}
        made += [Policy(table, name, False, verb, "{ot_app}", own, None) for name, verb in verbs.items()]
    made += [
        Policy(table, f"ingest_{verb.lower()}", True, command, "{ot_ingest}", using, check)
        for verb, (command, using, check) in _BATCHES.items()
        if f"{table} {verb}" in INGESTED
    ]
    return made


def _plain(policy: Policy) -> Policy:
    # PostgreSQL breaks long conditions into lines.
    using, check = (text and " ".join(text.split()) for text in (policy.using, policy.check))
    return policy._replace(using=using, check=check)
