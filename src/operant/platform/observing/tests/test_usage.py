"""Usage: what is counted, by whom it is read, and when it goes."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from operant.platform import clock, tenancy, trail
from operant.platform.observing import usage
from operant.platform.observing.jobs import forget_usage
from operant.platform.observing.models import Usage
from operant.platform.tenancy import counts
from operant.testing import api

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nothing_waits():
    usage.tally = usage.Tally()


def used(organization) -> list[tuple]:
    with tenancy.organization_scope(organization.pk):
        return list(Usage.objects.order_by("day", "feature").values_list("day", "feature", "uses"))


def test_a_page_that_is_opened_counts_for_its_organization(cast, signed_in):
    ben = signed_in(cast.ben)
    with clock.frozen(NOON):
        with trail.begin():
            for path in ("/o/harbour/dashboards/?q=secret", "/o/harbour/dashboards/", "/o/harbour/people/", "/me/"):
                assert ben.get(path).status_code == 200
        usage.tally.write()
    day = NOON.date()
    assert used(cast.harbour) == [(day, "dashboards", 2), (day, "people", 1)]
    assert used(cast.meadow) == []


def test_an_endpoint_counts_for_the_organization_of_its_token(cast):
    program = api.Program(api.made(cast.at_harbour, cast.ann)[1])
    with clock.frozen(NOON):
        for _ in range(2):
            with trail.begin():
                assert program.get("dashboards").status_code == 200
        usage.tally.write()
    assert used(cast.harbour) == [(NOON.date(), "api_list_dashboards", 2)]


def test_nothing_of_a_person_or_an_address_is_kept():
    assert [field.name for field in Usage._meta.get_fields()] == ["id", "organization_id", "day", "feature", "uses"]


def test_what_fails_or_only_asks_again_counts_for_nothing(cast, signed_in):
    ben = signed_in(cast.ben)
    with trail.begin():
        assert ben.get("/o/harbour/screens/pair").status_code == 403
        assert ben.get("/o/meadow/").status_code == 404
        assert ben.get("/o/harbour/", headers={"HX-Request": "true"}).status_code == 200
        assert ben.head("/o/harbour/").status_code == 200
        assert Client().get("/accounts/login/").status_code == 200
    assert usage.tally.write() == 0


def test_an_unknown_name_is_refused(cast):
    with pytest.raises(usage.UnknownFeature):
        usage.tally.count(cast.harbour.pk, "looked at Ada's screen")
    assert usage.tally.write() == 0


def test_many_uses_are_one_row_and_one_question_for_each_organization(cast):
    with clock.frozen(NOON):
        for organization in (cast.harbour, cast.meadow):
            for _ in range(500):
                usage.tally.count(organization.pk, "home")
                usage.tally.count(organization.pk, "people")
        with CaptureQueriesContext(connection) as asked:
            assert usage.tally.write() == 4
        assert sum("INSERT INTO observing_usage" in each["sql"] for each in asked) == 2
        usage.tally.count(cast.harbour.pk, "home")
        usage.tally.write()
    assert used(cast.harbour) == [(NOON.date(), "home", 501), (NOON.date(), "people", 500)]


def test_what_cannot_be_written_waits(cast):
    usage.tally.count(cast.harbour.pk, "home")
    with cast.at_harbour(), pytest.raises(tenancy.NestedScope):
        usage.tally.write()
    assert usage.tally.write() == 1


def test_what_is_older_than_it_is_kept_goes(cast):
    with clock.frozen(NOON):
        usage.tally.count(cast.harbour.pk, "home")
        usage.tally.write()
    for days, left in ((90, 1), (91, 0)):
        with clock.frozen(NOON + timedelta(days=days)):
            forget_usage(organization_id=str(cast.harbour.pk))
        assert len(used(cast.harbour)) == left


def a_week(feature: str, organizations: int, day: datetime) -> None:
    """Let so many organizations use a feature three times on a day."""
    for number in range(organizations):
        with tenancy.organization_scope(UUID(int=number + 1)):
            Usage.objects.create(day=day.date(), feature=feature, uses=3)


@pytest.fixture
def weeks(db) -> datetime:
    """Two weeks ago five used one feature and four another; this week five use it again."""
    now = clock.now()
    monday = now - timedelta(days=now.weekday() + 14)
    a_week("dashboards", 5, monday)
    a_week("people", 4, monday + timedelta(days=2))
    a_week("dashboards", 5, now)
    return monday


def test_groups_of_fewer_than_five_are_not_told(weeks):
    assert counts.SMALLEST_GROUP == 5
    with tenancy.organization_scope(tenancy.OPERATOR):
        told = counts.usage(clock.now())
    assert told == [{"week": weeks.date(), "feature": "dashboards", "organizations": 5, "uses": 15}]


def test_nobody_asks_for_a_week_that_is_not_over(weeks):
    with tenancy.organization_scope(tenancy.OPERATOR):
        assert counts.usage(clock.now() + timedelta(days=30)) == counts.usage(clock.now())


def test_a_fifth_organization_makes_a_group(weeks):
    """The control: the four were there."""
    with tenancy.organization_scope(uuid4()):
        Usage.objects.create(day=weeks.date() + timedelta(days=2), feature="people", uses=1)
    with tenancy.organization_scope(tenancy.OPERATOR):
        told = {row["feature"]: row["uses"] for row in counts.usage(clock.now())}
    assert told == {"dashboards": 15, "people": 13}


def test_rows_are_read_by_nobody_but_their_organization(weeks):
    """Also not by the operator: row security leaves the sums, and nothing below them."""
    with tenancy.organization_scope(tenancy.OPERATOR):
        assert Usage.objects.count() == 0
    with tenancy.organization_scope(UUID(int=1)):
        assert Usage.objects.count() == 3
        assert counts.usage(clock.now()) == []
