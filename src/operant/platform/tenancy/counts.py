"""
What the operator's room counts across organizations: numbers, and the names that organizations go by. Never content.

Each function answers in the operator's own organization only: in any other scope, and in none, it has no rows. So what
slips a statement into somebody's page learns nothing here, not even who else there is.
"""

from datetime import datetime
from typing import Any

from django.db import connection

SMALLEST_GROUP = 5
"""Fewer organizations than this are no group: what they did in a week is not told."""


def organizations() -> list[dict[str, Any]]:
    """Return every organization with its counts. Call in the operator's scope."""
    return _rows("SELECT * FROM app.told_organizations()", [])


def usage(at: datetime) -> list[dict[str, Any]]:
    """Return what was used in each week that was over at `at`, by groups of organizations. Call in the operator's scope."""
    return _rows("SELECT * FROM app.told_usage(%s)", [at])


def mails(since: datetime) -> dict[str, int]:
    """Return how many mails that were written since then are in which state. Call in the operator's scope."""
    return {row["state"]: row["mails"] for row in _rows("SELECT * FROM app.told_mails(%s)", [since])}


def _rows(statement: str, values: list[Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


# The operator's organization, as in `tenancy.OPERATOR`: the signed context says whether this is its scope.
SCHEMA = """
CREATE OR REPLACE FUNCTION app.told_organizations()
RETURNS TABLE (id uuid, slug text, name text, created_at timestamptz, people bigint, screens bigint, bytes bigint, last_on date)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  IF app.org() IS DISTINCT FROM '00000000-0000-4000-8000-000000000001'::uuid THEN
    RETURN;
  END IF;
  RETURN QUERY
  SELECT o.id, o.slug::text, o.name::text, o.created_at, coalesce(m.number, 0), coalesce(s.number, 0),
         coalesce(f.number, 0)::bigint, u.last_on
    FROM public.organizations_organization o
    LEFT JOIN (SELECT t.organization_id, count(*) AS number FROM public.organizations_membership t
               GROUP BY t.organization_id) m ON m.organization_id = o.id
    LEFT JOIN (SELECT t.organization_id, count(*) AS number FROM public.relay_screen t
               WHERE t.unpaired_at IS NULL GROUP BY t.organization_id) s ON s.organization_id = o.id
    LEFT JOIN (SELECT t.organization_id, sum(t.size) AS number FROM public.files_file t
               GROUP BY t.organization_id) f ON f.organization_id = o.id
    LEFT JOIN (SELECT t.organization_id, max(t.day) AS last_on FROM public.observing_usage t
               GROUP BY t.organization_id) u ON u.organization_id = o.id
   ORDER BY o.name, o.id;
END
$body$;
ALTER FUNCTION app.told_organizations() OWNER TO ot_sweep;

-- Weeks that are over, each counted once: neither a number that grows nor two that overlap tell what a single one did.
CREATE OR REPLACE FUNCTION app.told_usage(at timestamptz)
RETURNS TABLE (week date, feature text, organizations bigint, uses bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
  this_week date := date_trunc('week', least(at, now()) AT TIME ZONE 'UTC')::date;
BEGIN
  IF app.org() IS DISTINCT FROM '00000000-0000-4000-8000-000000000001'::uuid THEN
    RETURN;
  END IF;
  RETURN QUERY
  SELECT date_trunc('week', t.day::timestamp)::date, t.feature::text, count(DISTINCT t.organization_id), sum(t.uses)::bigint
    FROM public.observing_usage t WHERE t.day < this_week
   GROUP BY 1, 2 HAVING count(DISTINCT t.organization_id) >= 5
   ORDER BY 1 DESC, 4 DESC, 2;
END
$body$;
ALTER FUNCTION app.told_usage(timestamptz) OWNER TO ot_sweep;

CREATE OR REPLACE FUNCTION app.told_mails(since timestamptz)
RETURNS TABLE (state text, mails bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
  IF app.org() IS DISTINCT FROM '00000000-0000-4000-8000-000000000001'::uuid THEN
    RETURN;
  END IF;
  RETURN QUERY SELECT t.state::text, count(*) FROM public.messaging_message t WHERE t.created_at >= since GROUP BY 1;
END
$body$;
ALTER FUNCTION app.told_mails(timestamptz) OWNER TO ot_sweep;
"""
