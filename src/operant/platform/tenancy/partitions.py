"""
Tables of samples, cut into months: made ahead, and dropped whole when their time is over.

PostgreSQL makes and drops partitions as the owner of the tables, in one function that takes nothing but a time.
"""

from datetime import datetime

from django.db import connection
from django.db.backends.utils import CursorWrapper

# What falls outside every month that was made: the clock was wrong, or nobody turned the months for a quarter.
REST = "rest"


def turn(at: datetime) -> int:
    """
    Make the month of `at` and three more for every partitioned table, drop what is past its time; return how many.

    Months are dropped by the server's own clock at the latest: a clock that runs ahead here destroys nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT app.turn_partitions(%s)", [at])
        return cursor.fetchone()[0]


def names(cursor: CursorWrapper, table: str) -> list[str]:
    """Return the partitions of a table, sorted."""
    cursor.execute(
        "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
        "WHERE i.inhparent = %s::regclass ORDER BY c.relname",
        [table],
    )
    return [row[0] for row in cursor.fetchall()]


SCHEMA = """
CREATE TABLE IF NOT EXISTS app.partitions (relation text PRIMARY KEY, cut_by text NOT NULL, months integer NOT NULL);
ALTER TABLE app.partitions OWNER TO ot_owner;

-- One partition, with every policy of its table and no grant for who serves: it is reached through its table only.
CREATE OR REPLACE FUNCTION app.shield_partition(relation text, part text) RETURNS void
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
  p pg_policies%ROWTYPE;
BEGIN
  EXECUTE format('REVOKE ALL ON public.%I FROM ot_app, ot_ingest', part);
  EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', part);
  EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', part);
  FOR p IN SELECT * FROM pg_policies WHERE schemaname = 'public' AND tablename = relation LOOP
    EXECUTE format('CREATE POLICY %I ON public.%I AS %s FOR %s TO %s', p.policyname, part, p.permissive, p.cmd,
                   (SELECT string_agg(quote_ident(role), ', ') FROM unnest(p.roles) role))
      || coalesce(' USING (' || p.qual || ')', '') || coalesce(' WITH CHECK (' || p.with_check || ')', '');
  END LOOP;
END
$body$;
ALTER FUNCTION app.shield_partition(text, text) OWNER TO ot_owner;

CREATE OR REPLACE FUNCTION app.turn_partitions(at timestamptz) RETURNS integer
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET lock_timeout = '5s' SET app.migrating = 'on' SET timezone = 'UTC' AS $body$
DECLARE
  t app.partitions%ROWTYPE;
  part text;
  rest text;
  since timestamptz;
  until timestamptz;
  turned integer := 0;
BEGIN
  IF at IS NULL OR at < now() - interval '400 days' OR at > now() + interval '400 days' THEN
    RAISE EXCEPTION 'The clock says %, and the database says %: set the one that is wrong.', at, now();
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('app.turn_partitions'));
  FOR t IN SELECT * FROM app.partitions ORDER BY relation LOOP
    rest := t.relation || '_rest';
    IF to_regclass('public.' || quote_ident(rest)) IS NULL THEN
      EXECUTE format('CREATE TABLE public.%I PARTITION OF public.%I DEFAULT', rest, t.relation);
      PERFORM app.shield_partition(t.relation, rest);
    END IF;
    FOR ahead IN 0..3 LOOP
      since := date_trunc('month', at) + make_interval(months => ahead);
      until := since + interval '1 month';
      part := t.relation || to_char(since, '_YYYY_MM');
      IF to_regclass('public.' || quote_ident(part)) IS NULL THEN
        -- What waits in the rest moves in first: a month with rows in the rest cannot be attached.
        EXECUTE format('CREATE TABLE public.%I (LIKE public.%I INCLUDING ALL)', part, t.relation);
        EXECUTE format('WITH moved AS (DELETE FROM public.%1$I WHERE %2$I >= $1 AND %2$I < $2 RETURNING *)
                        INSERT INTO public.%3$I SELECT * FROM moved', rest, t.cut_by, part) USING since, until;
        PERFORM app.shield_partition(t.relation, part);
        EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
                       t.relation, part, since, until);
        turned := turned + 1;
      END IF;
    END LOOP;
    since := least(at, now()) - make_interval(months => t.months);
    FOR part IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                WHERE i.inhparent = ('public.' || quote_ident(t.relation))::regclass
                  AND c.relname ~ '_[0-9]{4}_[0-9]{2}$'
                  AND to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month' <= since LOOP
      EXECUTE format('DROP TABLE public.%I', part);
      turned := turned + 1;
    END LOOP;
    EXECUTE format('DELETE FROM public.%I WHERE %I < $1', rest, t.cut_by) USING since;
  END LOOP;
  RETURN turned;
END
$body$;
ALTER FUNCTION app.turn_partitions(timestamptz) OWNER TO ot_owner;
"""
