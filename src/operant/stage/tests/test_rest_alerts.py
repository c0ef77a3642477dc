from datetime import UTC, datetime, timedelta

from operant.platform import clock
from operant.stage.models import Alert
from operant.testing import stage as things
from operant.testing.api import program
from operant.testing.queue import run_jobs

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LOW = {"name": "Few", "query": "q1", "column": "revenue", "reduce": "last", "condition": "below", "limit": "20.5"}


def test_a_program_makes_changes_mutes_and_deletes_an_alert(cast, orders):
    with clock.frozen(NOW):
        with cast.at_harbour(cast.ben):
            pulse = things.published(cast.ben, name="Company pulse", content=things.document(orders)).dashboard
        run_jobs()
        robot = program(cast.at_harbour, cast.ada)
        below = f"dashboards/{pulse.public_id}/alerts"
        made = robot.post(below, LOW)
        assert made.status_code == 201
        told = made.json()
        assert told == {
            **LOW, "id": told["id"], "dashboard": pulse.public_id, "within_seconds": 0, "hold_seconds": 0, "rest_seconds": 0,
            "state": "ok", "state_since": "2026-03-02T09:00:00Z", "fired_at": None, "value": None, "evaluated_at": None,
            "trouble": None, "muted_until": None,
        }  # fmt: skip
        here = f"{below}/{told['id']}"
        changed = robot.put(here, {**LOW, "reduce": "rows", "column": "", "hold_seconds": 600})
        assert (changed.status_code, changed.json()["reduce"], changed.json()["hold_seconds"]) == (200, "rows", 600)
        until = (NOW + timedelta(hours=8)).isoformat()
        assert robot.put(f"{here}/mute", {"until": until}).json()["muted_until"] == "2026-03-02T17:00:00Z"
        assert robot.put(f"{here}/mute", {"until": None}).json()["muted_until"] is None
        assert [each["id"] for each in robot.get("alerts").json()["entries"]] == [told["id"]]
        assert robot.get(f"alerts/{told['id']}").json()["name"] == "Few"
        assert [robot.post(below, {**LOW, **wrong}).status_code for wrong in (
            {"query": "q2"}, {"column": "month"}, {"limit": None}, {"limit": "much"}, {"condition": "changed"},
            {"hold_seconds": 86_401},
        )] == [422] * 6  # fmt: skip
        assert robot.delete(here).status_code == 204
        assert robot.get(f"alerts/{told['id']}").status_code == 404
        with cast.at_harbour():
            assert Alert.objects.count() == 0
