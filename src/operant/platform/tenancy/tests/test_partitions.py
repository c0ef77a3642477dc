from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from operant.platform import clock
from operant.platform.tenancy import audit, partitions
from operant.testing import ingest

TABLE = "relay_heartbeat"


def months(at, count):
    """Return the names of the partitions for the month of `at` and those that follow."""
    numbers = range(at.year * 12 + at.month - 1, at.year * 12 + at.month - 1 + count)
    return {f"{TABLE}_{number // 12}_{number % 12 + 1:02}" for number in numbers}


def standing():
    with connection.cursor() as cursor:
        return set(partitions.names(cursor, TABLE))


def stored(at):
    """Store a sample of Harbour's in the organization in scope."""
    screen = "5b0f2f0c-5d2c-4b5e-9d59-2f1f3f1b6c55"
    values = {"viewport_width": 1, "viewport_height": 1, "browser_engine": "Gecko", "browser_major": 1}
    return apps.get_model("relay", "Heartbeat").objects.create(screen_id=screen, at=at, **values)


def place_of(cast):
    with cast.at_harbour(), connection.cursor() as cursor:
        cursor.execute(f"SELECT tableoid::regclass::text FROM {TABLE}")
        return [row[0] for row in cursor.fetchall()]


def test_this_month_and_three_more_stand_and_turning_again_changes_nothing(db):
    partitions.turn(clock.now())
    before = standing()
    assert months(clock.now(), 4) | {f"{TABLE}_rest"} <= before
    assert (partitions.turn(clock.now()), standing()) == (0, before)


def test_a_sample_stands_in_its_month_to_the_microsecond(cast):
    ahead = (clock.now() + timedelta(days=95)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    partitions.turn(clock.now())
    with cast.at_harbour():
        stored(ahead)
        stored(ahead - timedelta(microseconds=1))
    assert sorted(place_of(cast)) == sorted([*months(ahead - timedelta(days=1), 1), *months(ahead, 1)])


def test_what_no_month_was_made_for_waits_in_the_rest_and_moves_in(cast):
    later = datetime.now(UTC) + timedelta(days=250)
    with clock.frozen(later), cast.at_harbour():
        stored(clock.now())
    assert place_of(cast) == [f"{TABLE}_rest"]
    assert partitions.turn(later) == 4
    assert place_of(cast) == sorted(months(later, 1))
    with connection.cursor() as cursor:
        assert audit.findings(cursor) == []


def test_a_month_is_dropped_three_months_after_its_end(cast):
    old = clock.now() - timedelta(days=300)
    partitions.turn(old)
    with cast.at_harbour():
        stored(old)
        stored(clock.now() - timedelta(days=130))
        stored(clock.now())
    # Two were made around the old one, and one sample is so old that only the rest had room.
    assert months(old, 4) <= standing()
    partitions.turn(clock.now())
    assert not months(old, 4) & standing()
    assert place_of(cast) == sorted(months(clock.now(), 1))


def test_a_clock_that_runs_ahead_destroys_nothing(cast):
    with cast.at_harbour():
        stored(clock.now())
    partitions.turn(clock.now() + timedelta(days=390))
    assert place_of(cast) == sorted(months(clock.now(), 1))
    with pytest.raises(ProgrammingError, match="set the one that is wrong"), transaction.atomic():
        partitions.turn(clock.now() + timedelta(days=4000))


@pytest.mark.parametrize("verb", ["SELECT count(*) FROM", "DELETE FROM", "TRUNCATE"])
def test_a_partition_is_not_reached_by_its_own_name(cast, verb):
    for part in standing():
        with pytest.raises(ProgrammingError, match="permission denied"), cast.at_harbour(), connection.cursor() as cursor:
            cursor.execute(f'{verb} "{part}"')


def test_a_partition_that_is_reached_shows_nobody_elses_rows(db):
    with ingest.administrator() as server:
        part = sorted(months(clock.now(), 1))[0]
        server.execute(
            f"INSERT INTO {TABLE} (organization_id, screen_id, at, viewport_width, viewport_height, browser_engine, "
            "browser_major, errors) VALUES (gen_random_uuid(), gen_random_uuid(), now(), 1, 1, 'Gecko', 1, 0)"
        )
        assert server.execute(f"SELECT count(*) > 0 FROM {part}").fetchone() == (True,)
        server.execute(f"GRANT SELECT ON {part} TO ot_app")
        server.execute("SET ROLE ot_app")
        assert server.execute(f"SELECT count(*) FROM {part}").fetchone() == (0,)


@pytest.mark.parametrize(
    ("broken", "found"),
    [
        ("ALTER TABLE {part} NO FORCE ROW LEVEL SECURITY", {"row_security_off"}),
        ("DROP POLICY fence ON {part}", {"policies"}),
        ("CREATE POLICY open ON {part} FOR SELECT TO ot_app USING (true)", {"policies"}),
        ("GRANT SELECT ON {part} TO ot_app", {"partition_grant"}),
        ("GRANT SELECT ON relay_heartbeat TO ot_ingest", {"ingest_grant"}),
        ("GRANT UPDATE (name) ON relay_screen TO ot_ingest", {"ingest_grant"}),
        ("GRANT DELETE ON relay_screen TO ot_ingest", {"ingest_grant"}),
        ("GRANT SELECT ON accounts_person TO ot_ingest", {"ingest_grant"}),
        ("CREATE POLICY more ON relay_command FOR SELECT TO ot_ingest USING (true)", {"policies"}),
    ],
)
def test_the_audit_finds_what_is_more_or_other_than_named(db, broken, found):
    with ingest.administrator() as server:
        server.execute(broken.format(part=sorted(months(clock.now(), 1))[0]))
        assert {each.id for each in audit.findings(server.cursor())} == found


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT at FROM relay_heartbeat", "DELETE FROM relay_heartbeat", "UPDATE relay_heartbeat SET errors = 0",
        "SELECT refresh_hash FROM relay_screen", "UPDATE relay_screen SET name = ''", "DELETE FROM relay_screen",
        "SELECT id FROM organizations_organization", "SELECT id FROM stage_dashboard", "SELECT id FROM accounts_person",
        "SELECT app.turn_partitions(now())", "SELECT app.organizations()", "SELECT * FROM app.signing_key",
        "SET ROLE ot_app", "CREATE TEMPORARY TABLE mine ()",
    ],
)  # fmt: skip
def test_the_ingesting_role_may_do_nothing_else(db, statement):
    with psycopg.connect(**ingest.parameters()) as role, pytest.raises(psycopg.errors.InsufficientPrivilege):
        role.execute(statement)
