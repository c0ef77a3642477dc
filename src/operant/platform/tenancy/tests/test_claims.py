from collections.abc import Iterator

import psycopg
import pytest

from operant.platform.tenancy import audit
from operant.testing import plugin

NAMES = ("kind", "relation", "due", "lease")


@pytest.fixture
def admin(db) -> Iterator[psycopg.Connection]:
    """The server's administrator, in a transaction that never counts."""
    with psycopg.connect(**plugin.ADMIN | {"dbname": plugin.DATABASE}) as connection:
        yield connection
        connection.rollback()


def register(admin, **changes) -> None:
    wait = {"kind": "odd", "relation": "messaging_message", "due": "due_at", "lease": "leased_until"} | changes
    admin.execute("INSERT INTO app.waits VALUES (%s, %s, %s, %s)", [wait[name] for name in NAMES])


def claims(admin) -> set[str]:
    found = admin.execute("SELECT proname FROM pg_proc WHERE pronamespace = 'app'::regnamespace AND proname ~ '^claim_'")
    return {row[0] for row in found}


def found(admin) -> list[str]:
    with admin.cursor() as cursor:
        return [each.what for each in audit.findings(cursor)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("word", ["a$claim$", 'a"', "a'", "a b", "A", "", "a\nb"])
def test_a_name_that_would_end_the_function_it_is_written_into_is_refused(name, word, admin):
    with pytest.raises(psycopg.errors.CheckViolation, match="plain_names"):
        register(admin, **{name: word})


def test_a_claim_goes_with_its_wait(admin):
    before = claims(admin)
    register(admin)
    assert (claims(admin) - before, found(admin)) == ({"claim_odd"}, [audit_name("odd")])
    admin.execute("UPDATE app.waits SET kind = 'odder' WHERE kind = 'odd'")
    assert (claims(admin) - before, found(admin)) == ({"claim_odder"}, [audit_name("odder")])
    admin.execute("DELETE FROM app.waits WHERE kind = 'odder'")
    assert (claims(admin), found(admin)) == (before, [])


def audit_name(kind) -> str:
    return f"app.claim_{kind}(timestamp with time zone,interval,integer)"


def test_a_claim_knows_its_parameters_from_columns_of_these_names(admin):
    admin.execute(
        "CREATE TABLE public.odd (id uuid DEFAULT gen_random_uuid(), organization_id uuid DEFAULT gen_random_uuid(), "
        "at timestamptz DEFAULT '2026-03-01', lease_for timestamptz, batch integer)"
    )
    admin.execute("GRANT SELECT, UPDATE ON public.odd TO ot_sweep")
    admin.execute("INSERT INTO public.odd DEFAULT VALUES")
    register(admin, relation="odd", due="at", lease="lease_for")
    claim = "SELECT count(*) FROM app.claim_odd(%s, '1 minute', 5)"
    taken = [admin.execute(claim, [f"2026-03-01 00:0{minute}"]).fetchone()[0] for minute in (0, 0, 1)]
    assert taken == [1, 0, 1]
