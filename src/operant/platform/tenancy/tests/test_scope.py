import psycopg
import pytest
from django.db import connection, connections, transaction
from django.db.utils import DataError, ProgrammingError

from operant.panel.organizations.models import Invitation, Membership, Organization
from operant.platform import tenancy
from operant.platform.tenancy import audit, signing
from operant.testing import ingest

STANDING = "00000000-0000-0000-0000-000000000000"  # what is signed for the reception


def _people() -> list[str]:
    return sorted(Membership.objects.values_list("person__name", flat=True))


def test_a_scope_sees_its_organization_and_nothing_else(cast):
    with cast.at_harbour():
        assert _people() == ["Ada", "Ann", "Ben", "Cleo"]
        assert list(Organization.objects.all()) == [cast.harbour]
    with cast.at_meadow():
        assert _people() == ["Mallory"]
        assert list(Organization.objects.all()) == [cast.meadow]


def test_a_person_sees_their_own_memberships_across_organizations(cast):
    with tenancy.person_scope(cast.mallory.pk):
        assert [each.person_id for each in Membership.objects.all()] == [cast.mallory.pk]
        assert list(Organization.objects.all()) == [cast.meadow]


def test_who_belongs_to_two_organizations_sees_one_at_a_time(cast):
    with cast.at_meadow(cast.mallory):
        Membership.objects.create(person=cast.ada, role="viewer")
    with cast.at_harbour(cast.ada):
        assert _people() == ["Ada", "Ann", "Ben", "Cleo"]
        assert list(Organization.objects.all()) == [cast.harbour]
    with tenancy.person_scope(cast.ada.pk):
        assert Membership.objects.count() == 2


def test_nobody_makes_themselves_a_member_elsewhere(cast):
    for scope in (cast.at_meadow(cast.mallory), tenancy.person_scope(cast.mallory.pk)):
        with pytest.raises(ProgrammingError, match="row-level security"), scope:
            Membership.objects.create(person=cast.mallory, role="owner", organization_id=cast.harbour.pk)


def test_memberships_are_neither_changed_nor_removed_from_elsewhere(cast):
    with tenancy.person_scope(cast.ada.pk):
        mine = Membership.objects.filter(person=cast.ada)
        assert (mine.count(), mine.update(role="viewer"), mine._raw_delete("default")) == (1, 0, 0)


def test_scopes_do_not_nest(cast):
    with cast.at_harbour(), pytest.raises(tenancy.NestedScope), cast.at_meadow():
        pass


def test_a_tenant_table_outside_a_scope_is_loud(cast):
    with pytest.raises(tenancy.NoScope):
        Membership.objects.count()


@pytest.mark.parametrize("forge", ["plain", "other_key", "expired", "swapped_setting", "garbage"])
def test_a_forged_context_sees_no_rows(cast, forge, monkeypatch):
    context = {
        "plain": str(cast.harbour.pk),
        "other_key": f"{cast.harbour.pk}.9999999999.{'0' * 64}",
        "expired": _expired(cast.harbour.pk, monkeypatch),
        "swapped_setting": signing.signed(signing.PERSON, cast.harbour.pk),
        "garbage": "a.b.c",
    }[forge]
    with cast.at_meadow(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.ctx', %s, true)", [context])
        cursor.execute("SELECT app.org()")
        assert cursor.fetchone() == (None,)
        assert Invitation.objects.count() == 0


def test_what_was_checked_is_remembered_for_its_own_context_alone(cast):
    with cast.at_meadow(), connection.cursor() as cursor:
        cursor.execute("SELECT app.org(), app.org(), current_setting('app.org_seen'), current_setting('app.ctx')")
        *found, is_remembered, context = cursor.fetchone()
        assert (found, is_remembered) == ([cast.meadow.pk, cast.meadow.pk], "on")
        forged = context.replace(str(cast.meadow.pk), str(cast.harbour.pk))
        cursor.execute("SELECT set_config('app.ctx', %s, true)", [forged])
        assert (_scope_of(cursor), Invitation.objects.count()) == (None, 0)
        cursor.execute("SELECT set_config('app.ctx', %s, true)", [context])
        assert _scope_of(cursor) == cast.meadow.pk


def test_what_was_checked_is_forgotten_with_its_transaction(cast):
    asked = "SELECT app.org(), current_setting('app.org_seen')"
    with psycopg.connect(**ingest.parameters(), autocommit=True) as other:
        with other.transaction():
            context = signing.signed(signing.ORGANIZATION, cast.meadow.pk)
            other.execute("SELECT set_config('app.ctx', %s, true), app.remember()", [context])
            assert other.execute(asked).fetchone() == (cast.meadow.pk, "on")
        assert other.execute(asked).fetchone() == (None, "")


def test_a_remembered_context_ends_when_it_is_over(cast, monkeypatch):
    monkeypatch.setattr(signing, "VALID_SECONDS", 2)
    with cast.at_meadow(), connection.cursor() as cursor:
        assert _scope_of(cursor) == cast.meadow.pk
        cursor.execute("SELECT pg_sleep(3)")
        assert _scope_of(cursor) is None


def test_a_transaction_that_only_reads_remembers_nothing(cast):
    context = signing.signed(signing.ORGANIZATION, cast.meadow.pk)
    with psycopg.connect(**ingest.parameters()) as other:
        other.read_only = True
        other.execute("SELECT set_config('app.ctx', %s, true), app.remember()", [context])
        found = other.execute("SELECT app.org(), app.org(), current_setting('app.org_seen', true)").fetchone()
    assert found == (cast.meadow.pk, cast.meadow.pk, None)


def test_what_was_prepared_by_sql_closes_one_transaction_and_not_the_session(cast):
    # As behind a pooler: nothing is prepared by the driver, so that it never takes anything back.
    with psycopg.connect(**ingest.parameters(), autocommit=True, prepare_threshold=None) as other:
        for name in ("_pg3_0", '"all"', "prepare", '"it\'s ""one"""'):
            other.execute(f"PREPARE {name} AS SELECT 1")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="prepared a statement in this session"):
            other.execute("SELECT app.remember()")
        assert other.execute("SELECT name FROM pg_prepared_statements").fetchall() == []
        other.execute("SELECT app.remember()")


def test_who_forgets_what_was_checked_hurts_their_own_transaction_alone(cast):
    context = signing.signed(signing.ORGANIZATION, cast.meadow.pk)
    with psycopg.connect(**ingest.parameters(), autocommit=True) as other:
        with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState), other.transaction():
            other.execute("SELECT set_config('app.ctx', %s, true), app.remember()", [context])
            other.execute("DISCARD SEQUENCES")
            other.execute("SELECT app.org()")
        with other.transaction():
            other.execute("SELECT set_config('app.ctx', %s, true)", [context])
            assert other.execute("SELECT app.org()").fetchone() == (cast.meadow.pk,)


def test_what_a_session_says_of_it_ends_where_a_scope_opens(cast):
    with connection.cursor() as cursor:
        cursor.execute("SET app.person_seen = 'on'")
    with cast.at_meadow(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.person_seen'), app.person(), app.org()")
        assert cursor.fetchone() == ("", None, cast.meadow.pk)


def test_a_plan_in_parallel_sees_its_organization_alone(cast):
    asked = "SELECT count(DISTINCT m.id) FROM pg_attribute a CROSS JOIN organizations_membership m WHERE a.attnum < 99"
    with cast.at_harbour(), connection.cursor() as cursor:
        # Whatever PostgreSQL knows of the sizes at this moment.
        for said in ("parallel_setup_cost", "parallel_tuple_cost", "min_parallel_table_scan_size", "enable_indexonlyscan"):
            cursor.execute(f"SET LOCAL {said} = 0")
        cursor.execute(f"EXPLAIN {asked}")
        plan = " ".join(row[0] for row in cursor.fetchall())
        cursor.execute(asked)
        assert ("Gather" in plan, cursor.fetchone()) == (True, (4,))


@pytest.mark.parametrize("said", ["SELECT setval('app.org_seen', 1)", "SELECT nextval('app.org_seen')"])
def test_nobody_who_serves_says_what_was_checked(cast, said):
    with pytest.raises(ProgrammingError, match="permission denied"), cast.at_meadow(), connection.cursor() as cursor:
        cursor.execute(said)


def _scope_of(cursor) -> str | None:
    cursor.execute("SELECT app.org()")
    return cursor.fetchone()[0]


def _expired(organization_id, monkeypatch) -> str:
    with monkeypatch.context() as patch:
        patch.setattr(signing, "VALID_SECONDS", -10)
        return signing.signed(signing.ORGANIZATION, organization_id)


def test_writing_into_another_organization_is_refused(cast):
    with pytest.raises(ProgrammingError, match="row-level security"), cast.at_meadow():
        Membership.objects.create(person=cast.mallory, role="owner", organization_id=cast.harbour.pk)


def test_the_context_ends_with_its_scope(cast):
    with cast.at_harbour():
        pass
    with connection.cursor() as cursor:
        cursor.execute("SELECT app.org(), app.person()")
        assert cursor.fetchone() == (None, None)


def test_the_catalog_has_no_holes(cast):
    with connection.cursor() as cursor:
        assert audit.findings(cursor) == []


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_catalog_audit_sees_a_hole():
    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE TABLE planted (id uuid PRIMARY KEY, organization_id uuid)")
        found = {finding.id for finding in audit.findings(cursor) if "planted" in finding.what}
    assert found == {"row_security_off", "policies", "nullable_organization", "no_leading_index"}


@pytest.mark.parametrize(
    ("done", "found"),
    [
        ("GRANT UPDATE ON SEQUENCE app.org_seen TO ot_app", [("checked_context_writable", "app.org_seen for ot_app")]),
        ("DROP FUNCTION app.remember()", [("schema_of_before", "app.remember()")]),
    ],
)
def test_the_catalog_audit_looks_after_what_is_remembered(done, found):
    with ingest.administrator() as server:
        server.execute(done)
        assert [(each.id, each.what) for each in audit.findings(server.cursor())] == found


def test_the_catalog_audit_leaves_an_extensions_own_view_to_its_server(db):
    with ingest.administrator() as server:
        server.execute("CREATE EXTENSION pg_stat_statements SCHEMA public")
        server.execute("CREATE VIEW public.planted AS SELECT 1 AS one")
        assert [(each.id, each.what) for each in audit.findings(server.cursor())] == [("view_without_invoker", "planted")]


def people_seen() -> tuple[int, str]:
    """Ask as an injection would: the guard, which is for mistakes, does not hear of it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), current_setting('app.reception') FROM account_emailaddress")
        seen, said = cursor.fetchone()
        return seen, said[:36]


def test_the_reception_lasts_as_long_as_its_block(cast):
    with cast.at_harbour():
        before = people_seen()
        with tenancy.reception():
            inside = people_seen()
        assert (before, inside, people_seen()) == ((0, ""), (5, STANDING), (0, ""))


def test_a_scope_that_opens_at_the_reception_has_it_and_leaves_it(cast):
    with tenancy.reception():
        with cast.at_harbour():
            inside = people_seen()
        outside = people_seen()
    assert (inside, outside, people_seen()) == ((5, STANDING), (5, STANDING), (0, ""))


def test_what_fails_at_the_reception_leaves_nothing_open(cast):
    with cast.at_harbour():
        with pytest.raises(DataError), transaction.atomic(), tenancy.reception(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0 FROM accounts_person")
        assert people_seen() == (0, "")


def test_at_the_reception_an_organization_stays_closed(cast):
    with cast.at_harbour(), tenancy.reception(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM organizations_membership")
        assert cursor.fetchone() == (4,)
