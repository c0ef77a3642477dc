"""What steps make of a table, and what they refuse. Sums are checked against DuckDB, which adds up in its own way."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import duckdb
import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from operant.platform import clock
from operant.stage import actions, document, engine, queries
from operant.stage.models import LoggedRun, Result
from operant.stage.steps import BadStep, Table, columns_along, taken
from operant.testing import stage as things
from operant.testing.queue import run_jobs

COLUMNS = [
    {"name": "day", "type": "date"}, {"name": "region", "type": "text"}, {"name": "units", "type": "integer"},
    {"name": "amount", "type": "decimal"}, {"name": "share", "type": "float"}, {"name": "more", "type": "json"},
]  # fmt: skip
ROWS = [
    ["2026-01-31", "North", 3, "1.10", 0.5, {"a": 1}], ["2026-01-31", "South", None, "2.20", None, [1]],
    ["2026-02-28", "North", 9_007_199_254_740_993, "0.001", 0.25, {"a": 1}], ["2026-02-28", "South", 4, None, 1.5, None],
    [None, "North", "9007199254740993", "-5", 0.0, 7],
]  # fmt: skip
TABLE = Table(COLUMNS, ROWS)


def step(kind, **more):
    return {"kind": kind, **more}


def figure(column, how, name=""):
    return {"column": column, "how": how, "name": name}


def shape(table):
    return [f"{each['name']}: {each['type']}" for each in table.columns]


def test_columns_are_picked_and_renamed():
    picked = [step("pick", columns=["share", "region", "share"])]
    renamed = [*picked, step("rename", names=[{"column": "share", "name": "part"}])]
    assert (shape(taken(TABLE, renamed)), taken(TABLE, renamed).rows[0]) == (["part: float", "region: text"], [0.5, "North"])
    assert columns_along(TABLE, [*picked, step("pick", columns=["day"]), step("top")])[1:] == [[COLUMNS[4], COLUMNS[1]]]


def test_groups_are_added_up_exactly():
    asked = [
        figure("units", "sum"), figure("amount", "sum", "total"), figure("share", "average"), figure("amount", "lowest"),
        figure("day", "highest"), figure("day", "count"), figure("", "count"), figure("more", "distinct"), figure("units", "last"),
    ]  # fmt: skip
    found = taken(TABLE, [step("aggregate", by=["region"], figures=asked)])
    assert shape(found) == [
        "region: text", "units sum: integer", "total: decimal", "share average: float", "amount lowest: decimal",
        "day highest: date", "day count: integer", "rows: integer", "more different: integer", "units last: integer",
    ]  # fmt: skip
    assert found.rows == [
        ["North", "18014398509481989", "-3.899", 0.25, "-5", "2026-02-28", 2, 3, 2, "9007199254740993"],
        ["South", 4, "2.20", 1.5, "2.20", "2026-02-28", 2, 2, 1, 4],
    ]
    assert taken(TABLE, [step("aggregate", by=[], figures=[figure("", "count")])]).rows == [[5]]


def test_values_become_columns():
    found = taken(TABLE, [step("pivot", by=["region"], column="day", value="amount", how="sum")])
    assert shape(found) == ["region: text", "2026-01-31: decimal", "2026-02-28: decimal", "empty: decimal"]
    assert found.rows == [["North", "1.10", "0.001", "-5"], ["South", "2.20", None, None]]


def test_columns_of_a_pivot_are_called_as_widgets_name_them():
    table = Table([{"name": "kind", "type": "text"}, {"name": "n", "type": "integer"}], [[None, 1], ["North ", 2]])
    found = taken(table, [step("pivot", by=[], column="kind", value="n", how="sum")])
    assert (shape(found), found.rows) == (["empty: integer", "North : integer"], [[1, 2]])


def test_the_highest_come_first_and_empty_ones_not_at_all():
    top = [step("top", column="units", count=2, order="highest"), step("pick", columns=["region"])]
    assert taken(TABLE, top).rows == [["North"], ["North"]]
    assert [row[4] for row in taken(TABLE, [step("top", column="share", count=9, order="lowest")]).rows] == [0.0, 0.25, 0.5, 1.5]


def test_figures_stand_beside_those_of_the_period_before():
    compared = [step("compare", date="day", column="share", period="month", by=["region"])]
    found = taken(TABLE, compared)
    assert shape(found)[6:] == ["share before: float", "share change: float"]
    # The last of February against the 28th of January, which is not there.
    assert [row[6:] for row in found.rows] == [[None, None]] * 5
    days = [[(date(2026, 2, 28) + timedelta(days=at)).isoformat(), value] for at, value in enumerate([4, 5, 0, 6])]
    daily = Table([COLUMNS[0], {"name": "n", "type": "integer"}], [days[2], days[0], days[3], days[1]])
    for period in ("day", "row"):
        found = taken(daily, [step("compare", date="day", column="n", period=period, by=[])])
        assert [row[2:] for row in found.rows] == [[5, -1.0], [None, None], [0, None], [4, 0.25]]
    yearly = Table(daily.columns, [["2024-02-29", 10], ["2025-02-28", 12], ["2023-02-28", 8]])
    found = taken(yearly, [step("compare", date="day", column="n", period="year", by=[])])
    assert [row[2:] for row in found.rows] == [[8, 0.25], [None, None], [None, None]]


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ([step("pick", columns=["gone"])], "Step 1: There is no column “gone” here. There is: “day”, “region”"),
        ([step("pick", columns=["day"]), step("top", column="units", count=1, order="highest")],
         "Step 2: There is no column “units”"),
        ([step("rename", names=[{"column": "day", "name": "units"}])], "Two columns would be called “units”"),
        ([step("aggregate", by=[], figures=[figure("region", "sum")])], "“region” holds no numbers, so it has no sum"),
        ([step("aggregate", by=[], figures=[figure("more", "lowest")])], "The values of “more” have no order"),
        ([step("top", column="region", count=1, order="highest")], "“region” holds no numbers"),
        ([step("compare", date="region", column="units", period="day", by=[])], "“region” holds no dates"),
        ([step("compare", date="day", column="units", period="day", by=[])], "There are two rows of 2026-01-31"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said(steps, sentence):
    with pytest.raises(BadStep) as error:
        taken(TABLE, steps)
    assert (sentence in error.value.message, error.value.step) == (True, len(steps)), error.value.message


def test_steps_are_bounded():
    many = Table([COLUMNS[1], COLUMNS[2]], [[f"place {at}", at] for at in range(10_000)])
    with pytest.raises(BadStep, match="has 10,000 values; a pivot makes at most 50 columns"):
        taken(many, [step("pivot", by=[], column="region", value="units", how="sum")])
    wide = Table([{"name": f"c{at}", "type": "integer"} for at in range(499)], [[at] * 499 for at in range(3)])
    dates = Table([*wide.columns[:-1], COLUMNS[0]], [[*row[:-1], f"2026-01-0{at + 1}"] for at, row in enumerate(wide.rows)])
    with pytest.raises(BadStep, match="This makes 501 columns"):
        taken(dates, [step("compare", date="day", column="c0", period="day", by=[])])
    cut = Table(many.columns, many.rows, truncated=True)
    for each in ("aggregate", "pivot", "top", "compare"):
        with pytest.raises(BadStep, match="more rows than the 10,000 that came"):
            taken(cut, [step(each)])
    assert taken(cut, [step("pick", columns=["units"])]).truncated


cells = {
    "text": st.one_of(st.none(), st.text(max_size=3)), "integer": st.one_of(st.none(), st.integers(-(2**53), 2**53)),
    "decimal": st.one_of(st.none(), st.decimals(-(10**9), 10**9, places=2).map(str)),
    "float": st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)),
    "date": st.one_of(st.none(), st.dates().map(str)), "boolean": st.one_of(st.none(), st.booleans()),
    "json": st.one_of(st.none(), st.integers(0, 2), st.booleans(), st.lists(st.integers(0, 2), max_size=2)),
}  # fmt: skip
names = st.sampled_from(["a", "b", "c"])
reductions = st.sampled_from(["sum", "average", "lowest", "highest", "count", "distinct", "first", "last"])
several = st.lists(names, max_size=2)
some_step = st.one_of(
    st.builds(lambda columns: step("pick", columns=columns), st.lists(names, min_size=1, max_size=3)),
    st.builds(lambda column, name: step("rename", names=[{"column": column, "name": name}]), names, names),
    st.builds(lambda by, column, how: step("aggregate", by=by, figures=[figure(column, how, "a")]), several, names, reductions),
    st.builds(lambda by, column, value, how: step("pivot", by=by, column=column, value=value, how=how),
              several, names, names, reductions),
    st.builds(lambda column, count, order: step("top", column=column, count=count, order=order), names, st.integers(1, 3),
              st.sampled_from(["highest", "lowest"])),
    st.builds(lambda date, column, period, by: step("compare", date=date, column=column, period=period, by=by), names, names,
              st.sampled_from(["row", "day", "week", "month", "quarter", "year"]), several),
)  # fmt: skip


@st.composite
def tables(draw):
    types = draw(st.lists(st.sampled_from(sorted(cells)), min_size=3, max_size=3))
    columns = [{"name": name, "type": type} for name, type in zip("abc", types, strict=True)]
    return Table(columns, draw(st.lists(st.tuples(*(cells[type] for type in types)).map(list), max_size=8)))


@given(tables(), st.lists(some_step, max_size=4))
@settings(max_examples=300, deadline=None)
def test_whatever_the_steps_the_table_stays_whole(table, steps):
    before = [list(row) for row in table.rows]
    try:
        found = taken(table, steps)
    except BadStep as refused:
        assert 1 <= refused.step <= len(steps)
        found = None
    assert table.rows == before, "steps change nothing of what they get"
    if found:
        assert len(found.rows) <= len(table.rows)
        assert {len(row) for row in found.rows} <= {len(found.columns)}
        assert len({each["name"] for each in found.columns}) == len(found.columns)
        assert columns_along(table, steps)[-1] == found.columns
        described = document.parse_steps(steps)
        assert taken(table, described) == found


@given(st.lists(st.tuples(st.sampled_from("ab"), st.one_of(st.none(), st.decimals(-(10**9), 10**9, places=3))), max_size=12))
@settings(max_examples=60, deadline=None)
def test_sums_are_those_of_a_database(rows):
    table = Table([COLUMNS[1], COLUMNS[3]], [[key, None if value is None else str(value)] for key, value in rows])
    found = taken(table, [step("aggregate", by=["region"], figures=[figure("amount", "sum"), figure("amount", "highest")])])
    base = duckdb.connect()
    base.execute("create table t (k varchar, v decimal(20, 3))")
    if rows:
        base.executemany("insert into t values (?, ?)", rows)
    expected = base.execute("select k, sum(v), max(v) from t group by k").fetchall()
    assert {(key, *(None if each is None else Decimal(each) for each in more)) for key, *more in found.rows} == set(expected)


def stepped(orders):
    sql = f"select month, region, revenue from {orders.table_name}"
    content = things.document(orders, sql)
    [query] = content["queries"]
    by_region = [step("aggregate", by=["region"], figures=[figure("revenue", "sum", "total")])]
    broken = [step("pick", columns=["gone"])]
    content["queries"] = [query, {**query, "id": "q2", "steps": by_region}, {**query, "id": "q3", "steps": broken}]
    return content


def test_queries_that_differ_in_their_steps_are_one_run(cast, orders):
    with clock.frozen(), cast.at_harbour(cast.ben):
        keys = actions.watch(document=document.parse(stepped(orders)).as_sent())
    run_jobs()
    with cast.at_harbour():
        plain, summed, broken = (queries.results([keys[each]])[0] for each in ("q1", "q2", "q3"))
        assert (len(plain["rows"]), summed["rows"]) == (3, [["North", 30], ["South", 30]])
        assert (broken["state"], broken["error"][:30]) == ("failed", "Step 1: There is no column “go")
        assert (LoggedRun.objects.count(), sorted(Result.objects.values_list("runs", flat=True))) == (1, [0, 0, 1])


def test_steps_are_tried_on_the_answer_that_is_there(cast, signed_in, orders, monkeypatch):
    asked = []
    ask = engine.ask
    monkeypatch.setattr(engine, "ask", lambda *given: asked.append(given) or ask(*given))
    with cast.at_harbour(cast.ben):
        made = things.dashboard(cast.ben, content=stepped(orders))
    address = reverse("dashboard-preview", args=["harbour", made.pk])
    ben = partial(signed_in(cast.ben).post, address, content_type="application/json")
    body = {"source": orders.public_id, "sql": made.draft["queries"][0]["sql"], "steps": made.draft["queries"][1]["steps"]}
    first = ben(body).json()
    assert (first["rows"], [len(each) for each in first["along"]]) == ([["North", 30], ["South", 30]], [3, 2])
    wrong = ben({**body, "steps": [*body["steps"], step("pick", columns=["gone"])], "again": False})
    assert (wrong.status_code, wrong.json()["step"], len(wrong.json()["along"])) == (422, 2, 2)
    refused = ben({**body, "steps": [step("top", column="x", count=0, order="up")]})
    assert (refused.status_code, refused.json()["message"]) == (422, "steps.0.count: This must be at least 1.")
    assert len(asked) == 1
