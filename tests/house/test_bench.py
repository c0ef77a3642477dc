"""The bench's runner: a group gives rows as scripts read them. How fast anything is, only `make bench` says."""

import importlib
import json

import pytest
from django.conf import settings
from psycopg.conninfo import make_conninfo

from bench import run
from bench.groups import ORDER, audit, hot, rls
from bench.house import House
from bench.rows import Row, most, share, times
from bench.table import written
from operant.testing import plugin

KEYS = ["name", "ours", "peer", "peer_name", "unit", "ratio", "goal", "met"]


class InTests(House):
    """The test database, which is there already."""

    def dsn(self, database: str = "") -> str:
        return make_conninfo(**{**plugin.ADMIN, "dbname": database or settings.DATABASES["default"]["NAME"]})

    def administrator(self, database: str = ""):
        return super().administrator(database)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_a_group_gives_rows_and_the_file_has_its_shape():
    rows = list(rls.run(run.Bench(InTests()), sizes=(30, 60), rounds=1))
    told = json.loads(json.dumps(run.as_json(rows)))
    assert list(told) == ["at", "commit", "rows"]
    assert [list(row) for row in told["rows"]] == [KEYS] * 6
    assert [row["name"] for row in told["rows"][:3]] == [
        "RLS, indexed, 20 of 30 rows", "RLS, indexed, 1,000 of 30 rows", "RLS, sequential, 30 rows",
    ]  # fmt: skip
    assert all(row["ours"] > 0 and row["peer"] > 0 and isinstance(row["met"], bool) for row in told["rows"])
    assert all(row.name in written(rows, [], 1.0) for row in rows)


def test_the_log_that_is_measured_is_one_that_holds():
    (row,) = audit.run(run.Bench(InTests()), entries=60, rounds=1)
    assert (row.name, row.ours > 0, row.peer > 0) == ("verifying 60 audit entries", True, True)


@pytest.mark.parametrize(
    ("row", "ratio", "met"),
    [
        (Row("rate", 300.0, "1/s", times(30), 10.0), 30.0, True),
        (Row("rate", 299.0, "1/s", times(30), 10.0), 29.9, False),
        (Row("time", 1.0, "ms", share(0.5), 2.0), 0.5, True),
        (Row("time", 1.1, "ms", share(0.5), 2.0), 0.55, False),
        (Row("time", 1.1, "ms", share(0.5), None), None, None),
        (Row("size", 61.0, "KB", most(60, "KB")), None, False),
    ],
)
def test_a_goal_is_met_missed_or_unknown_without_its_peer(row, ratio, met):
    assert (row.as_json()["ratio"], row.met) == (ratio, met)


@pytest.mark.parametrize("name", ORDER)
def test_every_group_can_run(name):
    assert callable(importlib.import_module(f"bench.groups.{name}").run)


def test_a_group_that_is_not_there_is_bad_input(capsys):
    assert run.run("heartbeat") == 2
    assert "heartbeats" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("asked", "by_hand"),
    [
        ('SELECT "a"."id" FROM "a" WHERE "a"."x" = 1',
         'SELECT "a"."id" FROM "a" WHERE "a"."organization_id" = \'7\' AND "a"."x" = 1'),
        ('SELECT (SELECT 1 FROM "b" WHERE 1 = 1) FROM "a" LIMIT 2',
         'SELECT (SELECT 1 FROM "b" WHERE 1 = 1) FROM "a" WHERE "a"."organization_id" = \'7\' LIMIT 2'),
        ('SELECT 1 FROM "organizations_organization"',
         'SELECT 1 FROM "organizations_organization" WHERE "organizations_organization"."id" = \'7\''),
    ],
)  # fmt: skip
def test_a_statement_gets_the_where_that_row_security_stands_for(asked, by_hand):
    assert hot._by_hand(asked, 7) == by_hand
