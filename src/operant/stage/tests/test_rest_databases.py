"""Databases as programs see them."""

import pytest

from operant.testing import pgbench
from operant.testing.api import program


@pytest.fixture
def mine(cast):
    return program(cast.at_harbour, cast.ann)


def test_a_program_sees_a_database_and_never_how_it_is_reached(mine, till):
    [listed] = mine.get("sources").json()["entries"]
    assert {name: listed[name] for name in ("name", "kind", "state")} == {
        "name": "Till", "kind": "postgresql", "state": "ready",
    }  # fmt: skip
    tables = mine.get(f"sources/{till.public_id}/tables")
    assert [each["name"] for each in tables.json()["tables"]] == [
        "pgbench_accounts", "pgbench_branches", "pgbench_history", "pgbench_tellers",
    ]  # fmt: skip
    assert pgbench.PASSWORD not in tables.content.decode() + str(listed)


def test_a_program_asks_a_database(mine, till, door):
    rows = f"sources/{till.public_id}/rows?limit=2&table=pgbench_tellers"
    assert [row[0] for row in mine.get(rows).json()["rows"]] == [1, 2]
    assert mine.get(f"sources/{till.public_id}/rows?table=pg_shadow").status_code == 404
    queries = f"sources/{till.public_id}/queries"
    assert mine.post(queries, {"sql": "select count(*) from pgbench_accounts"}).json()["rows"] == [[100_000]]
    assert mine.post(queries, {"sql": "delete from pgbench_accounts"}).status_code == 422
    door.close()
    gone = mine.post(queries, {"sql": "select 1"})
    assert (gone.status_code, gone.json()["code"]) == (409, "source_unreachable")
    assert pgbench.PASSWORD not in gone.content.decode()


def test_a_file_has_one_table(mine, orders):
    [table] = mine.get(f"sources/{orders.public_id}/tables").json()["tables"]
    assert (table["name"], table["rows"], [each["name"] for each in table["columns"]]) == (
        "orders", 3, ["month", "region", "revenue"],
    )  # fmt: skip


def test_another_organizations_program_finds_nothing(cast, till, door):
    theirs, asked = program(cast.at_meadow, cast.mallory), door.opened
    for path in ("tables", "rows"):
        assert theirs.get(f"sources/{till.public_id}/{path}").status_code == 404
    assert theirs.post(f"sources/{till.public_id}/queries", {"sql": "select 1"}).status_code == 404
    assert door.opened == asked
