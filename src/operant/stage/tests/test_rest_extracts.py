"""Extracts as programs make, look at, change and refresh them."""

from datetime import UTC, datetime

import pytest

from operant.platform import clock
from operant.testing.api import program
from operant.testing.queue import claim, run_jobs

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
BRANCHES = "select bid, bbalance from pgbench_branches"


@pytest.fixture
def mine(cast):
    return program(cast.at_harbour, cast.ann)


@pytest.fixture
def made(mine, till):
    """An extract that a program made at noon, and that was read then."""
    with clock.frozen(NOON):
        body = {"name": "Branches", "origin": till.public_id, "sql": BRANCHES, "schedule": {"every_minutes": 30}}
        found = mine.post("extracts", body)
        claim("extract")
        run_jobs()
    assert found.status_code == 201
    return found.json()


def test_a_program_makes_one_and_asks_it(mine, till, made):
    assert (made["source"]["kind"], made["source"]["state"], made["origin"]) == ("extract", "converting", till.public_id)
    found = mine.get(f"extracts/{made['source']['id']}").json()
    assert {name: found[name] for name in ("sql", "schedule", "is_running", "due_at", "began_at", "rows")} == {
        "sql": BRANCHES, "schedule": {"every_minutes": 30, "daily_at": None}, "is_running": False,
        "due_at": "2026-11-20T12:30:00Z", "began_at": "2026-11-20T12:00:00Z", "rows": 1,
    }  # fmt: skip
    asked = mine.post(f"sources/{made['source']['id']}/queries", {"sql": "select bid from branches"})
    assert asked.json()["rows"] == [[1]]
    [run] = mine.get(f"sources/{till.public_id}/runs").json()["entries"]
    assert (run["cause"], run["rows"], run["error"]) == ("extract", 1, None)


def test_a_program_changes_one_and_has_it_read_now(mine, till, made):
    address = f"extracts/{made['source']['id']}"
    with clock.frozen(NOON.replace(minute=5)):
        changed = mine.put(address, {"sql": "select 7 as seven", "schedule": {"daily_at": "06:30"}}).json()
        assert (changed["sql"], changed["schedule"]) == ("select 7 as seven", {"every_minutes": None, "daily_at": "06:30"})
        claim("extract")
        run_jobs()
    with clock.frozen(NOON.replace(minute=10)):
        refreshed = mine.post(f"{address}/refreshes", {})
        assert (refreshed.status_code, refreshed.json()["due_at"]) == (201, "2026-11-20T12:10:00Z")
        claim("extract")
        run_jobs()
    causes = [each["cause"] for each in mine.get(f"sources/{till.public_id}/runs").json()["entries"]]
    assert causes == ["program", "extract", "extract"]


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        ({}, "Say how often it is refreshed: every so many minutes, or daily at a time."),
        ({"every_minutes": 60, "daily_at": "06:00"}, "Say how often it is refreshed: every so many minutes, or daily at a time."),
    ],
)
def test_what_is_no_schedule_is_refused(mine, till, schedule, said):
    body = {"name": "Branches", "origin": till.public_id, "sql": BRANCHES, "schedule": schedule}
    refused = mine.post("extracts", body)
    assert (refused.status_code, refused.json()["detail"]) == (422, said)


def test_an_origin_that_is_none_is_refused(mine, till, orders, cast):
    body = {"name": "Copy", "origin": orders.public_id, "sql": "select 1", "schedule": {"every_minutes": 60}}
    assert mine.post("extracts", body).status_code == 409
    assert mine.get(f"extracts/{till.public_id}").status_code == 404


def test_another_organizations_program_can_make_none_of_it(cast, till, made):
    theirs = program(cast.at_meadow, cast.mallory)
    body = {"name": "Copy", "origin": till.public_id, "sql": "select 1", "schedule": {"every_minutes": 60}}
    assert theirs.post("extracts", body).status_code == 404
    address = f"extracts/{made['source']['id']}"
    assert (theirs.get(address).status_code, theirs.post(f"{address}/refreshes", {}).status_code) == (404, 404)


def test_its_database_stays_as_long_as_it_does(mine, till, made):
    kept = mine.delete(f"sources/{till.public_id}")
    assert (kept.status_code, "Branches" in kept.json()["detail"]) == (409, True)
    assert mine.delete(f"sources/{made['source']['id']}").status_code == 204
    assert mine.delete(f"sources/{till.public_id}").status_code == 204
