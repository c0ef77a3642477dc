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
