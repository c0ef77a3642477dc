"""What a service account does: told in its name, done by its token, and found in the log by either."""

import pytest

from operant.panel.audit.queries import reading
from operant.panel.organizations import actions as organizations
from operant.panel.organizations.models import Membership, Role
from operant.platform.events.models import Announcement
from operant.stage import events as stage
from operant.stage.models import Dashboard
from operant.testing.api import Program, made


@pytest.fixture
def robot(cast):
    with cast.at_harbour(cast.ann):
        by = Membership.objects.select_related("person").get(person=cast.ann)
        return organizations.make_service_account(by=by, name="Robot", role=Role.EDITOR)


@pytest.fixture
def nightly(cast, robot):
    return made(cast.at_harbour, cast.ann, service=robot)


def test_what_it_does_is_told_in_its_name(cast, nightly, announced):
    answer = Program(nightly[1]).post("dashboards", {"name": "Pulse"})
    assert answer.status_code == 201
    assert announced == [stage.DashboardCreated(dashboard_id=answer.json()["id"], name="Pulse", created_by="Robot")]
    with cast.at_harbour():
        assert Dashboard.objects.get().created_by is None


def test_the_log_says_which_token_acted_and_for_whom(cast, robot, nightly):
    Program(nightly[1]).post("dashboards", {"name": "Pulse"})
    with cast.at_harbour():
        row = Announcement.objects.get(name=stage.DashboardCreated.NAME)
        assert (row.actor_kind, row.actor_id, row.actor_label) == ("token", nightly[0].pk, "Nightly")
        assert row.person_id == robot.pk
        assert row.known() == {"created_by": "Robot", "actor.ip": "127.0.0.1"}


def test_the_log_is_narrowed_to_what_was_done_for_it(cast, robot, nightly, signed_in):
    Program(nightly[1]).post("dashboards", {"name": "Pulse"})
    page = signed_in(cast.ann).get("/o/harbour/settings/audit/", {"who": f"person:{robot.pk}"}).content.decode()
    assert f'value="person:{robot.pk}" selected' in page
    with cast.at_harbour():
        found = reading.page(reading.Asked(person_id=robot.pk)).entries
        assert [(each.who, each.sentence) for each in found] == [("Nightly", "Robot created the dashboard Pulse")]
