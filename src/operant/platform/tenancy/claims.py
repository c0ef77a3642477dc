"""
One function for each kind of wait, which claims what is due: `app.claim_<kind>(at, lease_for, batch)`.

A function that is handed its table's name plans its statement anew with every call, and that takes longer than the
claim. So the row in `app.waits` that registers a kind makes a function with the name written in; they go together, too.
"""

# The plan is kept, and made without knowing what is due: it must walk the index of due times however little it expects.
SCHEMA = """
DROP FUNCTION IF EXISTS app.claim_due(text, timestamptz, interval, integer);

-- The names are written into a text within a text, which quotes a name for one of them only.
ALTER TABLE app.waits DROP CONSTRAINT IF EXISTS plain_names;
ALTER TABLE app.waits ADD CONSTRAINT plain_names CHECK (
  kind ~ '^[a-z_0-9]+$' AND relation ~ '^[a-z_0-9]+$' AND due ~ '^[a-z_0-9]+$' AND lease ~ '^[a-z_0-9]+$'
);

CREATE OR REPLACE FUNCTION app.make_claim() RETURNS trigger
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
  name text := 'claim_' || NEW.kind;
BEGIN
  IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND OLD.kind <> NEW.kind THEN
    EXECUTE format('DROP FUNCTION IF EXISTS app.%I(timestamptz, interval, integer)', 'claim_' || OLD.kind);
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN NULL;
  END IF;
  EXECUTE format(
    $make$
    CREATE OR REPLACE FUNCTION app.%1$I(at timestamptz, lease_for interval, batch integer)
    RETURNS TABLE (organization_id uuid, id uuid)
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off AS $claim$
    #variable_conflict use_variable
    BEGIN
      RETURN QUERY UPDATE public.%2$I t SET %4$I = at + lease_for WHERE t.id = ANY (ARRAY(
        SELECT d.id FROM public.%2$I d WHERE d.%3$I <= at AND (d.%4$I IS NULL OR d.%4$I <= at)
        ORDER BY d.%3$I LIMIT batch FOR UPDATE SKIP LOCKED))
      RETURNING t.organization_id, t.id;
    END
    $claim$
    $make$, name, NEW.relation, NEW.due, NEW.lease);
  EXECUTE format('REVOKE ALL ON FUNCTION app.%I(timestamptz, interval, integer) FROM PUBLIC', name);
  EXECUTE format('GRANT EXECUTE ON FUNCTION app.%I(timestamptz, interval, integer) TO ot_app', name);
  RETURN NULL;
END
$body$;
ALTER FUNCTION app.make_claim() OWNER TO ot_sweep;
CREATE OR REPLACE TRIGGER make_claim AFTER INSERT OR UPDATE OR DELETE ON app.waits
FOR EACH ROW EXECUTE FUNCTION app.make_claim();
"""
