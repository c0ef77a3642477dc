"""Datasets: declared, pushed into by programs, asked with SQL, followed by screens."""

import json
import tracemalloc
from datetime import timedelta
from subprocess import run
from uuid import uuid4

import pytest
from django.urls import reverse

from operant.platform import clock
from operant.platform.refusals import Invalid, NotFound, Refusal, TooMany
from operant.stage import actions, datasets, engine, events, jobs, queries
from operant.stage.actions import datasets as acting
from operant.stage.models import Push, Result, Source
from operant.testing import stage as things
from operant.testing.api import program
from operant.testing.queue import claim, queued, run_jobs

COLUMNS = [("sold_at", "datetime"), ("region", "text"), ("revenue", "decimal"), ("pieces", "integer"), ("share", "float"),
           ("paid", "boolean"), ("day", "date")]  # fmt: skip
ROW = {"sold_at": "2026-01-31T10:30:00+01:00", "region": "Nörd 🚢", "revenue": "19.90", "pieces": 2**53 + 1, "share": 1,
       "paid": True, "day": "2026-01-31"}  # fmt: skip
KEPT = ["2026-01-31T09:30:00Z", "Nörd 🚢", "19.900000", str(2**53 + 1), 1.0, True, "2026-01-31"]


@pytest.fixture
def mine(cast):
    return program(cast.at_harbour, cast.ann)


@pytest.fixture
def sales(cast):
    """Harbour's dataset “Sales”, without rows."""
    with cast.at_harbour(cast.ben):
        made = actions.declare(name="Sales", columns=COLUMNS, by=cast.ben)
    run_jobs()
    return again(cast, made)


def again(cast, source):
    with cast.at_harbour():
        return queries.source(source.pk)


def path(source):
    return f"datasets/{source.public_id}/rows"


def rows(mine, source, sql="select * from sales"):
    return mine.post(f"sources/{source.public_id}/queries", {"sql": sql}).json()["rows"]


def test_a_dataset_is_declared_and_can_be_asked_before_it_has_rows(cast, mine, announced):
    made = mine.post("datasets", {"name": "Sales", "columns": [{"name": name, "type": kind} for name, kind in COLUMNS]})
    assert (made.status_code, made.json()["kind"]) == (201, "push")
    run_jobs()
    with cast.at_harbour():
        source = Source.objects.get()
    assert (source.state, source.rows, source.due_at) == ("ready", 0, None)
    assert rows(mine, source, "select count(*) from sales") == [[0]]
    assert [type(each) for each in announced if each.NAME.startswith("stage.")] == [events.DatasetDeclared]


def test_rows_are_appended_and_replaced_with_their_types(mine, sales, cast):
    assert mine.post(path(sales), {"rows": [ROW, {"region": "South"}]}).json() == {"rows": 2}
    assert mine.post(path(sales), {"rows": [ROW]}).status_code == 201
    run_jobs()
    assert rows(mine, sales) == [KEPT, [None, "South", None, None, None, None, None], KEPT]
    assert mine.put(path(sales), {"rows": [{"region": "West", "revenue": 1.5}]}).status_code == 200
    assert mine.post(path(sales), {"rows": [{"region": "East"}]}).status_code == 201
    run_jobs()
    assert rows(mine, sales, "select region, revenue from sales") == [["West", "1.500000"], ["East", None]]
    assert mine.put(path(sales), {"rows": []}).json() == {"rows": 0}
    run_jobs()
    assert rows(mine, sales) == []
    with cast.at_harbour():
        assert (Push.objects.count(), queries.source(sales.pk).due_at) == (0, None)


def test_a_request_that_is_repeated_adds_its_rows_once(mine, sales):
    key = {"Idempotency-Key": str(uuid4())}
    answers = [mine.post(path(sales), {"rows": [{"region": "North"}]}, **key) for _ in range(3)]
    assert [(each.status_code, each.json()) for each in answers] == [(201, {"rows": 1})] * 3
    assert mine.post(path(sales), {"rows": [{"region": "South"}]}, **key).json()["code"] == "idempotency_key_reused"
    run_jobs()
    assert rows(mine, sales, "select region from sales") == [["North"]]


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("region", [1, True, [], {}, "a\0b"]), ("pieces", [1.5, "1", True, 2**63, 10**400]),
        ("revenue", ["x", True, "1e400", "1.1234567", 10**23, "NaN", ""]), ("share", ["1", True, "NaN"]),
        ("paid", [1, 0, "true"]), ("day", ["2026-02-30", "20260131", 1, "2026-01-31T00:00"]),
        ("sold_at", ["yesterday", 1738315800, "2026-01-31", "2026-01-31T25:00:00Z", "0001-01-01T00:00:00+14:00"]),
    ],
)  # fmt: skip
def test_a_value_of_another_type_is_named_with_its_place(mine, sales, cast, column, values):
    for value in values:
        answer = mine.post(path(sales), {"rows": [{"region": "fine"}, {column: value}]})
        [error] = answer.json()["errors"]
        assert (answer.status_code, error["pointer"], error["detail"][:13]) == (422, f"#/rows/1/{column}", "This must be ")
    with cast.at_harbour():
        assert not Push.objects.exists()


def test_what_is_wrong_with_many_rows_is_listed_in_part_and_counted(mine, sales):
    answer = mine.put(path(sales), {"rows": [{"regoin": "North", "pieces": "1"}] * 30}).json()
    assert answer["detail"] == "60 values do not fit, so no row was taken. In row 1, regoin: There is no such column."
    assert len(answer["errors"]) == 20


@pytest.mark.parametrize("body", [{}, {"rows": [1]}, {"rows": {}}, {"rows": [{}] * 10_001}, {"rows": [], "more": 1}])
def test_what_is_no_list_of_rows_is_refused(mine, sales, body):
    assert mine.put(path(sales), body).status_code == 422


def test_half_a_character_and_numbers_that_are_none_are_refused(mine, sales):
    halves = (r'{"rows": [{"region": "\ud800"}]}', r'{"rows": [{"\ud800": 1}]}')
    for text in (*halves, '{"rows": [{"share": NaN}]}', '{"rows": [{"share": 1e999}]}'):
        answer = mine.client.post(
            f"/api/v1/{path(sales)}", text, content_type="application/json", headers={"Authorization": f"Bearer {mine.token}"}
        )
        assert answer.status_code in {400, 422}


def test_a_number_is_judged_before_it_is_spelled_out(sales):
    tracemalloc.start()
    try:
        with pytest.raises(datasets.InvalidRows):
            datasets.written(sales.columns, [{"revenue": "1E+20000000"}])
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "columns",
    [[], [("a b", "text")], [("select", "text")], [("a", "money")], [("a", "text"), ("a", "date")], [("A", "text")],
     [(f"c{n}", "text") for n in range(101)], [("a" * 61, "text")], [('a"; drop', "text")]],
)  # fmt: skip
def test_columns_that_no_table_has_are_refused(columns):
    with pytest.raises(Invalid):
        datasets.declared(columns)


def test_a_refresh_follows_a_push_at_once(cast, mine, sales):
    with cast.at_harbour():
        keys = actions.watch(document=things.document(sales, "select sum(revenue) as revenue from sales"))
    run_jobs()
    mine.post(path(sales), {"rows": [ROW, ROW]})
    run_jobs()
    assert claim("result") == 1
    run_jobs()
    with cast.at_harbour():
        [found] = queries.results(keys.values())
    assert found["rows"] == [["39.800000"]]


def test_a_table_that_is_replaced_while_it_is_about_to_be_read_is_looked_up_again(cast, mine, sales):
    with cast.at_harbour():
        actions.watch(document=things.document(sales, "select count(*) as pieces from sales"))
        run = actions.begin_run(result_id=Result.objects.get().pk)
    mine.post(path(sales), {"rows": [{}, {}]})
    run_jobs()
    run.place.parquet.unlink(missing_ok=True)
    assert jobs._answered(cast.harbour.pk, run).rows == [[2]]
    with pytest.raises(engine.Replaced, match="Try again"):
        engine.ask(run.place, run.sql, engine.PREVIEW)


def test_many_pushes_are_put_into_the_table_together_and_nothing_is_lost(cast, mine, sales):
    for number in range(acting.AT_ONCE + 3):
        mine.post(path(sales), {"rows": [{"pieces": number}]})
    assert queued().count("stage.fold") == 1
    run_jobs()
    assert rows(mine, sales, "select count(*), sum(pieces) from sales") == [[23, sum(range(23))]]


def test_what_comes_while_rows_are_put_into_the_table_comes_after_them(cast, mine, sales):
    mine.post(path(sales), {"rows": [{"pieces": 1}]})
    with cast.at_harbour():
        folding = actions.begin_folding(source_id=sales.pk)
        assert actions.begin_folding(source_id=sales.pk) is None
    mine.put(path(sales), {"rows": [{"pieces": 2}]})
    jobs.fold(organization_id=str(cast.harbour.pk), ids=[str(sales.pk)])
    assert rows(mine, sales) == []
    with clock.frozen():
        # Whoever began is lost: the clock brings another, and the first, should it live, changes nothing.
        clock.advance(timedelta(seconds=91))
        assert claim("source") == 1
        run_jobs()
    with cast.at_harbour():
        actions.reject_rows(folding=folding, reason="too late")
    assert rows(mine, sales, "select pieces from sales") == [[2]]
    assert again(cast, sales).error == ""


def test_a_dataset_has_an_end_and_so_has_what_waits(cast, sales, monkeypatch):
    with cast.at_harbour():
        monkeypatch.setattr(datasets, "MOST_ROWS", 3)
        actions.push(source=sales, rows=[{}, {}], replaces=False)
        with pytest.raises(Refusal, match="holds at most 3 rows"):
            actions.push(source=sales, rows=[{}, {}], replaces=False)
        monkeypatch.setattr(acting, "MOST_WAITING", 1)
        with pytest.raises(TooMany):
            actions.push(source=sales, rows=[{}], replaces=False)
        assert actions.push(source=sales, rows=[{}], replaces=True) == 1


def test_rows_that_find_no_room_are_left_out_and_what_was_there_stays(cast, mine, sales, settings, announced):
    mine.post(path(sales), {"rows": [{"pieces": 1}]})
    run_jobs()
    settings.FILE_QUOTA = 1
    mine.post(path(sales), {"rows": [{"pieces": 2}]})
    run_jobs()
    after = again(cast, sales)
    assert (after.state, after.rows, after.error[:27]) == ("ready", 1, "There is no room for this f")
    assert [type(each) for each in announced][-1] == events.SourceRejected


def test_only_datasets_are_pushed_into_and_only_ones_own(cast, mine, sales, orders):
    assert mine.put(path(orders), {"rows": []}).status_code == 404
    assert program(cast.at_meadow, cast.mallory).put(path(sales), {"rows": []}).status_code == 404
    with cast.at_meadow(), pytest.raises(NotFound):
        actions.push(source=sales, rows=[], replaces=True)


def test_a_dataset_is_made_on_its_page_which_shows_how_to_push(cast, signed_in, mine):
    ben, new = signed_in(cast.ben), reverse("dataset-new", args=["harbour"])
    assert new in ben.get(reverse("connection-new", args=["harbour"])).content.decode()
    for wrong in ("", "a", "a b c", "a money", "select text"):
        assert ben.post(new, {"name": "Sales", "columns": wrong}).status_code == 422
    made = ben.post(new, {"name": "Sales", "columns": "sold_at datetime\n region,text\n\nrevenue decimal"})
    run_jobs()
    answer = ben.get(made.headers["Location"])
    shown = answer.content.decode()
    assert [word in shown for word in ("0 rows in the table sales", "curl -X POST", "First rows")] == [True] * 3
    with cast.at_harbour():
        source = Source.objects.get()
    lines = answer.context["lines"]
    sent = lines["curl"].split("-d '")[1].removesuffix("'")
    assert mine.post(path(source), json.loads(sent)).status_code == 201
    compile(lines["Python"], "shown", "exec")
    assert run(["bash", "-n", "-c", lines["curl"]], check=False).returncode == 0
    # Who may only look is shown the rows, and not how to change them.
    assert "curl" not in signed_in(cast.cleo).get(made.headers["Location"]).content.decode()
