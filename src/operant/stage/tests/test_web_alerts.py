from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from operant.panel.organizations import actions as organizations
from operant.panel.organizations.models import Membership, Role
from operant.platform import clock
from operant.stage import actions
from operant.stage.models import Alert, AlertReading
from operant.stage.terms import Terms
from operant.testing import stage as things
from operant.testing.queue import run_jobs

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LOW = Terms("Few orders", "q1", "revenue", "last", "below", Decimal(100))
SAID = {
    "name": "Few orders", "figure": "q1|revenue", "reduce": "last", "condition": "below", "limit": "100", "within": "3600",
    "hold": "0", "rest": "300",
}  # fmt: skip


@pytest.fixture(autouse=True)
def frozen():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def pulse(cast, orders):
    with cast.at_harbour(cast.ben):
        made = things.published(cast.ben, name="Company pulse", content=things.document(orders)).dashboard
    run_jobs()
    return made


@pytest.fixture
def firing(cast, pulse):
    with cast.at_harbour(cast.ben):
        made = actions.create_alert(dashboard=pulse, terms=LOW, by=cast.ben)
        Alert.objects.update(state="firing", value="60", fired_at=NOW, evaluated_at=NOW)
        for minutes in range(3):
            AlertReading.objects.create(alert=made, at=NOW + timedelta(minutes=minutes), value=60 + minutes)
    return made


def at(name, *args):
    return reverse(name, args=["harbour", *args])


def test_an_alert_is_made_changed_muted_and_deleted(cast, signed_in, pulse):
    ben = signed_in(cast.ben)
    page = ben.get(at("alert-new", pulse.pk))
    assert "Revenue: revenue" in page.text
    assert "Revenue: how many rows" in page.text
    assert ben.post(at("alert-new", pulse.pk), SAID, follow=True).status_code == 200
    with cast.at_harbour():
        made = Alert.objects.get()
        assert (made.terms, made.created_by) == (Terms(**{**asdict(LOW), "rest_seconds": 300}), cast.ben)
    here = (pulse.pk, made.pk)
    assert 'value="100"' in ben.get(at("alert-change", *here)).text
    changed = {**SAID, "figure": "q1|", "condition": "silent", "limit": ""}
    assert "the number of rows is 0" in ben.post(at("alert-change", *here), changed, follow=True).text.lower()
    ben.post(at("alert-mute", *here), {"hours": "8"})
    with cast.at_harbour():
        assert Alert.objects.get().muted_until == NOW + timedelta(hours=8)
    assert ben.post(at("alert-mute", *here), {"hours": "9"}).status_code == 422
    ben.post(at("alert-mute", *here), {"hours": ""})
    ben.post(at("alert-deletion", *here))
    with cast.at_harbour():
        assert list(Alert.objects.all()) == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [({"limit": ""}, "This field is required"), ({"condition": "changed", "limit": "-1"}, "Say by how many percent"),
     ({"figure": "q9|revenue"}, "q9|revenue"), ({"name": ""}, "required")],
)  # fmt: skip
def test_what_cannot_be_judged_is_said_in_the_form(cast, signed_in, pulse, wrong, sentence):
    answer = signed_in(cast.ben).post(at("alert-new", pulse.pk), {**SAID, **wrong})
    assert (answer.status_code, sentence in answer.text) == (422, True)


def test_what_fires_is_seen_wherever_people_look(cast, signed_in, firing):
    cleo = signed_in(cast.cleo)
    for page in (at("alerts"), at("dashboard", firing.dashboard_id), at("alert", firing.pk)):
        text = cleo.get(page).text
        assert ("Few orders" in text, "Firing" in text) == (True, True), page
        assert at("alert-change", firing.dashboard_id, firing.pk) not in text
    assert "Few orders on Company pulse: 60, below 100." in cleo.get(at("home")).text
    assert "Between 60 and 62" in cleo.get(at("alert", firing.pk)).text
    with cast.at_harbour(cast.ben):
        actions.mute_alert(alert=firing, until=NOW + timedelta(hours=8), by=cast.ben)
    assert "60, below 100" not in cleo.get(at("home")).text


def test_the_list_is_narrowed_and_is_a_file(cast, signed_in, firing):
    ben = signed_in(cast.ben)

    def names(query):
        lines = b"".join(ben.get(f"{at('alerts')}?format=csv&{query}")).decode("utf-8-sig").splitlines()
        return [line.split(",")[:4] for line in lines[1:]]

    for query in ("state=firing", "q=orders", "q=pulse", ""):
        assert names(query) == [["Few orders", "Company pulse", "Firing", "60"]], query
    for query in ("state=pending", "state=muted", "state=lost", "q=nothing"):
        assert names(query) == [], query


def test_the_list_asks_as_much_for_one_as_for_three(cast, signed_in, firing, pulse, django_assert_num_queries):
    ben = signed_in(cast.ben)
    ben.get(at("alerts"))
    with CaptureQueriesContext(connection) as once:
        ben.get(at("alerts"))
    with cast.at_harbour(cast.ben):
        for _ in range(2):
            actions.create_alert(dashboard=pulse, terms=LOW, by=cast.ben)
    with django_assert_num_queries(len(once)):
        assert ben.get(at("alerts")).status_code == 200


def test_a_right_on_the_dashboard_stands_in_place_of_the_role(cast, signed_in, firing, pulse):
    with cast.at_harbour(cast.ada):
        ada, ben, cleo = (Membership.objects.get(person=each) for each in (cast.ada, cast.ben, cast.cleo))
        organizations.give_right(by=ada, member=cleo, about=pulse, name=pulse.name, role=Role.EDITOR)
        organizations.give_right(by=ada, member=ben, about=pulse, name=pulse.name, role=Role.VIEWER)
    here = at("alert-change", pulse.pk, firing.pk)
    assert [signed_in(each).get(here).status_code for each in (cast.cleo, cast.ben)] == [200, 403]
    with cast.at_harbour(cast.ben):
        other = things.dashboard(cast.ben)
    assert signed_in(cast.ben).get(at("alert-change", other.pk, firing.pk)).status_code == 404


def test_without_alerts_people_are_told_where_one_is_made(cast, signed_in, pulse):
    ben, cleo = signed_in(cast.ben), signed_in(cast.cleo)
    assert "No alert yet" in ben.get(at("alerts")).text
    new = at("alert-new", pulse.pk)
    assert [new in each.get(at("dashboard", pulse.pk)).text for each in (ben, cleo)] == [True, False]
    with cast.at_harbour(cast.ben):
        draft = things.dashboard(cast.ben)
    assert ben.get(at("alert-new", draft.pk)).status_code == 409
