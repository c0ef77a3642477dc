"""A statement that is written once gives what the query set gives, whatever it is asked with."""

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from operant.panel.accounts.models import Person, Session
from operant.panel.organizations.models import Membership, Role
from operant.platform import tenancy
from operant.platform.statements import Written


def test_it_gives_what_the_query_set_gives_for_each_value_with_one_statement(cast):
    made = []

    def of(role, person):
        made.append(role)
        rows = Membership.objects.select_related("person").filter(role=role, person__gte=person)
        return rows.only("role", "person__name").order_by(F("person__name").desc())

    written = Written(of)
    with cast.at_harbour():
        for person in (cast.ada, cast.cleo):
            for role in Role:
                with CaptureQueriesContext(connection) as asked:
                    found = [(each, each.person, each.person.name) for each in written.all(role.value, person.pk)]
                assert [each["sql"].split()[0] for each in asked] == ["SELECT"]
                assert found == [(each, each.person, each.person.name) for each in of(role.value, person.pk)]
        # What was left out is there when it is wanted, as with a query set.
        assert written.first("owner", tenancy.OPERATOR).joined_at == Membership.objects.get(role="owner").joined_at
        assert written.first("nothing", tenancy.OPERATOR) is None
    assert len(made) == 1 + 2 * len(Role)


def test_what_is_joined_and_not_there_is_none(cast):
    with tenancy.reception():
        Session.objects.create(session_key="nobody's", session_data="", expire_date="2999-01-01T00:00Z")
        found = Written(lambda key: Session.objects.select_related("person").filter(pk=key)).first("nobody's")
        assert (found.pk, found.person) == ("nobody's", None)


def test_what_is_bound_beside_its_values_is_refused(cast):
    with cast.at_harbour(), pytest.raises(ValueError, match="not in list"):
        Written(lambda role: Person.objects.filter(memberships__role=role, name="Ada")).all("owner")
